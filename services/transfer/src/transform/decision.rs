//! What is to be done about a vacancy, by what its posting says now and what the board was told.

use store::entity::board_listing::{ListingState, Model, Notice, Step};

use super::{Draft, Likeness};
use crate::config::{OnChange, OnUnknown};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Hand it over as a listing of its own.
    Plan,
    GoOn,
    /// Look at its files, and decide then: their addresses have changed, and nothing else.
    Compare,
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
    Wait,
}

/// Decides. `latest` is the newest listing of the vacancy; without `draft` it is not to be shown. `likeness` is that of the two.
pub fn decide(
    latest: Option<&Model>,
    draft: Option<&Draft>,
    likeness: Likeness,
    on_change: OnChange,
    on_unknown: OnUnknown,
) -> Decision {
    let Some(latest) = latest else { return if draft.is_some() { Decision::Plan } else { Decision::Nothing } };
    let may_retry = on_unknown == OnUnknown::Retry && draft.is_some();
    match latest.state {
        ListingState::Published => published(latest, draft.is_some(), likeness, on_change),
        ListingState::Removed | ListingState::Abandoned if draft.is_some() => Decision::Plan,
        ListingState::Removed | ListingState::Abandoned => Decision::Nothing,
        ListingState::Creating if may_retry => Decision::GoOn,
        // a run was cut off in the call: the board may have the ad, and cannot be asked
        ListingState::Creating => Decision::Lost(Step::Create),
        ListingState::Unknown if latest.step == Some(Step::Create) && may_retry => Decision::GoOn,
        ListingState::Unknown => Decision::Wait,
        // whether it is to be shown or not: it may be on view already
        ListingState::Publishing if draft.is_none() => Decision::Lost(Step::Publish),
        ListingState::Publishing => Decision::GoOn,
        ListingState::Held | ListingState::Planned | ListingState::Created | ListingState::Uploading => {
            on_its_way(latest, draft.is_some(), likeness)
        }
    }
}

fn published(latest: &Model, is_shown: bool, likeness: Likeness, on_change: OnChange) -> Decision {
    match (likeness, on_change) {
        _ if !is_shown => Decision::Notify(Notice::Withdrawn),
        // a change that was seen stays to be done by hand, though nobody can see it just now
        (Likeness::Unseen, _) if latest.notice == Some(Notice::Changed) => Decision::Notify(Notice::Changed),
        (Likeness::Same | Likeness::Unseen, _) => Decision::Unchanged,
        (Likeness::Moved, _) => Decision::Compare,
        (Likeness::Changed, OnChange::Hold) => Decision::Notify(Notice::Changed),
        (Likeness::Changed, OnChange::Republish) => Decision::Replace,
    }
}

fn on_its_way(latest: &Model, is_shown: bool, likeness: Likeness) -> Decision {
    // without an id the board has no part of it, and `create` fetches all files where they are now
    match (likeness, &latest.listing_id) {
        _ if !is_shown => return Decision::Abandon,
        (Likeness::Changed, Some(_)) => return Decision::Restart,
        (Likeness::Moved, Some(_)) => return Decision::Compare,
        _ => {}
    }
    // what could not be fetched may be there now, and a posting that was changed may be taken now
    let may_go_on =
        latest.state != ListingState::Held || latest.step == Some(Step::Fetch) || likeness == Likeness::Changed;
    if may_go_on { Decision::GoOn } else { Decision::Wait }
}
