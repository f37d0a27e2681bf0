//! A lake of Parquet files: `LAKE_PATH/<table>/changes/<after>-<up to>.parquet`.
//!
//! The name of a file follows from its range of changes, so a run that is repeated overwrites and never duplicates.
//! A file is read back before it appears, complete or not at all, and the first one of a range only when all of them are complete.
//! Readers take the row with the highest `changed_seq` of each key.
//!
//! When there are many files, some are gathered into one ([`gather`]); when a person was forgotten, the files that have rows of
//! theirs are written anew ([`erase`]). Each is a stretch of changes that the store still has: it is made anew, appears, and what
//! lies within it is removed. What the lake has is listed ([`manifest`]), and looked over after each run ([`survey`]).

mod checksum;
mod erase;
mod file;
mod gather;
mod identity;
mod manifest;
mod owner;
mod survey;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail, ensure};
use runtime::{Final, http::Usage};

use super::{
    Holds, Identity, Listed, Reading, Sent, Sink, Standing, Survey,
    accident::{WrittenTo, explained},
};
use crate::{
    checksum::{Checksum, Sums},
    load::{Batches, Forgotten, Load, Made, Month, Outcome, Range, Stretch, Written},
    schema::{Table, Tables},
};
use file::{CHANGES, Hidden, ParquetFile};
pub(crate) use identity::look;
use manifest::{Entry, Manifest};

const NOT_AS_LEFT: &str = "the lake is not as export leaves it; the next run writes it anew";

#[derive(Debug)]
pub(crate) struct Lake {
    path: PathBuf,
    tables: Tables,
}

/// A table's file that is not to be seen yet: when there is no room for one of them, none appears.
pub(crate) struct Part {
    table: &'static Table,
    range: Range,
    /// Of all its rows.
    sum: Checksum,
    /// None when nothing has changed.
    file: Option<Hidden>,
}

impl Part {
    fn appear(self) -> anyhow::Result<Option<Entry>> {
        let Self { range, sum, file, .. } = self;
        let Some(file) = file else { return Ok(None) };
        let bytes = file.bytes;
        file.appear()?;
        Ok(Some(Entry { range, bytes, sum }))
    }
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
        let manifest = manifest::settled(&self.path)?;
        for table in &self.tables {
            let is_listed =
                |range| manifest.as_ref().is_some_and(|manifest| manifest.file(table.name, range).is_some());
            let removed = file::remove_leftovers(&self.changes(table), is_listed)?;
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
        let range = load.range;
        let (file, made) = ParquetFile::write(table, &self.changes(table), range, rows).await?;
        let Made { mut written, checksum: sum, forgotten, .. } = made;
        // without a change a table gets no file, unless it would have none at all
        let is_wanted = written.rows > 0 || load.is_whole() || load.is_again() || file.is_needed();
        let file = if is_wanted {
            let file = file.finish()?;
            // reading may take a while
            Some(tokio::task::spawn_blocking(move || read_back(file, range, sum)).await??)
        } else {
            None
        };
        written.bytes = file.as_ref().map_or(0, |file| file.bytes);
        let Written { rows, removed, bytes, .. } = written;
        tracing::debug!(table = table.name, rows, removed, bytes, "table written");
        Ok(Sent { written, checksum: Some(sum), forgotten, part: Part { table, range, sum, file } })
    }

    fn appear(&self, load: Load, mut parts: Vec<Part>, standing: &Standing) -> anyhow::Result<()> {
        // first those that say less than what was there, such as that an export has arrived
        parts.sort_by_key(|part| part.sum.rows > 0);
        let mut manifest = if load.is_whole() { Some(Manifest::default()) } else { manifest::settled(&self.path)? };
        for part in parts {
            let (table, folder) = (part.table, self.changes(part.table));
            // a killed run has written all this anew already, with more
            let is_covered = match &manifest {
                Some(manifest) => manifest.covers(table.name, part.range),
                None => file::is_covered(&folder, part.range)?,
            };
            if is_covered {
                continue;
            }
            if let (Some(entry), Some(manifest)) = (part.appear()?, &mut manifest) {
                manifest.put(table.name, entry);
            }
        }
        if load.is_whole() {
            self.remove(|folder| file::remove_others(folder, load.range))?;
        }
        // a list that cannot be relied on is left as it is: files may be there that it does not say
        manifest.map_or(Ok(()), |mut manifest| manifest.settle(&self.path, standing))
    }

    /// Only after a whole file has appeared: at any time a reader finds each row in one of them.
    fn remove(&self, files_of: impl Fn(&Path) -> anyhow::Result<usize>) -> anyhow::Result<()> {
        for table in &self.tables {
            let removed = files_of(&self.changes(table))?;
            if removed > 0 {
                tracing::info!(table = table.name, files = removed, "files that were written anew are removed");
            }
        }
        Ok(())
    }

