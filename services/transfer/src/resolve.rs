//! What somebody has found out or done at the board, written down.

use std::{iter, path::PathBuf, time::Duration};

use anyhow::{Context as _, bail};
use clap::Parser as _;
use domain::instant::microseconds;
use one_shot::{
    Audited, Patience,
    given::{read, shown},
};
use runtime::{Context, Final, Summary, answer};
use store::{
    RunTotals, SliceCounts,
    entity::{
        board_attachment::Model as Attachment,
        board_listing::{ListingState, Model, Notice, Step},
    },
};

use crate::{
    audit,
    config::Settings,
    pipeline,
    sink::listing::{Of, planned, resumed},
};

/// One resolution, or a list of them.
#[derive(Debug, clap::Args)]
pub(crate) struct Given {
    /// Id of the vacancy
    #[arg(value_name = "POSTING", required_unless_present = "file", requires = "Found")]
    vacancy_id: Option<String>,
    #[command(flatten)]
    found: Option<Found>,
    /// A file with a line for each posting, such as `POSTING --on-view ID`; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["vacancy_id", "Found"])]
    file: Option<PathBuf>,
}

#[derive(Debug, clap::Parser)]
#[command(disable_help_flag = true)]
pub(crate) struct Resolution {
    #[arg(requires = "Found")]
    vacancy_id: String,
    #[command(flatten)]
    found: Found,
}

#[derive(Debug, clap::Args)]
#[group(required = false, multiple = false)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line, and one is given")]
struct Found {
    /// The board has it, under this id, and not on view yet; its files and its publication follow
    #[arg(long, value_name = "ID")]
    created: Option<String>,
    /// The board has it on view under this id, as the posting is now, whatever is written down of it: after a restore
    #[arg(long, value_name = "ID")]
    on_view: Option<String>,
    /// The board does not have it; it is handed over again
    #[arg(long)]
    not_created: bool,
    /// It is on view
    #[arg(long)]
    published: bool,
    /// It is not on view; it is handed over anew
    #[arg(long)]
    not_published: bool,
    /// What made the board refuse it is mended; it is tried again
    #[arg(long)]
    again: bool,
    /// The listing was changed by hand as the posting has changed
    #[arg(long)]
    updated: bool,
    /// The listing was removed by hand, and older ones of the vacancy that were to be
    #[arg(long)]
    removed: bool,
}

pub(crate) async fn run(
    context: &Context,
    settings: &Settings,
    given: Given,
    wait: Option<Duration>,
) -> anyhow::Result<Summary> {
    // read before anybody waits for the lock
    let list = given.all(context).await?;
    let store = one_shot::open(context.program, &settings.database).await?;
    audit::run(context, &store, ("resolve", Patience::of_a_person(wait)), async |audited| {
        let mut count = 0;
        for (place, resolution) in &list {
            let noted = one(context, settings, &audited, resolution).await;
            count += match place {
                Some(place) => noted.with_context(|| format!("{place}; what stands before it was written down"))?,
                None => noted?,
            };
            // after each: a list that ends in an error half way has done what stands before that
            let counts = SliceCounts { fetched: count, updated: count, ..SliceCounts::default() };
            *audited.totals = RunTotals { counts: Some(counts), ..RunTotals::default() };
        }
        Ok(())
    })
    .await
}

impl Given {
    /// All of it, of a list each with where it stands. A line that cannot be read is an error before anything is written down.
    async fn all(self, context: &Context) -> anyhow::Result<Vec<(Option<String>, Resolution)>> {
        if let (Some(vacancy_id), Some(found)) = (self.vacancy_id, self.found) {
            return Ok(vec![(None, Resolution { vacancy_id, found })]);
        }
        let file = self.file.unwrap_or_else(|| PathBuf::from("-"));
        let text = read(context, &file).await?;
        let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
        let read = lines.map(|(number, line)| {
            let place = format!("line {number} of {}", shown(&file));
            let words = iter::once("resolve").chain(line.split_whitespace());
            let resolution = Resolution::try_parse_from(words).map_err(|_| {
                Final::new(format!(
                    "{place} is not `POSTING --on-view ID`, or another of the options that `transfer resolve --help` lists; nothing was \
                     written down"
                ))
            })?;
            Ok((Some(place), resolution))
        });
        read.collect()
    }
}

/// Writes one down; gives the number of listings.
async fn one(
    context: &Context,
    settings: &Settings,
    audited: &Audited<'_>,
    resolution: &Resolution,
) -> anyhow::Result<u64> {
    let Audited { store, writer, run_id, .. } = audited;
    let listings = store.listings(&settings.board.ledger()).await?.into_iter();
    let mut listings: Vec<Model> = listings.filter(|listing| listing.vacancy_id == resolution.vacancy_id).collect();
    let mut files = Vec::new();
    if resolution.found.is_as_the_posting() || (resolution.found.created.is_some() && listings.is_empty()) {
        let mut situation = pipeline::situation(context, settings, store, &pipeline::mapping(settings)?).await?;
        let there = situation.files.remove(&resolution.vacancy_id).unwrap_or_default().into_values();
        let draft = situation.selection.drafts.get(&resolution.vacancy_id);
        let latest = listings.last();
        let media_id =
            draft.map(|draft| &*draft.media_id).or(latest.map(|latest| &*latest.media_id)).unwrap_or_default();
        let content_hash = draft.map(|draft| &*draft.content_hash).unwrap_or_default();
        let of = Of { vacancy_id: &resolution.vacancy_id, media_id, content_hash };
        let noted = planned(settings.board.ledger(), latest, of, run_id, context.clock.now());
        if let Some(id) = &resolution.found.on_view {
            listings = on_view(listings, noted, id)?;
        } else if listings.is_empty() && draft.is_some() {
            listings.push(noted);
        }
        if let (Some(listing), Some(draft)) = (listings.last_mut(), draft) {
            listing.content_hash.clone_from(&draft.content_hash);
            // the next run sees which files these are now
            let there = there.filter(|file| file.generation == listing.generation);
            files.extend(there.map(|file| Attachment { sha256: None, ..file }));
        }
    }
    let mut changed = match resolution.found.on_view {
        Some(_) => listings,
        None => resolution.found.apply(listings, &resolution.vacancy_id, settings)?,
    };
    for listing in &mut changed {
        (*run_id).clone_into(&mut listing.run_id);
        listing.moved_at = microseconds(context.clock.now());
        if listing.state == ListingState::Published {
            listing.published_at = listing.published_at.or(Some(listing.moved_at));
        }
        answer::line(format!("{} (listing {}): {}", listing.vacancy_id, listing.generation, listing.state.name()));
    }
    writer.note(&changed, &files).await?;
    Ok(changed.len() as u64)
}

