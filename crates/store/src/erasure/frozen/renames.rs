//! Stages that were given another name: whoever was in one of them has not moved.

use std::collections::BTreeSet;

use domain::{
    cohort::{Event, Grouping, Renames},
    vocabulary::Vocabulary,
};
use sea_orm::{
    ColumnTrait as _, DatabaseTransaction, EntityTrait as _, ExprTrait as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, Select,
};

use super::closed::Remembered;
use crate::{StoreError, entity::application_event};

/// Of the pairs of labels between which these went out, those of which one stands for the other. That asks about everybody's
/// history, so it is asked only where it makes a difference.
pub(super) async fn renames(
    transaction: &DatabaseTransaction,
    remembered: &[Remembered],
    grouping: &Grouping,
    vocabulary: &Vocabulary,
) -> Result<Renames, StoreError> {
    let (mut renames, mut pairs) = (Renames::default(), BTreeSet::new());
    for one in remembered {
        let closed = one.closed(vocabulary);
        pairs.extend(closed.events.iter().filter_map(Event::depends_on_names).map(owned));
    }
    for (from, to) in pairs {
        let Some(first) = first_seen(transaction, &to).await? else { continue };
        let day = grouping.calendar.date(first.observed);
        if is_rename(transaction, (&from, &to), day, grouping).await? {
            renames.add(&from, &to, day);
        }
    }
    Ok(renames)
}

fn owned((from, to): (&str, &str)) -> (String, String) {
    (from.to_owned(), to.to_owned())
}

fn events() -> Select<application_event::Entity> {
    application_event::Entity::find().filter(application_event::Column::RemovedAt.is_null())
}

async fn first_seen(
    transaction: &DatabaseTransaction,
    label: &str,
) -> Result<Option<application_event::Model>, StoreError> {
    use application_event::Column::{EventNo, ToStage};
    Ok(events().filter(ToStage.eq(label)).order_by_asc(EventNo).one(transaction).await?)
}

/// Whether on that day, the first of the second label, enough went over to it from the first one, and more than half of those that
/// were there when the day began.
async fn is_rename(
    transaction: &DatabaseTransaction,
    (from, to): (&str, &str),
    day: chrono::NaiveDate,
    grouping: &Grouping,
) -> Result<bool, StoreError> {
    use application_event::Column::{ApplicationId, FromStage, Observed, ToStage};
    let begins = grouping.calendar.beginning(day);
    let ends = day.succ_opt().map_or(begins, |next| grouping.calendar.beginning(next));
    let moved = events().filter(FromStage.eq(from)).filter(ToStage.eq(to));
    let moved = moved.filter(Observed.gte(begins)).filter(Observed.lt(ends));
    let moved = moved.select_only().column(ApplicationId).distinct().count(transaction).await?;
    if moved < grouping.min_group {
        return Ok(false);
    }
    let before = || events().filter(Observed.lt(begins));
    let is_other = |column: application_event::Column| column.is_null().or(column.ne(from));
    let came = before().filter(ToStage.eq(from)).filter(is_other(FromStage)).count(transaction).await?;
    let went = before().filter(FromStage.eq(from)).filter(is_other(ToStage)).count(transaction).await?;
    Ok(2 * moved > came.saturating_sub(went))
}
