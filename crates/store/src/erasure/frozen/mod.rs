//! What stays of applications whose time is over, as numbers that name nobody. A group of too few is never written: it is counted
//! among the small ones of its month, and so is one that has become too small because others of it are forgotten.

mod closed;
mod fold;
mod places;
mod rows;
mod sizes;

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    cohort::{Group, Grouping, Month},
    vocabulary::Vocabulary,
};

use crate::{StoreError, entity::application_month, load::Change};
use places::Places;
use sizes::Sizes;

/// Counts those of these applications that are closed, before they are blanked; gives the months in which they came in, of which no
/// group is smaller when they are.
pub(super) async fn freeze(
    change: &Change<'_>,
    ids: &BTreeSet<String>,
    grouping: &Grouping,
    vocabulary: &Vocabulary,
) -> Result<BTreeSet<Month>, StoreError> {
    let remembered = closed::remembered(change.transaction, ids).await?;
    let months: BTreeSet<Month> = remembered.iter().map(|one| grouping.calendar.month(one.created())).collect();
    if months.is_empty() {
        return Ok(months);
    }
    let places = Places::of(change.transaction).await?;
    let sizes = Sizes::of(change.transaction, &months, &places, grouping).await?;
    let mut counts = BTreeMap::new();
    for one in &remembered {
        let month = grouping.calendar.month(one.created());
        let group = places.group(month, one.vacancy_id());
        // a group of too few is never written, not even for a moment
        let group = if sizes.is_enough(&group) { group } else { Group::of_small_ones(month) };
        *counts.entry((group, one.closed(vocabulary).summary(grouping.calendar))).or_insert(0) += 1;
    }
    for ((group, summary), applications) in counts {
        rows::add(change, &application_month::Model::of(&group, &summary, applications)).await?;
    }
    fold::small(change, &months, &sizes).await?;
    Ok(months)
}

/// The months in which these came in and of which something is frozen; to be asked before they are blanked.
pub(super) async fn months(
    change: &Change<'_>,
    ids: &BTreeSet<String>,
    grouping: &Grouping,
) -> Result<BTreeSet<Month>, StoreError> {
    let frozen = rows::months(change.transaction).await?;
    if frozen.is_empty() {
        return Ok(BTreeSet::new());
    }
    let created = closed::created(change.transaction, ids).await?;
    let months = created.into_iter().map(|at| grouping.calendar.month(at));
    Ok(months.filter(|month| frozen.contains(&month.to_string())).collect())
}

pub(super) async fn fold(change: &Change<'_>, months: &BTreeSet<Month>, grouping: &Grouping) -> Result<(), StoreError> {
    if months.is_empty() {
        return Ok(());
    }
    let places = Places::of(change.transaction).await?;
    let sizes = Sizes::of(change.transaction, months, &places, grouping).await?;
    fold::small(change, months, &sizes).await
}
