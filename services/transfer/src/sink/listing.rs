//! Rows of the ledger, as they come and go.

use chrono::{DateTime, Utc};
use domain::instant::microseconds;
use store::{
    Board,
    entity::board_listing::{ListingState, Model, Step},
};

#[derive(Clone, Copy)]
pub(crate) struct Of<'a> {
    pub(crate) vacancy_id: &'a str,
    pub(crate) media_id: &'a str,
    pub(crate) content_hash: &'a str,
}

pub(crate) fn planned(board: Board, latest: Option<&Model>, of: Of<'_>, run_id: &str, now: DateTime<Utc>) -> Model {
    Model {
        board: board.base_url,
        mode: board.mode,
        vacancy_id: of.vacancy_id.to_owned(),
        generation: latest.map_or(1, |latest| latest.generation + 1),
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

pub(crate) fn resumed(listing: &Model) -> ListingState {
    if listing.listing_id.is_some() { ListingState::Created } else { ListingState::Planned }
}

pub(crate) fn stop(listing: &mut Model, state: ListingState, step: Step, reason: &str) {
    listing.state = state;
    listing.step = Some(step);
    listing.reason = Some(reason.to_owned());
}
