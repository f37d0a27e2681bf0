//! The audit: one row for each run.

use std::{fmt, time::Duration};

use chrono::{DateTime, Utc};
use domain::{Window, instant::microseconds};
use sea_orm::{
    ActiveModelTrait as _,
    ActiveValue::{Set, Unchanged},
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    sea_query::Expr,
};

use crate::{
    SliceCounts, Store, StoreError, Writer,
    dialect::{self, Holder},
    entity::sync_run,
};

/// A run that begins.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "a field has a doc where its name does not say all")]
pub struct NewRun<'a> {
    pub id: &'a str,
    /// What it is for: `run`, or the name of a command.
    pub command: &'a str,
    /// Who or what started it.
    pub trigger: &'a str,
    pub started_at: DateTime<Utc>,
    pub version: &'a str,
}

impl sync_run::Model {
    /// As machines get it, by a command and by a page alike: the columns under their names, instants as RFC 3339.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::json!({
            "id": self.id, "service": self.service, "command": self.command, "trigger": self.trigger, "version": self.version,
            "started_at": self.started_at, "finished_at": self.finished_at, "outcome": self.outcome,
            "error": self.error, "unjudged": self.unjudged, "window_from": self.window_from, "window_to": self.window_to,
            "fetched": self.fetched, "inserted": self.inserted, "updated": self.updated, "unchanged": self.unchanged,
            "removed": self.removed, "rejected": self.rejected, "suppressed": self.suppressed, "outside": self.outside,
            "bytes": self.bytes, "requests": self.requests, "retries": self.retries,
            "jobs": self.jobs, "bytes_billed": self.bytes_billed,
        })
    }
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "a variant has a doc where its name does not say all")]
pub enum Outcome {
    Succeeded,
    Failed(String),
    /// Another run held the lock.
    Skipped,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Succeeded => "succeeded",
            Self::Failed(_) => "failed",
            Self::Skipped => "skipped",
        })
    }
}

/// What is only known at the end of a run.
#[derive(Debug, Clone, Copy, Default)]
#[expect(missing_docs, reason = "a field has a doc where its name does not say all")]
pub struct RunTotals {
    pub bytes: u64,
    pub requests: u64,
    pub retries: u64,
    /// Jobs that a warehouse has done.
    pub jobs: u64,
    /// Bytes that it charges for.
    pub bytes_billed: u64,
    pub window: Option<Window>,
    /// What became of the records, where no slice has written it down already.
    pub counts: Option<SliceCounts>,
}

/// What came of the wish to run.
#[derive(Debug)]
pub enum Begun {
    /// The run has the lock, and its row stands.
    Running {
        /// The lock, and the connection to write by.
        writer: Writer,
        /// Earlier runs whose process was killed.
        interrupted: u64,
    },
    /// Another run has the lock.
    Skipped {
        /// How many runs in a row came to nothing that way, this one included.
        in_a_row: usize,
    },
}

/// Between taking the lock and writing that down, or the other way round, no more passes.
const MOMENT: Duration = Duration::from_secs(2);

const INTERRUPTED: &str = "interrupted: the process was killed, or the machine went down";

impl Store {
    /// Takes the lock and writes the row of a run that begins; or the row of one that is skipped.
    pub async fn begin_run(&self, run: &NewRun<'_>) -> Result<Begun, StoreError> {
        if let Some((writer, interrupted)) = self.try_begin_run(run).await? {
            return Ok(Begun::Running { writer, interrupted });
        }
        if let Err(error) = self.check_holder().await {
            self.fail_run(run, &error.to_string()).await?;
            return Err(error);
        }
        self.insert(Self::ended(self.row(run, "skipped"))).await?;
        let last = sync_run::Entity::find()
            .filter(sync_run::Column::Service.eq(self.service))
            // a clock that was ahead for a while has left runs that are yet to come
            .filter(sync_run::Column::StartedAt.lte(microseconds(run.started_at)))
            .order_by_desc(sync_run::Column::StartedAt)
            .limit(10);
        let last = last.all(&self.db).await?;
        Ok(Begun::Skipped { in_a_row: last.iter().take_while(|run| run.outcome == "skipped").count() })
    }

    /// An error when whoever has the service's lock is no run of ours: none is written down as running. One that has just begun,
    /// or ended, is given a moment.
    pub async fn check_holder(&self) -> Result<(), StoreError> {
        let mut before = None;
        loop {
            let running = sync_run::Entity::find()
                .filter(sync_run::Column::Service.eq(self.service))
                .filter(sync_run::Column::Outcome.eq("running"));
            let Some(holder) = dialect::holder(&self.db, self.service).await? else { return Ok(()) };
            if running.one(&self.db).await?.is_some() {
                return Ok(());
            }
            // the same one twice: a run has had its moment to begin or to end
            if before.as_ref() == Some(&holder) {
                let Holder { pid, told } = holder;
                return Err(StoreError::ForeignLock { service: self.service, holder: told, pid });
            }
            before = Some(holder);
            tokio::time::sleep(MOMENT).await;
        }
    }

