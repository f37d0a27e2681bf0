//! A lake of Parquet files: `LAKE_PATH/<table>/changes/<after>-<up to>.parquet`.
//!
//! The name of a file follows from its range of changes, so a run that is repeated overwrites and never duplicates.
//! A file appears complete or not at all, and the first one of a range only when all of them are complete. Readers take the
//! row with the highest `changed_seq` of each key.
//!
//! When there are many files, or a person was forgotten, everything is written anew as `0-<up to>`, without what is gone,
//! and the other files are removed. If an export dies in between, the next one begins with that. At the end the files are
//! read back and held against the store.

mod file;
mod identity;
mod owner;
mod sum;

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use anyhow::{Context as _, bail};
use runtime::Final;
use store::Snapshot;

use super::{
    Identity, Written,
    accident::{Place, explained},
    sum::{Sum, Sums},
};
use crate::{
    schema::{Table, tables},
    source::Range,
    transform::Privacy,
};
use file::Hidden;

/// The folder of a table that its files are in.
const CHANGES: &str = "changes";
/// With more files in a table, everything is written anew.
const MOST_FILES: usize = 30;

/// A folder of tables.
#[derive(Debug)]
pub struct Lake {
    path: PathBuf,
    /// What the store held when everything was written last, and up to which change.
    whole: Mutex<Option<(i64, Sums)>>,
}

