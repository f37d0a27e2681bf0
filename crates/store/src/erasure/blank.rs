//! What stays of a row: its key, and the month by which the warehouse finds it.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike as _, NaiveTime, Utc};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _};

use super::{
    AT_ONCE, Forgotten, candidates,
    traces::{NOBODY, Traces},
    warehouses::Warehouses,
};
use crate::{
    StoreError,
    entity::{application, application_event},
    load::Change,
    sql::execute,
};

pub(super) async fn blank(
    change: &Change<'_>,
    traces: &Traces,
    known: &Warehouses<'_>,
) -> Result<Forgotten, StoreError> {
    let (applications, events) = applications(change, &traces.applications).await?;
    let candidates = candidates::blank(change, traces, known).await?;
    Ok(Forgotten { applications, events, candidates, ..Forgotten::default() })
}

async fn applications(change: &Change<'_>, ids: &BTreeSet<String>) -> Result<(u64, u64), StoreError> {
    let (mut applications, mut events) = (0, 0);
    for ids in ids.iter().collect::<Vec<_>>().chunks(AT_ONCE) {
        for (id, created) in created(change, ids).await? {
            applications += blank_application(change, id, created).await?;
        }
        for (id, number, occurred) in occurred(change, ids).await? {
            events += blank_event(change, id, number, occurred).await?;
        }
    }
    Ok((applications, events))
}

async fn created(change: &Change<'_>, ids: &[&String]) -> Result<Vec<(String, DateTime<Utc>)>, StoreError> {
    use application::Column::{Created, Id};
    let query = application::Entity::find().filter(Id.is_in(ids.iter().copied())).select_only().columns([Id, Created]);
    Ok(query.into_tuple().all(change.transaction).await?)
}

async fn occurred(change: &Change<'_>, ids: &[&String]) -> Result<Vec<(String, i64, DateTime<Utc>)>, StoreError> {
    use application_event::Column::{ApplicationId, EventNo, Occurred};
    let query = application_event::Entity::find().filter(ApplicationId.is_in(ids.iter().copied())).select_only();
    Ok(query.columns([ApplicationId, EventNo, Occurred]).into_tuple().all(change.transaction).await?)
}

async fn blank_application(change: &Change<'_>, id: String, created: DateTime<Utc>) -> Result<u64, StoreError> {
    // who is blank already is not changed again
    let sql = "UPDATE application SET number = NULL, vacancy_id = NULL, job_id = NULL, candidate_id = NULL, \
               candidate_key = $4, candidate_hash = '', email = NULL, first_name = NULL, middle_name = NULL, \
               last_name = NULL, created = $5, created_at_source = $5, updated = NULL, status = NULL, stage = NULL, stage_localized = NULL, \
               disqualify_reason = NULL, disqualify_reason_localized = NULL, source = NULL, raw = '', \
               content_hash = '', raw_hash = '', first_seen = $5, removed_at = coalesce(removed_at, $2), \
               changed_seq = $1 WHERE id = $3 AND content_hash <> ''";
    let Change { transaction, seq, now, .. } = *change;
    let values = [seq.into(), now.into(), id.into(), NOBODY.into(), month(created).into()];
    execute(transaction, sql, values).await
}

async fn blank_event(
    change: &Change<'_>,
    application_id: String,
    number: i64,
    occurred: DateTime<Utc>,
) -> Result<u64, StoreError> {
    // blanking has put it at the first instant of its month: what stands there is not changed again
    let sql = "UPDATE application_event SET vacancy_id = NULL, occurred = $5, observed = $5, previous_observed = NULL, \
               from_stage = NULL, from_stage_localized = NULL, to_stage = NULL, to_stage_localized = NULL, from_status = NULL, to_status = NULL, removed_at = coalesce(removed_at, $2), \
               changed_seq = $1 WHERE application_id = $3 AND event_no = $4 AND observed <> $5";
    let Change { transaction, seq, now, .. } = *change;
    let values = [seq.into(), now.into(), application_id.into(), number.into(), month(occurred).into()];
    execute(transaction, sql, values).await
}

/// The first instant of its month: a table of the warehouse is partitioned by months, and a row is looked for in its own.
fn month(at: DateTime<Utc>) -> DateTime<Utc> {
    at.date_naive().with_day(1).map_or(at, |first| first.and_time(NaiveTime::MIN).and_utc())
}
