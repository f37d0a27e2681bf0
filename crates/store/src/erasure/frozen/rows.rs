//! The rows of `application_month`.

use std::collections::HashSet;

use domain::cohort::Month;
use sea_orm::{
    ColumnTrait as _, DatabaseTransaction, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use crate::{StoreError, entity::application_month, load::Change, sql::execute};

pub(super) async fn months(transaction: &DatabaseTransaction) -> Result<HashSet<String>, StoreError> {
    use application_month::Column::{Month, RemovedAt};
    let query = application_month::Entity::find().filter(RemovedAt.is_null()).select_only().column(Month).distinct();
    Ok(query.into_tuple::<String>().all(transaction).await?.into_iter().collect())
}

pub(super) async fn of_month(
    transaction: &DatabaseTransaction,
    month: Month,
) -> Result<Vec<application_month::Model>, StoreError> {
    use application_month::Column::{GroupKey, Month, RemovedAt};
    let query = application_month::Entity::find().filter(Month.eq(month.to_string())).filter(RemovedAt.is_null());
    Ok(query.order_by_asc(GroupKey).all(transaction).await?)
}

pub(super) async fn add(change: &Change<'_>, row: &application_month::Model) -> Result<(), StoreError> {
    // a group that was counted among the small ones may have become large enough again, so its tombstone goes
    let sql = "INSERT INTO application_month (group_key, month, department, city, furthest_stage_kind, outcome, reason_kind, \
               is_eligible, weeks, applications, removed_at, changed_seq) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, NULL, $11) ON CONFLICT (group_key) DO UPDATE SET \
               applications = application_month.applications + excluded.applications, removed_at = NULL, \
               changed_seq = excluded.changed_seq";
    let values = [
        row.group_key.as_str().into(),
        row.month.as_str().into(),
        row.department.as_str().into(),
        row.city.as_str().into(),
        row.furthest_stage_kind.as_str().into(),
        row.outcome.as_str().into(),
        row.reason_kind.as_str().into(),
        row.is_eligible.into(),
        row.weeks.into(),
        row.applications.into(),
        change.seq.into(),
    ];
    execute(change.transaction, sql, values).await.map(|_| ())
}
