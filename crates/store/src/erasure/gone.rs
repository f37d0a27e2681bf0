//! Those whom the source has let go, and those whose time is over.

use chrono::{DateTime, Utc};
use domain::{ADDRESS_DERIVED, Pseudonymiser, cohort::Grouping, instant::microseconds};
use sea_orm::{
    ColumnTrait as _, DatabaseTransaction, EntityTrait as _, ExprTrait as _, QueryFilter as _, QuerySelect as _,
    Select, sea_query::Expr,
};

use super::{blank, frozen, person::Forgotten, rejected, scrub, traces::Traces, warehouses::Warehouses};
use crate::{
    Store, StoreError, Writer, dialect,
    entity::{application, candidate},
    load::{self, Change},
    sql::count,
};

/// What is blanked although nobody asked for it.
#[derive(Clone)]
#[expect(missing_docs, reason = "a field has a doc where its name does not say all")]
pub struct GoneBefore<'a> {
    /// Applications that were gone from the source by then.
    pub removed: DateTime<Utc>,
    /// Candidates that had no application any more by then.
    pub without_applications: DateTime<Utc>,
    /// Records that could not be read and have not come again since then.
    pub rejected: DateTime<Utc>,
    pub now: DateTime<Utc>,
    /// Makes what warehouses know candidates by whose key is made of an address; without it such candidates wait.
    pub pseudonymiser: Option<&'a Pseudonymiser>,
    pub at_once: u64,
    /// How those are grouped of whom numbers stay.
    pub grouping: Grouping,
}

/// What came of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Gone {
    /// What was blanked or removed.
    pub forgotten: Forgotten,
    /// Candidates that wait for a key.
    pub waiting: u64,
}

impl Store {
    /// Applications that were closed before then, inactive and not touched since; and those that were gone by then.
    pub async fn closed_before(&self, then: DateTime<Utc>, limit: u64) -> Result<Vec<String>, StoreError> {
        use application::Column::{ContentHash, CreatedAtSource, Id, RemovedAt, Status, Updated};
        let then = microseconds(then);
        let untouched = Updated.lt(then).or(Updated.is_null().and(CreatedAtSource.lt(then)));
        let closed = RemovedAt.is_null().and(Status.eq(0)).and(untouched);
        let gone = RemovedAt.lt(then).and(ContentHash.ne(""));
        let query = application::Entity::find().filter(closed.or(gone));
        Ok(query.select_only().column(Id).limit(limit).into_tuple().all(&self.db).await?)
    }
}

impl Writer {
    /// Blanks who is gone from the source for so long. Nobody is kept from coming back.
    pub async fn blank_gone(&self, gone: &GoneBefore<'_>) -> Result<Gone, StoreError> {
        let mut total = Gone::default();
        if !self.is_anything_due(gone).await? {
            return Ok(total);
        }
        loop {
            dialect::delete_thoroughly(&self.db).await?;
            let transaction = self.begin().await?;
            let known = Warehouses::of(&*transaction, gone.pseudonymiser).await?;
            let traces = traces(&transaction, gone, known.can_be_told()).await?;
            let rejected = rejected::remove(&transaction, &traces).await?.0
                + rejected::remove_unseen(&transaction, microseconds(gone.rejected)).await?;
            total.forgotten.rejected += rejected;
            let is_done = traces.applications.is_empty() && traces.candidates.is_empty();
            if !is_done {
                let seq = load::next_change_number(&transaction).await?;
                let now = microseconds(gone.now);
                let change = Change { transaction: &transaction, seq, now, observed: now };
                let smaller = frozen::months(&change, &traces.applications, &gone.grouping).await?;
                total.forgotten.add(&blank::blank(&change, &traces, &known).await?);
                frozen::fold(&change, &smaller, &gone.grouping).await?;
            }
            if !is_done || rejected > 0 {
                scrub::mark(&transaction, gone.now).await?;
                transaction.commit().await?;
            } else {
                transaction.rollback().await?;
            }
            if is_done {
                total.waiting = if known.can_be_told() { 0 } else { self.waiting(gone).await? };
                return Ok(total);
            }
        }
    }

