//! One transfer: the lock, the row in the audit, and what is due.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context as _, bail};
use domain::TooManyChanges;
use one_shot::Patience;
use runtime::{Context, Final, Summary};
use store::{
    RunTotals, SliceCounts, Store,
    entity::board_listing::{ListingState, Model, Notice, Step},
};

use crate::{
    audit,
    claim::{self, BoardArgs},
    config::{OnChange, Settings},
    pipeline::{self, Clients, Pipeline},
    sink::{
        listing::{Of, planned, stop},
        steps::Progress,
    },
    transform::{Decision, Draft, Mapping, selection::Selection},
};

pub(crate) async fn run(
    context: &Context,
    settings: &Settings,
    board: BoardArgs,
    accept_changes: u64,
    wait: Option<Duration>,
) -> anyhow::Result<Summary> {
    if accept_changes > 0 && settings.transfer.on_change == OnChange::Hold {
        bail!(Final::new(
            "--accept-changes is for TRANSFER_ON_CHANGE=republish; with hold, what has changed is not handed over anew"
        ));
    }
    let mapping = pipeline::mapping(settings)?;
    let store = one_shot::open(context.program, &settings.database).await?;
    if let Some(told) = settings.board.is_readable_by_others() {
        tracing::warn!("{told}");
    }
    let clients = Clients::new(context, settings)?;
    let patience = Patience::of_a_run(board.is_given() || accept_changes > 0, wait);
    audit::run(context, &store, ("run", patience), async |audited| {
        claim::check(&audited, context, settings, board).await?;
        let pipeline = Pipeline::new(context, settings, &clients, &audited);
        let mut run = Run { settings, pipeline, accept_changes, counts: Counts::default() };
        let result = run.all(context, audited.store, &mapping).await;
        // also of a run that has failed: what it has handed over is at the board
        *audited.totals = RunTotals { counts: Some(run.counts.all()), ..clients.totals() };
        result
    })
    .await
}

struct Run<'a> {
    settings: &'a Settings,
    pipeline: Pipeline<'a>,
    /// So many may be handed over anew at once, since a person has looked.
    accept_changes: u64,
    counts: Counts,
}

