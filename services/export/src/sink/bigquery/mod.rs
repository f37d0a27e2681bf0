//! BigQuery: changes are loaded into a staging table, and merged from there into their table, when a key is seen to stand there
//! once.
//!
//! Every job has a name that follows from dataset, table, range and attempt. So a run that comes after one that died finds
//! what that one has done, waits for what is still under way, and does the rest. A job that has failed keeps its name for
//! ever; then the attempt counts up.

mod checksum;
mod client;
mod error;
mod identity;
mod job;
mod keys;
mod make;
mod merge;
mod owner;
mod patience;
mod shortened;
mod table;
mod token;
mod upload;

use std::{collections::BTreeSet, fs::File};

use anyhow::{Context as _, bail};
use chrono::{DateTime, Utc};
use runtime::{Context, http::Usage};
use serde_json::json;

use super::{Holds, Identity, Listed, Reading, Sent, Sink, Standing, Survey, parquet};
use crate::{
    checksum::{Checksum, Sums},
    config::BigQuerySettings,
    load::{Batches, Forgotten, Load, Made, Month, Outcome, Stretch, Written},
    schema::{Table, Tables},
};
use client::Client;
use error::{ApiError, Missing, gone_meanwhile};
use job::{Ended, Jobs};
use merge::{Dataset, What};
pub(crate) use patience::Patience;
use table::labels;

pub(crate) struct BigQuery {
    client: Client,
    settings: BigQuerySettings,
    tables: Tables,
    /// For the date at which a forgotten staging table goes.
    now: DateTime<Utc>,
}

impl BigQuery {
    pub(crate) fn new(
        context: &Context,
        settings: &BigQuerySettings,
        patience: Patience,
        tables: Tables,
    ) -> anyhow::Result<Self> {
        let client = Client::new(context, settings, patience)?;
        Ok(Self { client, settings: settings.clone(), tables, now: context.clock.now() })
    }

    /// Whose rights it has; nobody's where no token is sent.
    pub(crate) async fn account(&self) -> anyhow::Result<Option<String>> {
        self.client.account().await.map_err(ApiError::explained)
    }

    pub(crate) async fn look(&self) -> anyhow::Result<String> {
        identity::look(&self.client, &self.settings, &self.tables).await
    }

    /// What an earlier run has begun: merged, or loaded and then still to be merged.
    async fn go_on(&self, table: &Table, load: Load) -> anyhow::Result<Option<Outcome<Sent<()>>>> {
        if let Some(ended) = self.jobs().find(&self.job_name(table, load, "merge")?).await? {
            return Ok(Some(match ended {
                // the run that died has merged it, and alone knew how many rows that were
                Ended::Well(_) => Outcome::Sent(sent(Written::default(), None)),
                Ended::Badly(failure) => Outcome::Again(failure.to_string()),
            }));
        }
        match self.jobs().find(&self.job_name(table, load, "load")?).await? {
            None => Ok(None),
            Some(Ended::Badly(failure)) => Ok(Some(Outcome::Again(failure.to_string()))),
            Some(Ended::Well(_)) if !self.has(&table::stage(table)).await? => {
                Ok(Some(Outcome::Again(format!("{} has gone since it was loaded", table::stage(table)))))
            }
            // what it has loaded is what was due then, not what is due now
            Some(Ended::Well(done)) => {
                let written = Written { rows: done.rows, ..Written::default() };
                let months = self.months_of(table).await?;
                Ok(Some(self.merge(table, load, written, &months).await?.map(|written| sent(written, None))))
            }
        }
    }

    async fn load_and_merge(&self, table: &Table, load: Load, rows: Batches) -> anyhow::Result<Outcome<Sent<()>>> {
        let (file, Made { written, checksum, months, .. }) = parquet::temporary(table, rows).await?;
        // a whole load without rows still has to empty the table
        if written.rows == 0 && !load.is_whole() {
            return Ok(Outcome::Sent(sent(Written::default(), Some(checksum))));
        }
        let ended = self.upload(table, &self.job_name(table, load, "load")?, &file).await?;
        // its room is free again while BigQuery merges
        drop(file);
        if let Ended::Badly(failure) = &ended
            && failure.may_pass()
        {
            return Ok(Outcome::Again(failure.to_string()));
        }
        ended.well(&format!("loading changes of {}", table.name))?;
        let merged = self.merge(table, load, written, &months).await?;
        Ok(merged.map(|written| sent(written, Some(checksum))))
    }

