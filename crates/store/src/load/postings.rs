//! What is particular about postings: their list is complete.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use domain::judge_removals;
use sea_orm::{ConnectionTrait, DatabaseTransaction, Value};

use super::{
    commit::CompleteList,
    parts::EarlierParts,
    stage,
    staged::{Change, Merged, Staged},
};
use crate::{
    StoreError,
    entity::posting,
    recognition::{Identity, Keyed},
    sql::{count, execute},
};

impl Keyed for posting::Entity {
    type Expected = String;
    const TABLE: &'static str = "posting";
    const KEY: &'static [&'static str] = &["vacancy_id", "media_id"];

    fn expected(of: &String) -> (&'static str, Vec<Value>) {
        ("media_id = $1", vec![of.as_str().into()])
    }

    fn identity(row: &posting::Model) -> Identity<'_> {
        Identity { key: [&row.vacancy_id, &row.media_id], content_hash: &row.content_hash }
    }

    fn raw_hash(row: &posting::Model) -> &str {
        &row.raw_hash
    }
}

impl Staged for posting::Entity {
    const VERSION: &'static str = "edited";
    const VERSION_COLUMNS: &'static [&'static str] = &["edited"];
    const FROZEN: Option<&'static str> = None;

    async fn merge(change: &Change<'_>, merged: &Merged) -> Result<(), StoreError> {
        leave_events(change, merged).await?;
        stage::upsert::<Self>(change, merged).await
    }
}

/// One event for each posting that goes online or offline; who comes back is seen for a second time.
async fn leave_events(change: &Change<'_>, merged: &Merged) -> Result<(), StoreError> {
    let events = if merged.updated > 0 {
        let was = "(t.stage = 1 AND t.removed_at IS NULL)";
        format!(
            "SELECT s.vacancy_id, s.media_id, $1, coalesce(s.stage = 1, false), t.vacancy_id IS NULL, $2, $1 \
             FROM stage_posting s LEFT JOIN posting t ON t.vacancy_id = s.vacancy_id AND t.media_id = s.media_id \
             WHERE coalesce(s.stage = 1, false) <> coalesce({was}, false)"
        )
    } else {
        "SELECT s.vacancy_id, s.media_id, $1, true, true, $2, $1 FROM stage_posting s WHERE s.stage = 1".to_owned()
    };
    let sql = format!(
        "INSERT INTO posting_event (vacancy_id, media_id, event_no, is_published, is_first_sight, observed, changed_seq) {events}"
    );
    execute(change.transaction, &sql, [change.seq.into(), change.observed.into()]).await?;
    Ok(())
}

/// Where it is to be looked up what a list has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Listed {
    /// Also among records of which nothing but the key can be read.
    pub(super) has_rejected: bool,
    pub(super) earlier: Option<EarlierParts>,
}

impl Listed {
    /// The condition that a live row of the medium is not in the list.
    fn lacks(self) -> String {
        let mut lacks = "media_id = $1 AND removed_at IS NULL \
                         AND vacancy_id NOT IN (SELECT vacancy_id FROM stage_posting WHERE media_id = $1)"
            .to_owned();
        if self.has_rejected {
            lacks.push_str(
                " AND vacancy_id || ' ' || media_id NOT IN \
                 (SELECT record_key FROM stage_rejected_record WHERE record_key IS NOT NULL)",
            );
        }
        if let Some(EarlierParts { since }) = self.earlier {
            let _ = write!(
                lacks,
                " AND changed_seq <= {since} AND vacancy_id NOT IN (SELECT vacancy_id FROM read_posting WHERE media_id = $1)"
            );
        }
        lacks
    }

    /// How many it has.
    async fn count(self, transaction: &DatabaseTransaction, media_id: &str) -> Result<u64, StoreError> {
        let media = || [media_id.into()];
        let mut listed = count(transaction, "SELECT count(*) FROM stage_posting WHERE media_id = $1", media()).await?;
        // what could not be read is listed all the same
        if self.has_rejected {
            listed += count(transaction, "SELECT count(record_key) FROM stage_rejected_record", []).await?;
        }
        if let Some(EarlierParts { since }) = self.earlier {
            listed += count(transaction, "SELECT count(*) FROM read_posting WHERE media_id = $1", media()).await?;
            let written = "SELECT count(*) FROM posting WHERE media_id = $1 AND changed_seq > $2";
            listed += count(transaction, written, [media_id.into(), since.into()]).await?;
        }
        Ok(listed)
    }
}

pub(super) async fn live(db: &impl ConnectionTrait, media_id: &str) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM posting WHERE media_id = $1 AND removed_at IS NULL";
    count(db, sql, [media_id.into()]).await
}

/// How many rows would go; an error when these are too many to be believed.
pub(super) async fn count_missing(
    transaction: &DatabaseTransaction,
    list: &CompleteList<'_>,
    of: Listed,
) -> Result<u64, StoreError> {
    let listed = of.count(transaction, list.media_id).await?;
    let live = live(transaction, list.media_id).await?;
    let missing = format!("SELECT count(*) FROM posting WHERE {}", of.lacks());
    let missing = count(transaction, &missing, [list.media_id.into()]).await?;
    judge_removals(listed, live, missing, list.accept_removals)
        .map_err(|judgement| StoreError::Removals { judgement })?;
    Ok(missing)
}

pub(super) async fn tombstone_missing(
    change: &Change<'_>,
    list: &CompleteList<'_>,
    of: Listed,
) -> Result<(), StoreError> {
    let missing = of.lacks();
    let events = format!(
        "INSERT INTO posting_event (vacancy_id, media_id, event_no, is_published, is_first_sight, observed, changed_seq) \
         SELECT vacancy_id, media_id, $3, false, false, $2, $3 FROM posting WHERE stage = 1 AND {missing}"
    );
    let values = |at: DateTime<Utc>| [list.media_id.into(), at.into(), change.seq.into()];
    // before the rows, of which the condition is not true any more afterwards
    execute(change.transaction, &events, values(change.observed)).await?;
    let sql = format!("UPDATE posting SET removed_at = $2, changed_seq = $3 WHERE {missing}");
    execute(change.transaction, &sql, values(change.now)).await?;
    Ok(())
}
