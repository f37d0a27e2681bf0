//! Forgetting a person: nothing of them stays but keys, as tombstones, so that the warehouse drops its rows.

mod candidates;
mod find;
mod rejected;

use chrono::{DateTime, Utc};
use domain::{Pseudonymiser, instant::microseconds};
use sea_orm::{
    ColumnTrait as _, DatabaseTransaction, EntityTrait as _, ExprTrait as _, QueryFilter as _, QuerySelect as _,
};

use crate::{
    Store, StoreError, Writer, dialect,
    entity::{application, suppression},
    slice::{self, Change, SliceCounts},
    writer::execute,
};

/// Whom to forget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Person {
    /// Who has sent this application.
    Application(String),
    /// Who has this key, ours or the source's.
    Candidate(String),
    /// Who has this address.
    Email(String),
}

/// An erasure.
#[derive(Clone)]
pub struct Forget<'a> {
    /// The run.
    pub run_id: &'a str,
    /// Now.
    pub now: DateTime<Utc>,
    /// Makes the keys of what is not to come back.
    pub pseudonymiser: &'a Pseudonymiser,
}

/// What an erasure has taken away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Applications.
    pub applications: u64,
    /// Candidates.
    pub candidates: u64,
    /// Records that could not be read.
    pub rejected: u64,
}

impl Store {
    /// Pseudonyms of applications and candidates that are not to come back.
    pub async fn suppressed(&self) -> Result<Vec<String>, StoreError> {
        let query = suppression::Entity::find().select_only().column(suppression::Column::Pseudonym);
        Ok(query.into_tuple().all(&self.db).await?)
    }

    /// Applications that were closed before then: inactive, and not touched since.
    pub async fn closed_before(&self, then: DateTime<Utc>, limit: u64) -> Result<Vec<String>, StoreError> {
        use application::Column::{Created, Id, RemovedAt, Status, Updated};
        let then = microseconds(then);
        let untouched = Updated.lt(then).or(Updated.is_null().and(Created.lt(then)));
        let closed = application::Entity::find().filter(Status.eq(0)).filter(RemovedAt.is_null()).filter(untouched);
        Ok(closed.select_only().column(Id).limit(limit).into_tuple().all(&self.db).await?)
    }
}

impl Writer {
    /// Takes everything of these persons out of every table, and sees to it that it does not come back. What the
    /// database has freed may still be read from its files until [`Writer::scrub`].
    pub async fn forget(&self, persons: &[Person], forget: &Forget<'_>) -> Result<Forgotten, StoreError> {
        dialect::delete_thoroughly(&self.db).await?;
        let transaction = self.begin().await?;
        let traces = find::traces(&transaction, persons).await?;
        let rejected = rejected::remove(&transaction, &traces).await?;
        suppress(&transaction, &traces, forget).await?;
        let seq = slice::draw(&transaction).await?;
        let change = Change { transaction: &transaction, seq, now: microseconds(forget.now) };
        let applications = blank_applications(&change, &traces).await?;
        let candidates = candidates::blank(&change, &traces).await?;
        let counts = SliceCounts { removed: applications, ..SliceCounts::default() };
        slice::add_to_run(&transaction, forget.run_id, &counts).await?;
        transaction.commit().await?;
        Ok(Forgotten { applications, candidates, rejected })
    }

    /// Makes sure that what was deleted cannot be read from the database's files any more.
    pub async fn scrub(&self) -> Result<(), StoreError> {
        Ok(dialect::scrub(&self.db).await?)
    }
}

async fn suppress(
    transaction: &DatabaseTransaction,
    traces: &find::Traces,
    forget: &Forget<'_>,
) -> Result<(), StoreError> {
    let applications = traces.applications.iter().map(|id| (id, "application"));
    let candidates = traces.suppressed_candidates.iter().map(|key| (key, "candidate"));
    let sql = "INSERT INTO suppression (pseudonym, kind, suppressed_at) VALUES ($1, $2, $3) \
               ON CONFLICT (pseudonym) DO NOTHING";
    for (key, kind) in applications.chain(candidates) {
        let pseudonym = forget.pseudonymiser.id(key);
        execute(transaction, sql, [pseudonym.into(), kind.into(), microseconds(forget.now).into()]).await?;
    }
    Ok(())
}

/// Leaves the key and the date of creation, by which the warehouse finds its row.
async fn blank_applications(change: &Change<'_>, traces: &find::Traces) -> Result<u64, StoreError> {
    let (mut count, seq, now) = (0, change.seq, change.now);
    let blank = "UPDATE application SET number = NULL, vacancy_id = NULL, job_id = NULL, candidate_id = NULL, \
                 candidate_key = $4, candidate_hash = '', email = NULL, first_name = NULL, middle_name = NULL, \
                 last_name = NULL, updated = NULL, status = NULL, stage = NULL, stage_localized = NULL, \
                 disqualify_reason = NULL, disqualify_reason_localized = NULL, source = NULL, raw = '', \
                 content_hash = '', raw_hash = '', removed_at = coalesce(removed_at, $2), changed_seq = $1 WHERE id = $3";
    let history = "UPDATE application_event SET removed_at = coalesce(removed_at, $2), changed_seq = $1 \
                   WHERE application_id = $3";
    for id in &traces.applications {
        let id = || id.as_str().into();
        count += execute(change.transaction, blank, [seq.into(), now.into(), id(), find::NOBODY.into()]).await?;
        execute(change.transaction, history, [seq.into(), now.into(), id()]).await?;
    }
    Ok(count)
}