    async fn merge(
        &self,
        table: &Table,
        load: Load,
        mut written: Written,
        months: &BTreeSet<Month>,
    ) -> anyhow::Result<Outcome<Written>> {
        let counted = keys::must_be_single(&self.jobs(), self.dataset(), table, self.settings.max_bytes_billed).await?;
        let name = self.job_name(table, load, "merge")?;
        let configuration = json!({ "labels": labels(), "query": {
            "query": self.merging(table, load, months),
            "useLegacySql": false,
            "maximumBytesBilled": self.settings.max_bytes_billed.to_string(),
        } });
        let ended = self.jobs().run(&name, configuration).await?;
        if let Ended::Badly(failure) = &ended
            && (failure.may_pass() || load.resumed)
        {
            return Ok(Outcome::Again(failure.to_string()));
        }
        let done = ended.well(&format!("merging changes into {}", table.name))?;
        (written.bytes_billed, written.jobs) = (counted + done.bytes_billed, 2);
        tracing::info!(
            table = table.name,
            rows = written.rows,
            changed = done.rows,
            bytes = written.bytes,
            bytes_billed = written.bytes_billed,
            load = self.job_name(table, load, "load")?,
            merge = name,
            "table written"
        );
        Ok(Outcome::Sent(written))
    }

    /// What BigQuery keeps between load and MERGE, the staging table and the jobs, may expire there or be deleted; then
    /// the range is begun anew under other names.
    async fn unless_gone<T>(&self, table: &Table, outcome: anyhow::Result<Outcome<T>>) -> anyhow::Result<Outcome<T>> {
        let Err(error) = outcome else { return outcome };
        match error.downcast_ref::<Missing>() {
            // without its table it can only be begun by a run that makes it
            Some(missing) if self.has(table.name).await? => Ok(Outcome::Again(missing.said.clone())),
            _ => Err(gone_meanwhile(error)),
        }
    }

    async fn has(&self, table: &str) -> anyhow::Result<bool> {
        let there = self.client.table(&self.settings.dataset, table)?;
        Ok(self.client.find(there).await.map_err(ApiError::explained)?.is_some())
    }

    async fn upload(&self, table: &Table, name: &str, file: &File) -> anyhow::Result<Ended> {
        let (jobs, dataset) = (self.jobs(), &*self.settings.dataset);
        make::staging(&self.client, dataset, table, self.now.timestamp_millis()).await?;
        let destination =
            json!({ "projectId": self.settings.project, "datasetId": dataset, "tableId": table::stage(table) });
        // a load that truncates empties it of the range before; and one that makes the table would make it without our label
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
        let loading = upload::send(&self.client, &job, file).await?;
        // an emulator gives it a name of its own
        let name = loading.as_ref().and_then(|job| job["jobReference"]["jobId"].as_str()).unwrap_or(name);
        jobs.wait(name).await
    }

    fn merging(&self, table: &Table, load: Load, months: &BTreeSet<Month>) -> String {
        let what = if load.is_whole() { What::Everything } else { What::Changes(months) };
        merge::statement(table, self.dataset(), &table::stage(table), what)
    }

    async fn months_of(&self, table: &Table) -> anyhow::Result<BTreeSet<Month>> {
        let Some(column) = table.partition else { return Ok(BTreeSet::new()) };
        let sql = format!(
            "SELECT DISTINCT EXTRACT(YEAR FROM {column}), EXTRACT(MONTH FROM {column}) FROM {}",
            self.dataset().table(&table::stage(table))
        );
        let (rows, _) = self.jobs().ask(&sql, self.settings.max_bytes_billed).await?;
        let months = rows.into_iter().map(|row| match row.as_slice() {
            [Some(year), Some(month)] => Ok((year.parse()?, month.parse()?)),
            _ => bail!("BigQuery gave no month of {column}"),
        });
        months.collect()
    }

    fn job_name(&self, table: &Table, load: Load, step: &str) -> anyhow::Result<String> {
        let Load { range: (from, to), attempt, .. } = load;
        job::checked(format!("emply_{}_{}_{from}_{to}_{attempt}_{step}", self.settings.dataset, table.name))
    }

