//! Rows of the ledger, as they come and go.

use chrono::{DateTime, Utc};
use domain::instant::microseconds;
use store::{
    Board,
    entity::{
        board_attachment,
        board_listing::{ListingState, Model, Step},
    },
};

use super::files::File;
use crate::transform::Draft;

/// What a listing is of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Of<'a> {
    pub(crate) vacancy_id: &'a str,
    pub(crate) media_id: &'a str,
    pub(crate) content_hash: &'a str,
}

impl<'a> From<&'a Draft> for Of<'a> {
    fn from(draft: &'a Draft) -> Self {
        Self { vacancy_id: &draft.vacancy_id, media_id: &draft.media_id, content_hash: &draft.content_hash }
    }
}

/// A listing that is to be, the next one of its vacancy.
pub(crate) fn planned(board: &Board, generation: i32, of: Of<'_>, run_id: &str, now: DateTime<Utc>) -> Model {
    Model {
        board: board.base_url.clone(),
        mode: board.mode.clone(),
        vacancy_id: of.vacancy_id.to_owned(),
        generation,
        media_id: of.media_id.to_owned(),
        state: ListingState::Planned,
        step: None,
        reason: None,
        notice: None,
        listing_id: None,
        content_hash: of.content_hash.to_owned(),
        tries: 0,
        planned_at: microseconds(now),
        moved_at: microseconds(now),
        published_at: None,
        run_id: run_id.to_owned(),
    }
}

/// Where it goes on: what the board has given an id goes on there.
pub(crate) fn resumed(listing: &Model) -> ListingState {
    if listing.listing_id.is_some() { ListingState::Created } else { ListingState::Planned }
}

/// It came no further, in this step and for this reason.
pub(crate) fn stop(listing: &mut Model, state: ListingState, step: Step, reason: &str) {
    listing.state = state;
    listing.step = Some(step);
    listing.reason = Some(reason.to_owned());
}

/// A file of a listing that is to be handed over.
pub(super) fn attachment(listing: &Model, position: i32, file: &File, now: DateTime<Utc>) -> board_attachment::Model {
    board_attachment::Model {
        board: listing.board.clone(),
        mode: listing.mode.clone(),
        vacancy_id: listing.vacancy_id.clone(),
        generation: listing.generation,
        position,
        attempt: 1,
        url: file.url.to_string(),
        filename: file.name.clone(),
        mime_type: file.fetched.media_type.name.to_owned(),
        bytes: i64::try_from(file.fetched.bytes).unwrap_or(i64::MAX),
        sha256: Some(file.fetched.sha256.clone()),
        state: board_attachment::AttachmentState::Planned,
        attachment_id: None,
        moved_at: microseconds(now),
    }
}
