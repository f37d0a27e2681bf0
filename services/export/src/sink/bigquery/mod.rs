//! BigQuery: changes are loaded into a staging table, and merged from there into their table, when a key is seen to stand there
//! once.
//!
//! Every job has a name that follows from dataset, table, range and attempt. So a run that comes after one that died finds
//! what that one has done, waits for what is still under way, and does the rest. A job that has failed keeps its name for
//! ever; then the attempt counts up.

mod client;
mod error;
mod identity;
mod job;
mod keys;
mod merge;
mod owner;
mod patience;
mod sum;
mod table;
mod token;
mod upload;

use std::collections::BTreeSet;

use anyhow::{Context as _, bail};
use chrono::{DateTime, Utc};
use runtime::{Context, http::Usage};
use serde_json::json;
use store::Snapshot;

use super::{Holds, Identity, Written, parquet_file};
use crate::{
    config::BigQuerySettings,
    schema::{Table, tables},
    source::Range,
    transform::Privacy,
};
use client::Client;
use error::{ApiError, Missing, gone_meanwhile};
use job::{Ended, Jobs};
use merge::{Month, Place, What};
use owner::labels;
pub use patience::Patience;

/// A dataset, with our tables.
pub struct BigQuery {
    client: Client,
    settings: BigQuerySettings,
    /// For the date at which a forgotten staging table goes.
    now: DateTime<Utc>,
}

/// What sending a range came to.
#[derive(Debug)]
pub enum Sent {
    /// All of it has arrived.
    Whole(Written),
    /// A job has failed, and why; under other names it may go well.
    Again(String),
}

/// What is sent, and how often that has been begun.
#[derive(Debug, Clone, Copy)]
pub struct Shipment {
    /// The changes.
    pub range: Range,
    /// Part of the names of its jobs; counts up when one has failed.
    pub attempt: i64,
    /// Whether an earlier run has begun it.
    pub resumed: bool,
}

/// What loading came to.
enum Loaded {
    /// So much, in the partitions of these months.
    Well(Written, BTreeSet<Month>),
    /// Nothing was due.
    Nothing,
    /// It may go well under another name; why it did not.
    Badly(String),
}

impl BigQuery {
    /// Asks nothing yet.
    pub fn new(
        context: &Context,
        settings: &BigQuerySettings,
        now: DateTime<Utc>,
        patience: Patience,
    ) -> anyhow::Result<Self> {
        let client = Client::new(context, settings.endpoint.clone(), &settings.project, patience)?;
        Ok(Self { client, settings: settings.clone(), now })
    }

    /// What the store calls this warehouse in its bookkeeping.
    pub fn target(&self) -> String {
        format!("bigquery:{}.{}", self.settings.project, self.settings.dataset)
    }

    /// What was sent so far.
    pub fn usage(&self) -> Usage {
        self.client.usage()
    }

    /// Holds the dataset against who it is for; makes it, its tables and their columns where they are missing. Gives what it
    /// had before. Before anything is written, everything under our names was seen to be ours.
    pub async fn claim(&self, identity: &Identity) -> anyhow::Result<Holds> {
        let claimed = identity::claim(&self.client, &self.settings, identity).await?;
        let mut found = claimed.found.tables.iter();
        let mut are_all_there = true;
        for table in tables() {
            let found = found.next().and_then(Option::as_ref);
            let made = table::make(&self.jobs(), self.place(), table, found).await;
            are_all_there &= made.context("the tables of the warehouse")?;
        }
        Ok(Holds::of(are_all_there, claimed.has_our_form))
    }

    /// What it has, where rows are made so; makes nothing.
    pub async fn holds(&self, form: &str) -> anyhow::Result<Holds> {
        let examined = identity::examine(&self.client, &self.settings, form).await?;
        Ok(examined.map_or(Holds::Less, |it| Holds::of(it.found.is_whole(), it.has_our_form)))
    }

    /// Writes down that they are.
    pub async fn renew(&self, identity: &Identity) -> anyhow::Result<()> {
        identity::renew(&self.client, &self.settings, identity).await.map_err(gone_meanwhile)
    }

    /// Says whether the dataset can be used; makes nothing.
    pub async fn look(&self) -> anyhow::Result<String> {
        identity::look(&self.client, &self.settings).await
    }