    fn jobs(&self) -> Jobs<'_> {
        let BigQuerySettings { project, location, job_deadline, .. } = &self.settings;
        Jobs { client: &self.client, project, location, deadline: *job_deadline }
    }

    fn dataset(&self) -> Dataset<'_> {
        Dataset { project: &self.settings.project, name: &self.settings.dataset }
    }
}

impl Sink for BigQuery {
    /// Rows are merged one table after the other, and stand there from then on.
    type Part = ();
    /// What it has, it knows itself.
    type List = ();

    const READS_BACK: bool = false;

    fn target(&self) -> String {
        format!("bigquery:{}.{}", self.settings.project, self.settings.dataset)
    }

    async fn claim(&self, identity: &Identity) -> anyhow::Result<Holds> {
        let claimed = identity::claim(&self.client, &self.settings, &self.tables, identity).await?;
        let mut found = claimed.found.tables.iter();
        let mut are_all_there = true;
        for table in &self.tables {
            let found = found.next().and_then(Option::as_ref);
            let made = make::table(&self.jobs(), self.dataset(), table, found).await;
            are_all_there &= made.context("the tables of the warehouse")?;
        }
        Ok(Holds::of(are_all_there, claimed.has_our_form))
    }

    async fn holds(&self, form: &str) -> anyhow::Result<Holds> {
        let examined = identity::examine(&self.client, &self.settings, &self.tables, form).await?;
        Ok(examined.map_or(Holds::Less, |it| Holds::of(it.found.is_whole(), it.has_our_form)))
    }

    async fn renew(&self, identity: &Identity) -> anyhow::Result<()> {
        identity::renew(&self.client, &self.settings, identity).await.map_err(gone_meanwhile)
    }

    async fn resume(&self, table: &Table, load: Load) -> anyhow::Result<Option<Outcome<Sent<()>>>> {
        if !load.resumed {
            return Ok(None);
        }
        let begun = self.go_on(table, load).await.transpose();
        match begun {
            Some(outcome) => self.unless_gone(table, outcome).await.map(Some),
            None => Ok(None),
        }
    }

    async fn send(&self, table: &'static Table, load: Load, rows: Batches) -> anyhow::Result<Outcome<Sent<()>>> {
        self.unless_gone(table, self.load_and_merge(table, load, rows).await).await
    }

    async fn publish(&self, _: Load, _: Vec<()>, _: &Standing) -> anyhow::Result<()> {
        Ok(())
    }

    async fn to_erase(&self, _: Forgotten) -> anyhow::Result<Vec<Stretch>> {
        // a row that is deleted, or updated, leaves no earlier one
        Ok(Vec::new())
    }

    fn to_gather(&self) -> anyhow::Result<Vec<Stretch>> {
        Ok(Vec::new())
    }

    async fn replace(&self, _: Vec<()>, _: &Standing) -> anyhow::Result<()> {
        Ok(())
    }

    fn listed(&self, _: &Standing) -> anyhow::Result<Listed> {
        Ok(Listed::Same)
    }

    fn sums(&self) -> anyhow::Result<Option<Sums>> {
        Ok(None)
    }

    async fn survey(&self) -> anyhow::Result<Survey> {
        let (dataset, most_bytes) = (self.dataset(), self.settings.max_bytes_billed);
        let counted = checksum::rows_of_tables(&self.jobs(), dataset, &self.tables, most_bytes).await;
        let (rows, bytes_billed) = counted.map_err(gone_meanwhile)?;
        Ok(Survey::Rows(rows, bytes_billed))
    }

    async fn read_all(&self) -> anyhow::Result<Reading<()>> {
        let (dataset, most_bytes) = (self.dataset(), self.settings.max_bytes_billed);
        let read = checksum::of_tables(&self.jobs(), dataset, &self.tables, most_bytes).await;
        let (checksums, bytes_billed) = read.map_err(gone_meanwhile)?;
        Ok(Reading { checksums, bytes_billed, list: () })
    }

    fn keep(&self, (): (), _: &Standing) -> anyhow::Result<()> {
        Ok(())
    }

    fn statement(&self, table: &Table, load: Load, months: &BTreeSet<Month>) -> Option<String> {
        Some(self.merging(table, load, months))
    }

    fn usage(&self) -> Usage {
        self.client.usage()
    }
}

fn sent(written: Written, checksum: Option<Checksum>) -> Sent<()> {
    Sent { written, checksum, forgotten: Forgotten::default(), part: () }
}
