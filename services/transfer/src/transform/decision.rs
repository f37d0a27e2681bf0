//! What is to be done about a vacancy, by what its posting says now and what the board was told.

use store::entity::board_listing::{ListingState, Model, Notice, Step};

use super::Draft;
use crate::config::{OnChange, OnUnknown};

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Hand it over as a listing of its own.
    Plan,
    /// Go on where the last run stopped.
    GoOn,
    /// Nothing: the board has it as it is.
    Unchanged,
    /// Nothing: the board has none of it, and is to have none.
    Nothing,
    /// Hand it over anew; the old listing is to be removed by hand.
    Replace,
    /// Give the unpublished listing up, and hand the posting over anew.
    Restart,
    /// Give it up: it is not to be shown any more, and never was.
    Abandon,
    /// Say what somebody has to do at the board.
    Notify(Notice),
    /// The last run was cut off in a call that must not be made again.
    Lost(Step),
    /// It waits for a person.
    Wait,
}

/// Decides. `latest` is the newest listing of the vacancy; without `draft` it is not to be shown.
pub fn decide(latest: Option<&Model>, draft: Option<&Draft>, on_change: OnChange, on_unknown: OnUnknown) -> Decision {
    let Some(latest) = latest else { return if draft.is_some() { Decision::Plan } else { Decision::Nothing } };
    let is_same = draft.is_some_and(|draft| draft.content_hash == latest.content_hash);
    let may_retry = on_unknown == OnUnknown::Retry && draft.is_some();
    match latest.state {
        ListingState::Published => published(draft.is_some(), is_same, on_change),
        ListingState::Removed | ListingState::Abandoned if draft.is_some() => Decision::Plan,
        ListingState::Removed | ListingState::Abandoned => Decision::Nothing,
        ListingState::Creating if may_retry => Decision::GoOn,
        ListingState::Creating => Decision::Lost(Step::Create),
        ListingState::Unknown if latest.step == Some(Step::Create) && may_retry => Decision::GoOn,
        ListingState::Unknown => Decision::Wait,
        // whether it is to be shown or not: it may be on view already
        ListingState::Publishing if draft.is_none() => Decision::Lost(Step::Publish),
        ListingState::Publishing => Decision::GoOn,
        ListingState::Held | ListingState::Planned | ListingState::Created | ListingState::Uploading => {
            on_its_way(latest, draft.is_some(), is_same)
        }
    }
}

fn published(is_shown: bool, is_same: bool, on_change: OnChange) -> Decision {
    match (is_shown, on_change) {
        (true, _) if is_same => Decision::Unchanged,
        (true, OnChange::Hold) => Decision::Notify(Notice::Changed),
        (true, OnChange::Republish) => Decision::Replace,
        (false, _) => Decision::Notify(Notice::Withdrawn),
    }
}

fn on_its_way(latest: &Model, is_shown: bool, is_same: bool) -> Decision {
    if !is_shown {
        return Decision::Abandon;
    }
    if latest.listing_id.is_some() && !is_same {
        return Decision::Restart;
    }
    // what could not be fetched may be there now, and a posting that was changed may be taken now
    let may_go_on = latest.state != ListingState::Held || latest.step == Some(Step::Fetch) || !is_same;
    if may_go_on { Decision::GoOn } else { Decision::Wait }
}
