//! Records that could not be read. They are kept whole and do not stop the others.

use chrono::{DateTime, Utc};
use domain::instant::microseconds;
use sea_orm::{DatabaseConnection, DatabaseTransaction};
use sha2::{Digest as _, Sha256};

use super::stage;
use crate::{StoreError, entity::rejected_record, writer::execute};

const TABLE: &str = "rejected_record";

/// A record that does not keep the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedRecord {
    /// Where it came from.
    pub stream: String,
    /// Its key, if at least that can be read.
    pub key: Option<String>,
    /// What is wrong, without its values: `posting.title: missing`.
    pub reason: String,
    /// The record as it came.
    pub payload: String,
}

pub(super) async fn prepare(db: &DatabaseConnection) -> Result<(), StoreError> {
    stage::prepare(db, TABLE).await
}

pub(super) async fn load(
    db: &DatabaseConnection,
    records: Vec<RejectedRecord>,
    before: u64,
    run_id: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let now = microseconds(now);
    let rows = records.into_iter().map(|record| {
        let fingerprint =
            Sha256::new().chain_update(&record.stream).chain_update([0]).chain_update(&record.payload).finalize();
        rejected_record::Model {
            fingerprint: hex::encode(fingerprint),
            stream: record.stream,
            reason: record.reason,
            payload: record.payload,
            run_id: run_id.to_owned(),
            first_seen: now,
            last_seen: now,
        }
    });
    stage::load::<rejected_record::Entity>(db, TABLE, rows.collect(), before).await
}

/// Keeps them: once each, however often they come.
pub(super) async fn keep(transaction: &DatabaseTransaction) -> Result<(), StoreError> {
    let sql = "INSERT INTO rejected_record (fingerprint, stream, reason, payload, run_id, first_seen, last_seen) \
               SELECT fingerprint, stream, reason, payload, run_id, first_seen, last_seen FROM \
               (SELECT s.*, row_number() OVER (PARTITION BY fingerprint ORDER BY stage_no) AS place FROM stage_rejected_record s) ranked \
               WHERE place = 1 ON CONFLICT (fingerprint) DO UPDATE SET reason = excluded.reason, last_seen = excluded.last_seen";
    execute(transaction, sql, []).await?;
    Ok(())
}