    /// Takes the lock and writes the row of a run that begins. When another run has the lock, gives `None` and leaves no trace:
    /// for whoever tries again. Gives also how many earlier runs were killed.
    pub async fn try_begin_run(&self, run: &NewRun<'_>) -> Result<Option<(Writer, u64)>, StoreError> {
        let Some(writer) = self.writer().await? else { return Ok(None) };
        let interrupted = self.fail_interrupted(run.started_at).await?;
        self.insert(self.row(run, "running")).await?;
        Ok(Some((writer, interrupted)))
    }

    /// Writes the row of a run that waited for another one and then gave up.
    pub async fn fail_run(&self, run: &NewRun<'_>, why: &str) -> Result<(), StoreError> {
        self.insert(sync_run::Model { error: Some(why.to_owned()), ..Self::ended(self.row(run, "failed")) }).await
    }

    fn ended(row: sync_run::Model) -> sync_run::Model {
        sync_run::Model { finished_at: Some(row.started_at), ..row }
    }

    async fn insert(&self, row: sync_run::Model) -> Result<(), StoreError> {
        sync_run::Entity::insert(row.into_active_model()).exec_without_returning(&self.db).await?;
        Ok(())
    }

    /// Completes the row. The counts of its slices are there already.
    pub async fn finish_run(
        &self,
        id: &str,
        outcome: &Outcome,
        totals: RunTotals,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let error = if let Outcome::Failed(error) = outcome { Some(error.clone()) } else { None };
        let row = sync_run::ActiveModel {
            id: Unchanged(id.to_owned()),
            finished_at: Set(Some(microseconds(now))),
            outcome: Set(outcome.to_string()),
            error: Set(error),
            bytes: Set(signed(totals.bytes)),
            requests: Set(signed(totals.requests)),
            retries: Set(signed(totals.retries)),
            jobs: Set(signed(totals.jobs)),
            bytes_billed: Set(signed(totals.bytes_billed)),
            window_from: Set(totals.window.map(|window| microseconds(window.from))),
            window_to: Set(totals.window.map(|window| microseconds(window.to))),
            ..Default::default()
        };
        let row = match totals.counts {
            Some(counts) => with_counts(row, counts),
            None => row,
        };
        row.update(&self.db).await?;
        Ok(())
    }

    async fn fail_interrupted(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        // only who holds the service's lock can say so
        let done = sync_run::Entity::update_many()
            .col_expr(sync_run::Column::Outcome, Expr::value("failed"))
            .col_expr(sync_run::Column::Error, Expr::value(INTERRUPTED))
            .col_expr(sync_run::Column::FinishedAt, Expr::value(microseconds(now)))
            .filter(sync_run::Column::Service.eq(self.service))
            .filter(sync_run::Column::Outcome.eq("running"))
            .exec(&self.db)
            .await?;
        Ok(done.rows_affected)
    }

    /// The row of one run, by its id.
    pub async fn run(&self, id: &str) -> Result<Option<sync_run::Model>, StoreError> {
        Ok(sync_run::Entity::find_by_id(id).one(&self.db).await?)
    }

    /// The last run of these commands that succeeded, of those that began until then.
    pub async fn last_good_run(
        &self,
        service: &str,
        commands: &[&str],
        until: DateTime<Utc>,
    ) -> Result<Option<sync_run::Model>, StoreError> {
        use sync_run::Column::{Command, Outcome, Service, StartedAt};
        let good = sync_run::Entity::find().filter(Service.eq(service)).filter(Outcome.eq("succeeded"));
        let good = good.filter(Command.is_in(commands.iter().copied())).filter(StartedAt.lte(microseconds(until)));
        let good = good.order_by_desc(StartedAt);
        Ok(good.one(&self.db).await?)
    }

    /// The last runs, newest first.
    pub async fn runs(&self, service: Option<&str>, limit: u64) -> Result<Vec<sync_run::Model>, StoreError> {
        let mut query = sync_run::Entity::find().order_by_desc(sync_run::Column::StartedAt).limit(limit);
        if let Some(service) = service {
            query = query.filter(sync_run::Column::Service.eq(service));
        }
        Ok(query.all(&self.db).await?)
    }

    fn row(&self, run: &NewRun<'_>, outcome: &str) -> sync_run::Model {
        sync_run::Model {
            id: run.id.to_owned(),
            service: self.service.to_owned(),
            command: run.command.to_owned(),
            trigger: run.trigger.to_owned(),
            started_at: microseconds(run.started_at),
            outcome: outcome.to_owned(),
            version: run.version.to_owned(),
            ..sync_run::Model::default()
        }
    }
}

fn with_counts(row: sync_run::ActiveModel, counts: SliceCounts) -> sync_run::ActiveModel {
    sync_run::ActiveModel {
        fetched: Set(signed(counts.fetched)),
        inserted: Set(signed(counts.inserted)),
        updated: Set(signed(counts.updated)),
        unchanged: Set(signed(counts.unchanged)),
        removed: Set(signed(counts.removed)),
        rejected: Set(signed(counts.rejected)),
        suppressed: Set(signed(counts.suppressed)),
        outside: Set(signed(counts.outside)),
        ..row
    }
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