impl Found {
    /// Whether the listing says what the posting says now.
    fn is_as_the_posting(&self) -> bool {
        self.updated || self.on_view.is_some()
    }

    /// The listings as they are then; an error when what was found does not fit what the ledger says.
    fn apply(&self, listings: Vec<Model>, vacancy: &str, settings: &Settings) -> anyhow::Result<Vec<Model>> {
        let Some(latest) = listings.last().cloned() else {
            let board = settings.board.ledger();
            bail!(Final::new(format!("{} was told nothing of {vacancy} in the mode {}", board.base_url, board.mode)));
        };
        if self.removed {
            return removed(listings, vacancy);
        }
        let mut listing = latest;
        let is_unknown = |step| matches!(listing.state, ListingState::Unknown) && listing.step == Some(step);
        let fits = if self.created.is_some() {
            // after a restore, nothing may be written down of the call that made it
            let is_begun = matches!(listing.state, ListingState::Planned | ListingState::Creating | ListingState::Held);
            is_unknown(Step::Create) || (is_begun && listing.listing_id.is_none())
        } else if self.not_created {
            is_unknown(Step::Create)
        } else if self.published || self.not_published {
            is_unknown(Step::Publish)
        } else if self.again {
            listing.state == ListingState::Held
        } else {
            listing.notice == Some(Notice::Changed)
        };
        if !fits {
            bail!(Final::new(format!("that does not fit: {vacancy} is {}", in_words(&listing))));
        }
        if let Some(id) = &self.created {
            must_be_an_id(id, "--created")?;
            listing.listing_id = Some(id.clone());
        }
        listing.state = if self.published || self.updated {
            ListingState::Published
        } else if self.not_published {
            ListingState::Abandoned
        } else {
            resumed(&listing)
        };
        (listing.step, listing.reason, listing.notice, listing.tries) = (None, None, None, 0);
        Ok(vec![listing])
    }
}

fn must_be_an_id(id: &str, option: &str) -> anyhow::Result<()> {
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        bail!(Final::new(format!("{option} wants the board's id of the listing, letters and digits alone")));
    }
    Ok(())
}

/// The listings when the board has this one on view: the one that is on its way is it, or one that nothing is written down of;
/// then one that was on view before has given it its place.
fn on_view(mut listings: Vec<Model>, noted: Model, id: &str) -> anyhow::Result<Vec<Model>> {
    must_be_an_id(id, "--on-view")?;
    let is_it = |listing: &Model| match listing.state {
        ListingState::Removed | ListingState::Abandoned => false,
        ListingState::Published => listing.listing_id.as_deref() == Some(id),
        _ => listing.listing_id.as_deref().is_none_or(|held| held == id),
    };
    let mut changed = Vec::new();
    let mut listing = match listings.pop() {
        Some(latest) if is_it(&latest) => latest,
        Some(mut latest) => {
            if latest.state == ListingState::Published {
                latest.notice = Some(Notice::Replaced);
                changed.push(latest);
            }
            noted
        }
        None => noted,
    };
    listing.state = ListingState::Published;
    listing.listing_id = Some(id.to_owned());
    (listing.step, listing.reason, listing.notice, listing.tries) = (None, None, None, 0);
    changed.push(listing);
    Ok(changed)
}

/// All that were to be removed; without any, the one that is on view.
fn removed(listings: Vec<Model>, vacancy: &str) -> anyhow::Result<Vec<Model>> {
    let (noted, others): (Vec<Model>, Vec<Model>) = listings.into_iter().partition(|listing| listing.notice.is_some());
    let on_view = |listing: &Model| listing.state == ListingState::Published;
    let mut chosen = if noted.is_empty() { others.into_iter().filter(on_view).collect() } else { noted };
    if chosen.is_empty() {
        bail!(Final::new(format!("that does not fit: no listing of {vacancy} is on view")));
    }
    for listing in &mut chosen {
        listing.state = ListingState::Removed;
        (listing.notice, listing.reason) = (None, None);
    }
    Ok(chosen)
}

fn in_words(listing: &Model) -> String {
    let step = listing.step.map(|step| format!(" ({})", step.name())).unwrap_or_default();
    let notice = listing.notice.map(|notice| format!(", {}", notice.name())).unwrap_or_default();
    format!("{}{step}{notice}", listing.state.name())
}
