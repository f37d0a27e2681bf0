//! A lake of Parquet files: `LAKE_PATH/<table>/changes/<after>-<up to>.parquet`.
//!
//! The name of a file follows from its range of changes, so a run that is repeated overwrites and never duplicates.
//! A file appears complete or not at all. Readers take the row with the highest `changed_seq` of each key.
//!
//! When there are many files, or a person was forgotten, everything is written anew as `0-<up to>`, without what is gone,
//! and the files whose ranges are in it are removed. If an export dies in between, the next one begins with that.

mod file;
mod identity;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use runtime::Final;
use store::Snapshot;

use super::{Identity, Written};
use crate::{
    schema::{Application, ApplicationEvent, Candidate, HashedRow, JobPosting, Table},
    source::Range,
    transform::Persons,
};

/// With more files in a table, everything is written anew.
const MOST_FILES: usize = 30;
const TABLES: [&str; 4] = [JobPosting::NAME, Application::NAME, Candidate::NAME, ApplicationEvent::NAME];

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
        TABLES.iter().all(|table| file::has_any(&self.changes(table)))
    }

    /// Writes a range of changes, and everything anew when that is due.
    pub async fn send(&self, snapshot: &Snapshot, range: Range, persons: &Persons) -> anyhow::Result<Written> {
        let mut written = self.write(snapshot, range, persons).await?;
        let mut is_whole = range.0 == 0;
        if !is_whole && (written.forgotten > 0 || self.most_files()? > MOST_FILES) {
            let whole = self.write(snapshot, (0, range.1), persons).await?;
            tracing::info!(rows = whole.rows, bytes = whole.bytes, "the lake was written anew");
            written.bytes += whole.bytes;
            is_whole = true;
        }
        if is_whole {
            self.tidy()?;
        }
        Ok(written)
    }

    /// Removes files that have nothing to say any more.
    pub fn tidy(&self) -> anyhow::Result<()> {
        for table in TABLES {
            let removed = file::remove_covered(&self.changes(table))?;
            if removed > 0 {
                tracing::info!(table, files = removed, "files that were written anew are removed");
            }
        }
        Ok(())
    }

    fn most_files(&self) -> anyhow::Result<usize> {
        let counts = TABLES.iter().map(|table| Ok(file::ranges(&self.changes(table))?.len()));
        Ok(counts.collect::<anyhow::Result<Vec<_>>>()?.into_iter().max().unwrap_or(0))
    }

    /// Writes a range of changes of every table. Candidates come before the applications that point at them.
    async fn write(&self, snapshot: &Snapshot, range: Range, persons: &Persons) -> anyhow::Result<Written> {
        let mut total = Written::default();
        for written in [
            self.write_table::<JobPosting>(snapshot, range, persons).await?,
            self.write_table::<Candidate>(snapshot, range, persons).await?,
            self.write_table::<Application>(snapshot, range, persons).await?,
            self.write_table::<ApplicationEvent>(snapshot, range, persons).await?,
        ] {
            total.add(&written);
        }
        Ok(total)
    }

    async fn write_table<T: Table>(
        &self,
        snapshot: &Snapshot,
        (after, up_to): Range,
        persons: &Persons,
    ) -> anyhow::Result<Written> {
        let file = file::ParquetFile::begin::<T>(&self.changes(T::NAME), &format!("{after}-{up_to}"))?;
        let (mut written, is_whole) = (Written::default(), after == 0);
        let count = |row: HashedRow, is_forgotten| {
            written.forgotten += u64::from(is_forgotten);
            // a tombstone tells of what is in other files, and a whole has no others
            let is_left_out = is_whole && row.is_removed;
            (!is_left_out).then(|| written.count(row))
        };
        file.encoder.add_range::<T>(snapshot, (after, up_to), persons, count).await?;
        // a table without a change gets no file, unless it would have none at all
        written.bytes = if written.rows > 0 || is_whole || file.is_needed() { file.finish().await? } else { 0 };
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
