//! A lake of Parquet files: `LAKE_PATH/<table>/changes/<after>-<up to>.parquet`.
//!
//! The name of a file follows from its range of changes, so a run that is repeated overwrites and never duplicates.
//! A file appears complete or not at all. Readers take the row with the highest `changed_seq` of each key.

mod encode;
mod file;
mod identity;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use futures_util::{StreamExt as _, TryStreamExt as _};
use runtime::Final;
use store::Snapshot;

use crate::{
    schema::{Application, ApplicationEvent, Candidate, JobPosting, Table},
    source::Range,
    transform::Persons,
};

pub use identity::Identity;

/// Rows turned into columns at once.
const BATCH: usize = 2_000;

/// What was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Rows.
    pub rows: u64,
    /// Of these, tombstones.
    pub removed: u64,
    /// Bytes of the files.
    pub bytes: u64,
}

/// A folder of tables.
#[derive(Debug, Clone)]
pub struct Lake {
    path: PathBuf,
}

impl Lake {
    /// Opens the folder, and makes it when it is not there.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let cannot = || format!("LAKE_PATH {} cannot be used as a folder", path.display());
        if path.exists() && !path.is_dir() {
            bail!(Final::new(format!(
                "LAKE_PATH {} is not a folder; name one, or a place where one can be made",
                path.display()
            )));
        }
        std::fs::create_dir_all(path).with_context(cannot)?;
        Ok(Self { path: path.canonicalize().with_context(cannot)? })
    }

    /// What the store calls this lake in its bookkeeping.
    pub fn target(&self) -> String {
        format!("lake:{}", self.path.display())
    }

    /// Holds the lake against who it is for; an empty one is taken.
    pub fn claim(&self, identity: &Identity) -> anyhow::Result<()> {
        identity::claim(&self.path, identity)
    }

    /// Whether every table has a file. Without one, what has been sent is not here.
    pub fn is_filled(&self) -> bool {
        let tables = [JobPosting::NAME, Application::NAME, Candidate::NAME, ApplicationEvent::NAME];
        tables.iter().all(|table| file::has_any(&self.changes(table)))
    }

    /// Writes a range of changes of every table. Candidates come before the applications that point at them.
    pub async fn write(&self, snapshot: &Snapshot, range: Range, persons: &Persons) -> anyhow::Result<Written> {
        let mut total = Written::default();
        for written in [
            self.write_table::<JobPosting>(snapshot, range, persons).await?,
            self.write_table::<Candidate>(snapshot, range, persons).await?,
            self.write_table::<Application>(snapshot, range, persons).await?,
            self.write_table::<ApplicationEvent>(snapshot, range, persons).await?,
        ] {
            total.rows += written.rows;
            total.removed += written.removed;
            total.bytes += written.bytes;
        }
        Ok(total)
    }

    async fn write_table<T: Table>(
        &self,
        snapshot: &Snapshot,
        (after, up_to): Range,
        persons: &Persons,
    ) -> anyhow::Result<Written> {
        let rows = snapshot.changed::<T::Source>(after, up_to).await?;
        let mut batches = std::pin::pin!(rows.try_chunks(BATCH).map_err(|error| error.1));
        let mut file = file::ParquetFile::begin::<T>(&self.changes(T::NAME), &format!("{after}-{up_to}"))?;
        let mut written = Written::default();
        while let Some(batch) = batches.next().await {
            let cells: Vec<_> = batch?.into_iter().map(|row| T::row(row, persons)).collect();
            written.rows += cells.len() as u64;
            written.removed += encode::count_removed::<T>(&cells);
            file.write(&encode::record_batch::<T>(cells)?)?;
        }
        // a table without a change gets no file, unless it would have none at all
        written.bytes = if written.rows > 0 || file.is_needed() { file.finish()? } else { 0 };
        tracing::debug!(
            table = T::NAME,
            rows = written.rows,
            removed = written.removed,
            bytes = written.bytes,
            "table written"
        );
        Ok(written)
    }

    fn changes(&self, table: &str) -> PathBuf {
        self.path.join(table).join("changes")
    }
}
