//! The ledger, for people and for machines.

use chrono::{DateTime, Utc};
use runtime::{Context, Summary, answer};
use serde_json::json;
use store::entity::{
    board_attachment::{self, AttachmentState},
    board_listing::{Model, Notice, Step},
};

use crate::config::Settings;

pub(crate) async fn print_listings(context: &Context, settings: &Settings, as_json: bool) -> anyhow::Result<Summary> {
    let store = one_shot::open(context.program, &settings.database).await?;
    let (mut objects, mut rows) = (Vec::new(), Vec::new());
    for listing in store.listings(&settings.board.ledger()).await? {
        let files = FileCounts::of(&store.attachments_of(&listing).await?);
        if as_json {
            objects.push(object(&listing, &files));
        } else {
            rows.push(row(&listing, &files));
        }
    }
    if as_json {
        answer::line(serde_json::to_string_pretty(&objects)?);
    } else {
        let header = ["vacancy", "state", "files", "listing", "published", "tries", "what is to be done"];
        answer::table(&header, &rows);
    }
    Ok(Summary::default())
}

struct FileCounts {
    uploaded: usize,
    all: usize,
    /// What lost answers have left behind at the board.
    orphans: Vec<String>,
}

impl FileCounts {
    fn of(rows: &[board_attachment::Model]) -> Self {
        let is = |state| move |row: &&board_attachment::Model| row.state == state;
        let orphans = rows.iter().filter(is(AttachmentState::Orphaned)).filter_map(|row| row.attachment_id.clone());
        Self {
            uploaded: rows.iter().filter(is(AttachmentState::Uploaded)).count(),
            // each further attempt is a row of its own for the same file
            all: rows.iter().filter(|row| row.attempt == 1).count(),
            orphans: orphans.collect(),
        }
    }
}

fn object(listing: &Model, files: &FileCounts) -> serde_json::Value {
    json!({
        "vacancy_id": listing.vacancy_id, "generation": listing.generation, "media_id": listing.media_id,
        "mode": listing.mode, "state": listing.state.name(), "step": listing.step.map(Step::name),
        "reason": listing.reason, "notice": listing.notice.map(Notice::name), "listing_id": listing.listing_id,
        "files": files.all, "files_uploaded": files.uploaded, "orphans": files.orphans, "tries": listing.tries,
        "planned_at": listing.planned_at, "moved_at": listing.moved_at, "published_at": listing.published_at,
    })
}

fn row(listing: &Model, files: &FileCounts) -> Vec<String> {
    let minute = |at: DateTime<Utc>| at.format("%Y-%m-%d %H:%M").to_string();
    let state =
        listing.step.map_or_else(|| listing.state.name(), |step| format!("{} ({})", listing.state.name(), step.name()));
    vec![
        listing.vacancy_id.clone(),
        state,
        format!("{}/{}", files.uploaded, files.all),
        listing.listing_id.clone().unwrap_or_default(),
        listing.published_at.map(minute).unwrap_or_default(),
        listing.tries.to_string(),
        to_do(listing),
    ]
}

fn to_do(listing: &Model) -> String {
    let by_hand = listing.notice.map(|notice| match notice {
        Notice::Changed => "the posting has changed: change the listing by hand",
        Notice::Withdrawn => "the posting is gone: remove the listing by hand",
        Notice::Replaced => "a new listing takes its place: remove this one by hand",
    });
    by_hand.map(str::to_owned).or_else(|| listing.reason.clone()).unwrap_or_default()
}