    /// Sends a range of changes of every table. Candidates come before the applications that point at them.
    pub async fn write(&self, snapshot: &mut Snapshot, shipment: Shipment, privacy: &Privacy) -> anyhow::Result<Sent> {
        let mut total = Written::default();
        for table in tables() {
            match self.write_table(table, snapshot, shipment, privacy).await? {
                Sent::Whole(written) => total.add_of(table, &written),
                again @ Sent::Again(_) => return Ok(again),
            }
        }
        Ok(Sent::Whole(total))
    }

    /// What BigQuery keeps between load and MERGE, the staging table and the jobs, may expire there or be deleted; then
    /// the range is begun anew under other names.
    async fn write_table(
        &self,
        table: &'static Table,
        snapshot: &mut Snapshot,
        shipment: Shipment,
        privacy: &Privacy,
    ) -> anyhow::Result<Sent> {
        let sent = self.load_and_merge(table, snapshot, shipment, privacy).await;
        let Err(error) = sent else { return sent };
        match error.downcast_ref::<Missing>() {
            // without its table it can only be begun by a run that makes it
            Some(missing) if self.has(table.name).await? => Ok(Sent::Again(missing.said.clone())),
            _ => Err(gone_meanwhile(error)),
        }
    }

    async fn load_and_merge(
        &self,
        table: &'static Table,
        snapshot: &mut Snapshot,
        shipment: Shipment,
        privacy: &Privacy,
    ) -> anyhow::Result<Sent> {
        let [load, merge] = ["load", "merge"].map(|step| self.job_name(table, shipment, step));
        let (load, merge) = (load?, merge?);
        if shipment.resumed
            && let Some(ended) = self.jobs().find(&merge).await?
        {
            return Ok(match ended {
                Ended::Well(_) => Sent::Whole(Written::default()),
                Ended::Badly(failure) => Sent::Again(failure.to_string()),
            });
        }
        let (mut written, months) = match self.load(table, snapshot, shipment, privacy, &load).await? {
            Loaded::Well(written, months) => (written, months),
            Loaded::Nothing => return Ok(Sent::Whole(Written::default())),
            Loaded::Badly(why) => return Ok(Sent::Again(why)),
        };
        let counted = keys::must_be_single(&self.jobs(), self.place(), table, self.settings.max_bytes_billed).await?;
        let ended = self.merge(&merge, &self.statement(table, shipment.range, &months)).await?;
        if let Ended::Badly(failure) = &ended
            && (failure.may_pass() || shipment.resumed)
        {
            return Ok(Sent::Again(failure.to_string()));
        }
        let done = ended.well(&format!("merging changes into {}", table.name))?;
        (written.bytes_billed, written.jobs) = (counted + done.bytes_billed, 2);
        let Written { rows, bytes, bytes_billed, .. } = written;
        tracing::info!(
            table = table.name,
            rows,
            changed = done.rows,
            bytes,
            bytes_billed,
            load,
            merge,
            "table written"
        );
        Ok(Sent::Whole(written))
    }

    /// Loads a range of changes into the staging table, unless an earlier run has.
    async fn load(
        &self,
        table: &'static Table,
        snapshot: &mut Snapshot,
        shipment: Shipment,
        privacy: &Privacy,
        name: &str,
    ) -> anyhow::Result<Loaded> {
        let found = if shipment.resumed { self.jobs().find(name).await? } else { None };
        match found {
            Some(Ended::Badly(failure)) => return Ok(Loaded::Badly(failure.to_string())),
            Some(Ended::Well(_)) if !self.has(&table::stage(table)).await? => {
                return Ok(Loaded::Badly(format!("{} has gone since it was loaded", table::stage(table))));
            }
            // what it has loaded is what was due then, not what is due now
            Some(Ended::Well(done)) => {
                let written = Written { rows: done.rows, ..Written::default() };
                return Ok(Loaded::Well(written, self.months_of(table).await?));
            }
            None => {}
        }
        let (file, written, months) = parquet_file::make(table, snapshot, shipment.range, privacy).await?;
        if written.rows == 0 && shipment.range.0 > 0 {
            return Ok(Loaded::Nothing);
        }
        let ended = self.upload(table, name, file).await?;
        if let Ended::Badly(failure) = &ended
            && failure.may_pass()
        {
            return Ok(Loaded::Badly(failure.to_string()));
        }
        ended.well(&format!("loading changes of {}", table.name))?;
        Ok(Loaded::Well(written, months))
    }

