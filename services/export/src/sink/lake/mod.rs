//! A lake of Parquet files: `LAKE_PATH/<table>/changes/<after>-<up to>.parquet`.
//!
//! The name of a file follows from its range of changes, so a run that is repeated overwrites and never duplicates.
//! A file appears complete or not at all, and the first one of a range only when all of them are complete. Readers take the
//! row with the highest `changed_seq` of each key.
//!
//! When there are many files, or a person was forgotten, everything is written anew as `0-<up to>`, without what is gone,
//! and the other files are removed. If an export dies in between, the next one begins with that. At the end the files are
//! read back and held against the store.

mod checksum;
mod file;
mod identity;
mod owner;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use runtime::{Final, http::Usage};

use super::{
    Holds, Identity, Sent, Sink,
    accident::{WrittenTo, explained},
};
use crate::{
    checksum::Checksums,
    load::{Batches, Load, Month, Outcome, Written},
    schema::{Table, Tables},
};
use file::{CHANGES, Hidden, ParquetFile};
pub(crate) use identity::look;

/// With more files in a table, everything is written anew.
const MOST_FILES: usize = 30;

#[derive(Debug)]
pub(crate) struct Lake {
    path: PathBuf,
    tables: Tables,
}

/// A table's file that is not to be seen yet: when there is no room for one of them, none appears.
pub(crate) struct Part {
    table: &'static Table,
    has_rows: bool,
    /// None when nothing has changed.
    file: Option<Hidden>,
}

impl Lake {
    pub(crate) fn open(path: &Path, tables: Tables) -> anyhow::Result<Self> {
        let cannot = || format!("LAKE_PATH {} cannot be used as a folder", path.display());
        if path.exists() && !path.is_dir() {
            bail!(Final::new(format!(
                "LAKE_PATH {} is not a folder; name one, or a place where one can be made",
                path.display()
            )));
        }
        // the store knows the lake by its path, which is to be one however the setting is written
        let made = std::fs::create_dir_all(path).and_then(|()| path.canonicalize()).with_context(cannot);
        Ok(Self { path: made.map_err(|error| explained(error, WrittenTo::Lake(path)))?, tables })
    }

    fn claimed(&self, identity: &Identity) -> anyhow::Result<Holds> {
        let has_our_form = identity::claim(&self.path, identity, &self.tables)?;
        for table in &self.tables {
            let removed = file::remove_leftovers(&self.changes(table))?;
            if removed > 0 {
                tracing::info!(table = table.name, files = removed, "files that an earlier run has left are removed");
            }
        }
        Ok(Holds::of(self.is_filled(), has_our_form))
    }

    fn is_filled(&self) -> bool {
        // each table that was sent has a file, possibly an empty one; without it, what was sent is not here
        self.tables.iter().all(|table| file::has_any(&self.changes(table)))
    }

    async fn write(&self, table: &'static Table, load: Load, rows: Batches) -> anyhow::Result<Sent<Part>> {
        let (file, mut made) = ParquetFile::write(table, &self.changes(table), load.range, rows).await?;
        let has_rows = made.written.rows > 0;
        // without a change a table gets no file, unless it would have none at all
        let is_wanted = has_rows || load.is_whole() || file.is_needed();
        let file = if is_wanted { Some(file.finish()?) } else { None };
        made.written.bytes = file.as_ref().map_or(0, |file| file.bytes);
        let Written { rows, removed, bytes, .. } = made.written;
        tracing::debug!(table = table.name, rows, removed, bytes, "table written");
        Ok(Sent { written: made.written, checksum: Some(made.checksum), part: Part { table, has_rows, file } })
    }

    fn appear(&self, load: Load, mut parts: Vec<Part>) -> anyhow::Result<()> {
        // first those that say less than what was there, such as that an export has arrived
        parts.sort_by_key(|part| part.has_rows);
        let tables: Vec<&Table> = parts.iter().map(|part| part.table).collect();
        for part in parts {
            part.file.map(Hidden::appear).transpose()?;
        }
        if !load.is_whole() {
            return Ok(());
        }
        let is_everything = tables.len() == self.tables.len();
        for table in tables {
            // only after the whole file has appeared: at any time a reader finds each row in one of them
            let removed = file::remove_others(&self.changes(table), load.range)?;
            if removed > 0 && is_everything {
                tracing::info!(table = table.name, files = removed, "files that were written anew are removed");
            }
        }
        Ok(())
    }

    fn with_many_files(&self, load: Load, written: &Written) -> anyhow::Result<Tables> {
        if load.is_whole() {
            return Ok(Tables::new());
        }
        let mut many = Tables::new();
        for table in &self.tables {
            if file::finished(&self.changes(table))?.len() > MOST_FILES {
                many.push(table);
            }
        }
        // what tells of exports gets a file from each: the other tables stay as they are when it has many
        // earlier rows of somebody who was forgotten are in files that are never changed
        let is_all = written.forgotten > 0 || many.iter().any(|table| !table.tells_of_exports);
        Ok(if is_all { self.tables.clone() } else { many })
    }

    fn explained(&self, error: anyhow::Error) -> anyhow::Error {
        explained(error, WrittenTo::Lake(&self.path))
    }

    fn changes(&self, table: &Table) -> PathBuf {
        self.path.join(table.name).join(CHANGES)
    }
}

impl Sink for Lake {
    type Part = Part;

    fn target(&self) -> String {
        format!("lake:{}", self.path.display())
    }

    async fn claim(&self, identity: &Identity) -> anyhow::Result<Holds> {
        self.claimed(identity).map_err(|error| self.explained(error))
    }

    async fn holds(&self, form: &str) -> anyhow::Result<Holds> {
        let has_our_form = look(&self.path, &self.tables)?.is_none_or(|held| held == form);
        Ok(Holds::of(self.is_filled(), has_our_form))
    }

    async fn renew(&self, identity: &Identity) -> anyhow::Result<()> {
        identity::write(&self.path, identity).map_err(|error| self.explained(error))
    }

    async fn resume(&self, _: &Table, _: Load) -> anyhow::Result<Option<Outcome<Sent<Part>>>> {
        // what a killed run has begun is written again, under the same name
        Ok(None)
    }

    async fn send(&self, table: &'static Table, load: Load, rows: Batches) -> anyhow::Result<Outcome<Sent<Part>>> {
        self.write(table, load, rows).await.map(Outcome::Sent).map_err(|error| self.explained(error))
    }

    async fn publish(&self, load: Load, parts: Vec<Part>) -> anyhow::Result<()> {
        self.appear(load, parts).map_err(|error| self.explained(error))
    }

    fn to_rewrite(&self, load: Load, written: &Written) -> anyhow::Result<Tables> {
        self.with_many_files(load, written).map_err(|error| self.explained(error))
    }

    async fn checksums(&self) -> anyhow::Result<(Checksums, u64)> {
        // what has come meanwhile would be read beside ours
        look(&self.path, &self.tables)?;
        let folders = self.tables.iter().map(|table| (*table, self.changes(table))).collect::<Vec<_>>();
        let read = tokio::task::spawn_blocking(move || {
            let checksums = folders.iter().map(|(table, folder)| checksum::of_table(folder, table));
            checksums.collect::<anyhow::Result<_>>()
        });
        let read = read.await?.context("the lake is not as export leaves it; the next run writes it anew");
        Ok((read.map_err(|error| self.explained(error))?, 0))
    }

    fn statement(&self, _: &Table, _: Load, _: &BTreeSet<Month>) -> Option<String> {
        None
    }

    fn usage(&self) -> Usage {
        Usage::default()
    }
}