    async fn is_anything_due(&self, gone: &GoneBefore<'_>) -> Result<bool, StoreError> {
        let values = [gone.removed, gone.without_applications, gone.rejected].map(|then| microseconds(then).into());
        // in one question, since that is the end of nearly every run
        Ok(count(&self.reads, DUE, values).await? > 0)
    }

    async fn waiting(&self, gone: &GoneBefore<'_>) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM candidate WHERE removed_at < $1 AND content_hash <> '' AND key LIKE $2";
        let values = [microseconds(gone.without_applications).into(), format!("{ADDRESS_DERIVED}%").into()];
        count(&self.reads, sql, values).await
    }
}

async fn traces(
    transaction: &DatabaseTransaction,
    gone: &GoneBefore<'_>,
    can_be_told: bool,
) -> Result<Traces, StoreError> {
    let candidates = candidates(microseconds(gone.without_applications));
    let candidates = if can_be_told {
        candidates
    } else {
        candidates.filter(candidate::Column::Key.starts_with(ADDRESS_DERIVED).not())
    };
    let applications = applications(microseconds(gone.removed)).limit(gone.at_once);
    Ok(Traces {
        applications: applications.into_tuple::<String>().all(transaction).await?.into_iter().collect(),
        candidates: candidates.limit(gone.at_once).into_tuple::<String>().all(transaction).await?.into_iter().collect(),
        ..Traces::default()
    })
}

const DUE: &str = "SELECT count(*) FROM (SELECT 1 WHERE \
    EXISTS (SELECT 1 FROM application WHERE removed_at < $1 AND content_hash <> '') \
    OR EXISTS (SELECT 1 FROM candidate WHERE removed_at < $2 AND content_hash <> '') \
    OR EXISTS (SELECT 1 FROM rejected_record WHERE last_seen < $3)) due";

// as the indexes of who is gone have it: a bound value would keep SQLite from using them
const IS_NOT_BLANK: &str = "content_hash <> ''";

fn applications(removed_before: DateTime<Utc>) -> Select<application::Entity> {
    use application::Column::{Id, RemovedAt};
    let query = application::Entity::find().select_only().column(Id);
    query.filter(RemovedAt.lt(removed_before)).filter(Expr::cust(IS_NOT_BLANK))
}

fn candidates(removed_before: DateTime<Utc>) -> Select<candidate::Entity> {
    use candidate::Column::{Key, RemovedAt};
    let query = candidate::Entity::find().select_only().column(Key);
    query.filter(RemovedAt.lt(removed_before)).filter(Expr::cust(IS_NOT_BLANK))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sea_orm::{ConnectionTrait as _, DbBackend, QueryTrait as _, Statement};

    use super::*;
    use crate::{OpenOptions, erasure::warehouses};

    #[tokio::test]
    async fn who_is_due_is_found_without_reading_everybody() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("store.db").display());
        let options = OpenOptions { service: "migrate", max_connections: 1, wait: Duration::ZERO };
        let store = Store::open_to_migrate(&url, &options).await.unwrap();
        store.migrate(DateTime::UNIX_EPOCH).await.unwrap();
        let then = [microseconds(DateTime::UNIX_EPOCH); 3].map(sea_orm::Value::from);
        for (mut statement, indexes) in [
            (Statement::from_sql_and_values(DbBackend::Sqlite, DUE, then), &["application_gone", "candidate_gone"][..]),
            (applications(DateTime::UNIX_EPOCH).build(DbBackend::Sqlite), &["application_gone"]),
            (candidates(DateTime::UNIX_EPOCH).build(DbBackend::Sqlite), &["candidate_gone"]),
            (Statement::from_string(DbBackend::Sqlite, warehouses::WAITING), &["candidate_untold"]),
        ] {
            statement.sql.insert_str(0, "EXPLAIN QUERY PLAN ");
            let plan = store.db.query_all_raw(statement).await.unwrap();
            let plan: Vec<String> = plan.iter().map(|row| row.try_get("", "detail").unwrap()).collect();
            let plan = plan.join("\n");
            assert!(indexes.iter().all(|index| plan.contains(&format!("INDEX {index}"))), "{plan}");
        }
    }
}
