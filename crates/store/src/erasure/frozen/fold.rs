//! Groups that are too small to stand by themselves.

use std::collections::BTreeSet;

use domain::cohort::{Group, Month};

use super::{rows, sizes::Sizes};
use crate::{StoreError, load::Change, sql::execute};

pub(super) async fn small(change: &Change<'_>, months: &BTreeSet<Month>, sizes: &Sizes) -> Result<(), StoreError> {
    for month in months {
        for row in rows::of_month(change.transaction, *month).await? {
            let group = Group::new(*month, Some(&row.department), Some(&row.city));
            if !group.is_of_small_ones() && !sizes.is_enough(&group) {
                rows::add(change, &row.among_small_ones(*month)).await?;
                tombstone(change, &row.group_key).await?;
            }
        }
    }
    Ok(())
}

async fn tombstone(change: &Change<'_>, group_key: &str) -> Result<(), StoreError> {
    // the row stays, so that a warehouse drops its own
    let sql = "UPDATE application_month SET applications = 0, removed_at = $2, changed_seq = $3 WHERE group_key = $1";
    let values = [group_key.into(), change.now.into(), change.seq.into()];
    execute(change.transaction, sql, values).await.map(|_| ())
}