    fn replaced(&self, mut parts: Vec<Part>, standing: &Standing) -> anyhow::Result<()> {
        let mut manifest = manifest::settled(&self.path)?;
        if let Some(manifest) = &mut manifest {
            manifest.begin_to_replace(&self.path)?;
        }
        // the oldest first: a tombstone stays until that is gone of which it tells
        parts.sort_by_key(|part| part.range);
        for part in parts {
            let (table, range) = (part.table, part.range);
            let entry = part.appear()?;
            let removed = file::remove_within(&self.changes(table), range)?;
            tracing::debug!(table = table.name, after = range.0, up_to = range.1, files = removed, "written anew");
            if let (Some(entry), Some(manifest)) = (entry, &mut manifest) {
                manifest.put(table.name, entry);
            }
        }
        manifest.map_or(Ok(()), |mut manifest| manifest.settle(&self.path, standing))
    }

    fn many_files(&self) -> anyhow::Result<Vec<Stretch>> {
        // without a list that can be relied on, the files are read first
        let Some(manifest) = manifest::settled(&self.path)? else { return Ok(Vec::new()) };
        let stretch = |table: &&'static Table| {
            let range = gather::stretch(manifest.files(table.name))?;
            Some(Stretch { table, range })
        };
        Ok(self.tables.iter().filter_map(stretch).collect())
    }

    fn surveyed(&self) -> anyhow::Result<Sums> {
        // what has come meanwhile would be read beside ours
        look(&self.path, &self.tables)?;
        let manifest = manifest::settled(&self.path)?.context("the list of its files is gone").context(NOT_AS_LEFT)?;
        for table in &self.tables {
            survey::of_table(&self.changes(table), table.name, &manifest).context(NOT_AS_LEFT)?;
        }
        Ok(manifest.sums())
    }

    async fn read(&self) -> anyhow::Result<Reading<Manifest>> {
        // what has come meanwhile would be read beside ours
        look(&self.path, &self.tables)?;
        let folders = self.tables.iter().map(|table| (*table, self.changes(table))).collect::<Vec<_>>();
        let read = tokio::task::spawn_blocking(move || {
            let (mut checksums, mut files) = (Vec::new(), Vec::new());
            for (table, folder) in folders {
                let (sum, of_table) = checksum::of_table(&folder, table)?;
                checksums.push(sum);
                files.push((table.name, of_table));
            }
            anyhow::Ok(Reading { checksums, bytes_billed: 0, list: Manifest::of(files.into_iter()) })
        });
        read.await?.context(NOT_AS_LEFT)
    }

    fn explained(&self, error: anyhow::Error) -> anyhow::Error {
        explained(error, WrittenTo::Lake(&self.path))
    }

    fn changes(&self, table: &Table) -> PathBuf {
        self.path.join(table.name).join(CHANGES)
    }
}

/// Reads a file back: one that has not become what was written does not appear.
fn read_back(file: Hidden, range: Range, sum: Checksum) -> anyhow::Result<Hidden> {
    let found = checksum::of_file(file.path(), range).context("a file is not as it was written just now")?;
    ensure!(
        found == sum,
        "{} is not as it was written just now: it has {} rows, and {} were written; the next run writes it again",
        file.path().display(),
        found.rows,
        sum.rows
    );
    Ok(file)
}

impl Sink for Lake {
    type Part = Part;
    type List = Manifest;

    const READS_BACK: bool = true;

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

    async fn publish(&self, load: Load, parts: Vec<Part>, standing: &Standing) -> anyhow::Result<()> {
        self.appear(load, parts, standing).map_err(|error| self.explained(error))
    }

    async fn to_erase(&self, forgotten: Forgotten) -> anyhow::Result<Vec<Stretch>> {
        let (path, tables) = (self.path.clone(), self.tables.clone());
        let found = tokio::task::spawn_blocking(move || {
            erase::stretches(&tables, |table| path.join(table.name).join(CHANGES), &forgotten)
        });
        found.await?.map_err(|error| self.explained(error))
    }

    fn to_gather(&self) -> anyhow::Result<Vec<Stretch>> {
        self.many_files().map_err(|error| self.explained(error))
    }

    async fn replace(&self, parts: Vec<Part>, standing: &Standing) -> anyhow::Result<()> {
        self.replaced(parts, standing).map_err(|error| self.explained(error))
    }

    fn listed(&self, standing: &Standing) -> anyhow::Result<Listed> {
        manifest::listed(&self.path, standing).map_err(|error| self.explained(error))
    }

    fn sums(&self) -> anyhow::Result<Option<Sums>> {
        let manifest = manifest::settled(&self.path).map_err(|error| self.explained(error))?;
        Ok(manifest.map(|manifest| manifest.sums()))
    }

    async fn survey(&self) -> anyhow::Result<Survey> {
        self.surveyed().map(Survey::Files).map_err(|error| self.explained(error))
    }

    async fn read_all(&self) -> anyhow::Result<Reading<Manifest>> {
        self.read().await.map_err(|error| self.explained(error))
    }

    fn keep(&self, mut list: Manifest, standing: &Standing) -> anyhow::Result<()> {
        list.settle(&self.path, standing).map_err(|error| self.explained(error))
    }

    fn statement(&self, _: &Table, _: Load, _: &BTreeSet<Month>) -> Option<String> {
        None
    }

    fn usage(&self) -> Usage {
        Usage::default()
    }
}
