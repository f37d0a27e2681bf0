//! Records that could not be read. They are kept whole and do not stop the others.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use domain::instant::microseconds;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, DatabaseConnection, DatabaseTransaction, EntityTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use sha2::{Digest as _, Sha256};

use super::{bulk::Bulk, stage};
use crate::{Store, StoreError, entity::rejected_record, sql::execute};

const TABLE: &str = "rejected_record";

/// A record that does not keep the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedRecord {
    /// Where it came from.
    pub stream: String,
    /// Its key, if at least that can be read; of a posting, vacancy and medium with a space between.
    pub key: Option<String>,
    /// What is wrong, without its values: `posting.title: missing`.
    pub reason: String,
    /// The record as it came.
    pub payload: String,
}

impl RejectedRecord {
    /// SHA-256 of stream and payload, hex: by which it is told from others.
    pub fn fingerprint(&self) -> String {
        const_hex::encode(
            Sha256::new().chain_update(&self.stream).chain_update([0]).chain_update(&self.payload).finalize(),
        )
    }
}

impl Store {
    /// Records kept aside, of one stream or of all, in the order of their fingerprints, from one of these on.
    pub async fn rejected(
        &self,
        stream: Option<&str>,
        after: &str,
        limit: u64,
    ) -> Result<Vec<rejected_record::Model>, StoreError> {
        use rejected_record::Column::{Fingerprint, Stream};
        let mut query = rejected_record::Entity::find().filter(Fingerprint.gt(after)).order_by_asc(Fingerprint);
        if let Some(stream) = stream {
            query = query.filter(Stream.eq(stream));
        }
        Ok(query.limit(limit).all(&self.db).await?)
    }
}

pub(super) async fn prepare(db: &DatabaseConnection) -> Result<(), StoreError> {
    db.execute_unprepared(&stage::making(TABLE)).await?;
    Ok(())
}

pub(super) async fn load(
    db: &DatabaseConnection,
    records: Vec<RejectedRecord>,
    before: u64,
    run_id: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let now = microseconds(now);
    let columns = stage::columns::<rejected_record::Entity>();
    let mut bulk = Bulk::new(db, stage::name(TABLE), None, columns);
    let rows = records.into_iter().enumerate().map(|(index, record)| {
        let row = rejected_record::Model {
            fingerprint: record.fingerprint(),
            stream: record.stream,
            record_key: record.key,
            reason: record.reason,
            payload: record.payload,
            run_id: run_id.to_owned(),
            first_seen: now,
            last_seen: now,
        };
        stage::values::<rejected_record::Entity>(row, before + index as u64)
    });
    bulk.add(rows).await?;
    bulk.finish().await?;
    Ok(())
}

pub(super) fn record_key([first, second]: [&str; 2]) -> String {
    if second.is_empty() { first.to_owned() } else { format!("{first} {second}") }
}

pub(super) async fn keys(db: &DatabaseConnection, stream: &str) -> Result<HashSet<String>, StoreError> {
    use rejected_record::Column::{RecordKey, Stream};
    let query = rejected_record::Entity::find().filter(Stream.eq(stream)).filter(RecordKey.is_not_null());
    Ok(query.select_only().column(RecordKey).distinct().into_tuple().all(db).await?.into_iter().collect())
}

pub(super) async fn settle(
    transaction: &DatabaseTransaction,
    stream: &str,
    keys: &HashSet<String>,
) -> Result<(), StoreError> {
    // what was kept of them before is of no use any more, and might be somebody's whom nobody would look for there
    for key in keys {
        let sql = "DELETE FROM rejected_record WHERE stream = $1 AND record_key = $2";
        execute(transaction, sql, [stream.into(), key.as_str().into()]).await?;
    }
    Ok(())
}

pub(super) async fn remove(transaction: &DatabaseTransaction, fingerprints: &[String]) -> Result<(), StoreError> {
    for fingerprint in fingerprints {
        let sql = "DELETE FROM rejected_record WHERE fingerprint = $1";
        execute(transaction, sql, [fingerprint.as_str().into()]).await?;
    }
    Ok(())
}

/// Keeps those from this place on; those before were kept with an earlier part.
pub(super) async fn keep(transaction: &DatabaseTransaction, from: u64) -> Result<(), StoreError> {
    let sql = "INSERT INTO rejected_record (fingerprint, stream, record_key, reason, payload, run_id, first_seen, last_seen) \
               SELECT fingerprint, stream, record_key, reason, payload, run_id, first_seen, last_seen FROM \
               (SELECT s.*, row_number() OVER (PARTITION BY fingerprint ORDER BY stage_no) AS place FROM stage_rejected_record s \
               WHERE stage_no >= $1) ranked \
               WHERE place = 1 ON CONFLICT (fingerprint) DO UPDATE SET reason = excluded.reason, last_seen = excluded.last_seen";
    execute(transaction, sql, [i64::try_from(from).unwrap_or(i64::MAX).into()]).await?;
    Ok(())
}