impl Run<'_> {
    async fn all(&mut self, context: &Context, store: &Store, mapping: &Mapping) -> anyhow::Result<()> {
        store.source().await?.context("the store is empty: let ingest run first")?;
        let mut situation = pipeline::situation(context, self.settings, store, mapping).await?;
        self.counts.slice.suppressed = situation.selection.left_out.len() as u64;
        report_gaps(&situation.selection);
        // before changes are counted: a file that only has another address is none
        self.pipeline.compare(&mut situation).await?;
        self.counts.held_back = situation.hold_back(self.accept_changes).err();
        for vacancy in situation.vacancies() {
            self.pipeline.sink.ledger.go_on()?;
            let decision = situation.decision(&vacancy);
            let latest = situation.latest.remove(&vacancy);
            self.one(decision, latest, situation.selection.drafts.get(&vacancy)).await?;
            if self.counts.lost > 0 {
                // whatever took that answer away would take the next ones too
                break;
            }
        }
        self.counts.judge()
    }

    async fn one(&mut self, decision: Decision, latest: Option<Model>, draft: Option<&Draft>) -> anyhow::Result<()> {
        match (decision, latest, draft) {
            (Decision::Plan, latest, Some(draft)) => self.begin(latest, draft, true).await,
            (Decision::GoOn, Some(listing), Some(draft)) => self.bring(listing, draft, true).await,
            (Decision::Replace, Some(mut old), Some(draft)) => {
                old.notice = Some(Notice::Replaced);
                warn_of(&old, Notice::Replaced);
                self.begin(Some(old), draft, false).await
            }
            (Decision::Restart, Some(mut old), Some(draft)) => {
                give_up(&mut old, "the posting changed before it was published; it was handed over anew");
                self.begin(Some(old), draft, true).await
            }
            (Decision::Abandon, Some(mut old), _) => {
                give_up(&mut old, "the posting is no longer to be shown; it was not published");
                self.write(old).await
            }
            (Decision::Unchanged, Some(listing), _) => self.notify(listing, None).await,
            (Decision::Notify(notice), Some(listing), _) => self.notify(listing, Some(notice)).await,
            (Decision::Lost(step), Some(listing), _) => self.lost(listing, step).await,
            (Decision::Wait, Some(listing), _) => {
                warn_of_waiting(&listing);
                self.counts.waiting += 1;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    async fn write(&self, mut listing: Model) -> anyhow::Result<()> {
        self.pipeline.sink.ledger.write(&mut listing).await
    }

    async fn begin(&mut self, old: Option<Model>, draft: &Draft, is_new: bool) -> anyhow::Result<()> {
        let ledger = &self.pipeline.sink.ledger;
        let Draft { vacancy_id, media_id, content_hash, .. } = draft;
        let of = Of { vacancy_id, media_id, content_hash };
        let new = planned(self.settings.board.ledger(), old.as_ref(), of, ledger.run_id, ledger.now());
        let rows: Vec<Model> = old.into_iter().chain([new.clone()]).collect();
        // both at once: a crash in between would leave an old ad on view that nobody is told to remove
        ledger.writer.note(&rows, &[]).await?;
        self.bring(new, draft, is_new).await
    }

    async fn bring(&mut self, mut listing: Model, draft: &Draft, is_new: bool) -> anyhow::Result<()> {
        let before = (listing.state, listing.reason.clone());
        let progress = self.pipeline.bring(&mut listing, draft).await?;
        let vacancy = &listing.vacancy_id;
        match progress {
            Progress::Published if is_new => self.counts.slice.inserted += 1,
            Progress::Published => self.counts.slice.updated += 1,
            Progress::Failed => {
                tracing::warn!(vacancy, "it could not be handed over; the next run tries again");
                self.counts.failed += 1;
            }
            Progress::Stopped => {
                tracing::warn!(vacancy, "it waits for a person: `transfer listings` tells why");
                self.counts.waiting += 1;
                // it may have waited before, for the same reason
                self.counts.news += u64::from(before != (listing.state, listing.reason));
            }
            Progress::Lost => {
                tracing::warn!(vacancy, "the answer to `create` was lost; no other posting is begun in this run");
                (self.counts.waiting, self.counts.news) = (self.counts.waiting + 1, self.counts.news + 1);
                self.counts.lost += 1;
            }
            Progress::Away(reason) => bail!("the board is away: {reason}"),
            Progress::NoAccount => bail!(Final::new(
                "the board takes nothing from the account, not even a trial: look at BOARD_EMAIL and BOARD_PASSWORD"
            )),
        }
        Ok(())
    }

    /// Writes down what somebody has to do by hand, or no longer: a posting was changed back, or came back.
    async fn notify(&mut self, mut listing: Model, notice: Option<Notice>) -> anyhow::Result<()> {
        match notice {
            Some(Notice::Withdrawn) => self.counts.slice.removed += 1,
            _ => self.counts.slice.unchanged += 1,
        }
        if let Some(notice) = notice {
            warn_of(&listing, notice);
        }
        if listing.notice != notice {
            listing.notice = notice;
            self.write(listing).await?;
        }
        Ok(())
    }

    async fn lost(&mut self, mut listing: Model, step: Step) -> anyhow::Result<()> {
        stop(&mut listing, ListingState::Unknown, step, "a run was cut off in the middle of this call");
        warn_of_waiting(&listing);
        (self.counts.waiting, self.counts.news) = (self.counts.waiting + 1, self.counts.news + 1);
        self.write(listing).await
    }
}

fn give_up(listing: &mut Model, reason: &str) {
    listing.state = ListingState::Abandoned;
    listing.reason = Some(reason.to_owned());
}

fn warn_of(listing: &Model, notice: Notice) {
    let what = match notice {
        Notice::Changed => "the posting has changed since it was published: change the listing by hand",
        Notice::Withdrawn => "the posting is no longer to be shown: remove the listing by hand",
        Notice::Replaced => "a new listing takes its place: remove the old one by hand",
    };
    tracing::warn!(vacancy = listing.vacancy_id, listing = listing.listing_id, "{what}");
}

fn warn_of_waiting(listing: &Model) {
    tracing::warn!(
        vacancy = listing.vacancy_id,
        listing = listing.listing_id,
        reason = listing.reason,
        "it waits for a person: `transfer resolve` tells what came of it"
    );
}

fn report_gaps(selection: &Selection) {
    let mut gaps: BTreeMap<&str, u64> = BTreeMap::new();
    for gap in selection.drafts.values().flat_map(|draft| &draft.gaps) {
        *gaps.entry(gap).or_default() += 1;
    }
    for (gap, postings) in gaps {
        tracing::info!(postings, gap, "not all of a posting can be told the board");
    }
}

pub(crate) fn in_words(judgement: &TooManyChanges) -> String {
    format!(
        "{judgement}, so none of them is: look at the mapping file and at what `transfer listings` reports as changed; if that \
         is right, run transfer once with --accept-changes {}",
        judgement.changed
    )
}

#[derive(Default)]
struct Counts {
    /// Inserted are those published, updated those handed over anew, removed those withdrawn.
    slice: SliceCounts,
    failed: u64,
    waiting: u64,
    /// Of these, they wait since this run.
    news: u64,
    /// Of these, the answer to `create` was lost.
    lost: u64,
    /// So many have changed that none was handed over anew.
    held_back: Option<TooManyChanges>,
}

impl Counts {
    fn all(&self) -> SliceCounts {
        let rejected = self.failed + self.waiting;
        let SliceCounts { inserted, updated, unchanged, suppressed, .. } = self.slice;
        SliceCounts { fetched: inserted + updated + unchanged + rejected + suppressed, rejected, ..self.slice }
    }

    /// A run that could not hand everything over is no good one.
    fn judge(&self) -> anyhow::Result<()> {
        let Self { failed, waiting, news, .. } = self;
        let published = self.slice.inserted;
        let mut why: Vec<String> = self.held_back.iter().map(in_words).collect();
        // what waits for a person is said once with an exit code, and then in every log
        if *news > 0 {
            let told = "`transfer listings` tells why";
            why.push(format!("{news} postings wait for a person from now on ({waiting} in all): {told}"));
        }
        if !why.is_empty() {
            why.push(format!("{published} were published, {failed} are tried again"));
            bail!(Final::new(why.join("; ")));
        }
        if *failed > 0 {
            bail!("{failed} postings could not be handed over and are tried again; {published} were published");
        }
        Ok(())
    }
}