    /// Whether there is a table of this name.
    async fn has(&self, table: &str) -> anyhow::Result<bool> {
        let there = self.client.table(&self.settings.dataset, table)?;
        Ok(self.client.find(there).await.map_err(ApiError::explained)?.is_some())
    }

    async fn upload(&self, table: &Table, name: &str, mut file: tempfile::NamedTempFile) -> anyhow::Result<Ended> {
        let (jobs, dataset) = (self.jobs(), &*self.settings.dataset);
        table::make_stage(&self.client, dataset, table, self.now.timestamp_millis()).await?;
        let destination =
            json!({ "projectId": self.settings.project, "datasetId": dataset, "tableId": table::stage(table) });
        let job = json!({
            "jobReference": jobs.reference(name),
            "configuration": { "labels": labels(), "load": {
                "sourceFormat": "PARQUET",
                "destinationTable": destination,
                "createDisposition": "CREATE_NEVER",
                "writeDisposition": "WRITE_TRUNCATE",
                "schema": { "fields": table::fields(table) },
            } },
        });
        let loading = upload::send(&self.client, &job, file.as_file_mut()).await?;
        // an emulator gives it a name of its own
        let name = loading.as_ref().and_then(|job| job["jobReference"]["jobId"].as_str()).unwrap_or(name);
        jobs.wait(name).await
    }

    /// The statement that merges a range of changes in the partitions of these months.
    pub(super) fn statement(&self, table: &Table, range: Range, months: &BTreeSet<Month>) -> String {
        let what = if range.0 == 0 { What::Everything } else { What::Changes(months) };
        merge::statement(table, self.place(), &table::stage(table), what)
    }

    async fn merge(&self, name: &str, sql: &str) -> anyhow::Result<Ended> {
        let configuration = json!({ "labels": labels(), "query": {
            "query": sql,
            "useLegacySql": false,
            "maximumBytesBilled": self.settings.max_bytes_billed.to_string(),
        } });
        self.jobs().run(name, configuration).await
    }

    /// The months of what is in the staging table.
    async fn months_of(&self, table: &Table) -> anyhow::Result<BTreeSet<Month>> {
        let Some(column) = table.partition else { return Ok(BTreeSet::new()) };
        let sql = format!(
            "SELECT DISTINCT EXTRACT(YEAR FROM {column}), EXTRACT(MONTH FROM {column}) FROM {}",
            self.place().table(&table::stage(table))
        );
        let (rows, _) = self.jobs().ask(&sql, self.settings.max_bytes_billed).await?;
        let months = rows.into_iter().map(|row| match row.as_slice() {
            [Some(year), Some(month)] => Ok((year.parse()?, month.parse()?)),
            _ => bail!("BigQuery gave no month of {column}"),
        });
        months.collect()
    }

    /// Holds what is in the warehouse against what is in the store; gives what the question was charged.
    pub async fn reconcile(&self, snapshot: &mut Snapshot, up_to: i64, privacy: &Privacy) -> anyhow::Result<u64> {
        let here = super::sum::of_store(snapshot, up_to, privacy).await?;
        let asked = sum::of_tables(&self.jobs(), self.place(), self.settings.max_bytes_billed).await;
        let (there, billed) = asked.map_err(gone_meanwhile)?;
        super::sum::compare(&here, &there)?;
        Ok(billed)
    }

    fn job_name(&self, table: &Table, shipment: Shipment, step: &str) -> anyhow::Result<String> {
        let Shipment { range: (from, to), attempt, .. } = shipment;
        job::checked(format!("emply_{}_{}_{from}_{to}_{attempt}_{step}", self.settings.dataset, table.name))
    }

    fn jobs(&self) -> Jobs<'_> {
        let BigQuerySettings { project, location, job_deadline, .. } = &self.settings;
        Jobs { client: &self.client, project, location, deadline: *job_deadline }
    }

    fn place(&self) -> Place<'_> {
        Place { project: &self.settings.project, dataset: &self.settings.dataset }
    }
}