/// A table that was read from the store.
struct Encoded {
    written: Written,
    /// None when nothing has changed.
    file: Option<Hidden>,
    /// Of the rows that are not removed.
    sum: Sum,
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
        let made = std::fs::create_dir_all(path).and_then(|()| path.canonicalize()).with_context(cannot);
        Ok(Self { path: made.map_err(|error| explained(error, Place::Lake(path)))?, whole: Mutex::new(None) })
    }

    /// What the store calls this lake in its bookkeeping.
    pub fn target(&self) -> String {
        format!("lake:{}", self.path.display())
    }

    /// Holds the lake against who it is for, sees that what lies in it is ours, and removes what a killed run has left; an empty
    /// one is taken. Gives whether its rows are made so.
    pub fn claim(&self, identity: &Identity) -> anyhow::Result<bool> {
        self.claim_it(identity).map_err(|error| self.explained(error))
    }

    fn claim_it(&self, identity: &Identity) -> anyhow::Result<bool> {
        let has_our_form = identity::claim(&self.path, identity)?;
        for table in tables() {
            let removed = file::remove_leftovers(&self.changes(table.name))?;
            if removed > 0 {
                tracing::info!(table = table.name, files = removed, "files that an earlier run has left are removed");
            }
        }
        Ok(has_our_form)
    }

    /// Sees that what lies in it is ours; writes nothing. Gives whether its rows are made so, also where there are none.
    pub fn has_our_form(&self, form: &str) -> anyhow::Result<bool> {
        Ok(look(&self.path)?.is_none_or(|held| held == form))
    }

    /// Writes down that they are.
    pub fn renew(&self, identity: &Identity) -> anyhow::Result<()> {
        identity::write(&self.path, identity).map_err(|error| self.explained(error))
    }

    /// Whether every table has a file. Without one, what has been sent is not here.
    pub fn is_filled(&self) -> bool {
        tables().iter().all(|table| file::has_any(&self.changes(table.name)))
    }

    /// Writes a range of changes, and everything anew when that is due.
    pub async fn send(&self, snapshot: &mut Snapshot, range: Range, privacy: &Privacy) -> anyhow::Result<Written> {
        self.send_into(snapshot, range, privacy).await.map_err(|error| self.explained(error))
    }

    async fn send_into(&self, snapshot: &mut Snapshot, range: Range, privacy: &Privacy) -> anyhow::Result<Written> {
        let mut written = self.write(snapshot, range, privacy).await?;
        let mut is_whole = range.0 == 0;
        if !is_whole && (written.forgotten > 0 || self.most_files()? > MOST_FILES) {
            let whole = self.write(snapshot, (0, range.1), privacy).await?;
            tracing::info!(rows = whole.rows, bytes = whole.bytes, "the lake was written anew");
            written.bytes += whole.bytes;
            is_whole = true;
        }
        if is_whole {
            self.remove_others((0, range.1))?;
        } else {
            self.gather_exports(snapshot, range, privacy).await?;
        }
        Ok(written)
    }

    /// What tells of exports gets a file from each: many of them become one, and the others of the lake stay as they are.
    async fn gather_exports(&self, snapshot: &mut Snapshot, range: Range, privacy: &Privacy) -> anyhow::Result<()> {
        for table in tables().iter().filter(|table| table.tells_of_exports) {
            let folder = self.changes(table.name);
            if file::finished(&folder)?.len() > MOST_FILES {
                let whole = (0, range.1);
                let encoded = self.write_table(table, snapshot, whole, privacy).await?;
                encoded.file.map(Hidden::appear).transpose()?;
                file::remove_others(&folder, whole)?;
            }
        }
        Ok(())
    }

    fn remove_others(&self, whole: Range) -> anyhow::Result<()> {
        for table in tables() {
            let removed = file::remove_others(&self.changes(table.name), whole)?;
            if removed > 0 {
                tracing::info!(table = table.name, files = removed, "files that were written anew are removed");
            }
        }
        Ok(())
    }

    /// Reads the files back and holds them against the store, which is not read again when everything was written just now.
    pub async fn reconcile(&self, snapshot: &mut Snapshot, up_to: i64, privacy: &Privacy) -> anyhow::Result<()> {
        // what has come meanwhile would be read beside ours
        look(&self.path)?;
        let folders = tables().iter().map(|table| self.changes(table.name)).collect::<Vec<_>>();
        let there = async { tokio::task::spawn_blocking(move || found_in(&folders)).await? };
        let known = self.whole().take().filter(|(known, _)| *known == up_to).map(|(_, sums)| sums);
        let here = async {
            match known {
                Some(sums) => Ok(sums),
                None => super::sum::of_store(snapshot, up_to, privacy).await,
            }
        };
        let (here, there) = tokio::try_join!(here, there).map_err(|error| self.explained(error))?;
        super::sum::compare(&here, &there)
    }

    fn whole(&self) -> MutexGuard<'_, Option<(i64, Sums)>> {
        self.whole.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn most_files(&self) -> anyhow::Result<usize> {
        let tables = tables().iter().filter(|table| !table.tells_of_exports);
        let counts = tables.map(|table| Ok(file::finished(&self.changes(table.name))?.len()));
        Ok(counts.collect::<anyhow::Result<Vec<_>>>()?.into_iter().max().unwrap_or(0))
    }

    /// Writes a range of changes of every table. When there is no room for one of them, none appears. Candidates come before
    /// the applications that point at them.
    async fn write(&self, snapshot: &mut Snapshot, range: Range, privacy: &Privacy) -> anyhow::Result<Written> {
        let mut encoded = Vec::new();
        for table in tables() {
            encoded.push(self.write_table(table, snapshot, range, privacy).await?);
        }
        let (mut sums, mut total, mut files) = (Sums::new(), Written::default(), Vec::new());
        for (table, encoded) in tables().iter().zip(encoded) {
            total.add_of(table, &encoded.written);
            sums.push(encoded.sum);
            files.push((encoded.written.rows > 0, encoded.file));
        }
        // first those that say less than what was there, such as that an export has arrived
        files.sort_by_key(|(has_rows, _)| *has_rows);
        for (_, file) in files {
            file.map(Hidden::appear).transpose()?;
        }
        if range.0 == 0 {
            *self.whole() = Some((range.1, sums));
        }
        Ok(total)
    }

    /// Writes a range of changes of a table. Without a change it gets no file, unless it would have none at all.
    async fn write_table(
        &self,
        table: &'static Table,
        snapshot: &mut Snapshot,
        range: Range,
        privacy: &Privacy,
    ) -> anyhow::Result<Encoded> {
        let is_whole = range.0 == 0;
        let file = file::ParquetFile::write(table, &self.changes(table.name), snapshot, range, privacy).await?;
        let (mut written, sum) = (file.written(), file.sum());
        let is_wanted = written.rows > 0 || is_whole || file.is_needed();
        let file = if is_wanted { Some(file.finish()?) } else { None };
        written.bytes = file.as_ref().map_or(0, |file| file.bytes);
        tracing::debug!(
            table = table.name,
            rows = written.rows,
            removed = written.removed,
            bytes = written.bytes,
            "table written"
        );
        Ok(Encoded { written, file, sum })
    }

    fn explained(&self, error: anyhow::Error) -> anyhow::Error {
        explained(error, Place::Lake(&self.path))
    }

    fn changes(&self, table: &str) -> PathBuf {
        self.path.join(table).join(CHANGES)
    }
}

/// Sees that what lies in a lake is ours; makes and writes nothing. Gives how its rows are made, where there are any.
pub fn look(path: &Path) -> anyhow::Result<Option<String>> {
    identity::look(path)
}

/// What the files of each table's folder come to.
fn found_in(folders: &[PathBuf]) -> anyhow::Result<Sums> {
    let sums = tables().iter().zip(folders).map(|(table, folder)| sum::of_table(folder, table));
    sums.collect::<anyhow::Result<_>>().context("the lake is not as export leaves it; the next run writes it anew")
}
