//! What the lake has: `LAKE_PATH/lake-manifest.json`, a list of its files with their sizes, rows and sums.
//!
//! It is swapped in when files have appeared, and the bookkeeping of the store follows it. A run that is killed between the two
//! is known by what stood in the bookkeeping before. While files take the place of others, which is no single step, the list says
//! so; a run that is killed then leaves a list that nobody relies on, and the next run reads everything.

use std::{
    collections::BTreeMap,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use super::{
    super::{Listed, Standing},
    file,
};
use crate::{
    checksum::{Checksum, Sums},
    load::Range,
};

const NAME: &str = "lake-manifest.json";

/// A file of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) range: Range,
    pub(super) bytes: u64,
    /// Of all its rows.
    #[serde(flatten)]
    pub(super) sum: Checksum,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// What the bookkeeping said when this was written.
    #[serde(default)]
    before: Standing,
    #[serde(default)]
    is_replacing: bool,
    tables: BTreeMap<String, Vec<Entry>>,
}

impl Manifest {
    pub(super) fn of(tables: impl Iterator<Item = (&'static str, Vec<Entry>)>) -> Self {
        Self { tables: tables.map(|(name, files)| (name.to_owned(), files)).collect(), ..Self::default() }
    }

    pub(super) fn files(&self, table: &str) -> &[Entry] {
        self.tables.get(table).map_or(&[], Vec::as_slice)
    }

    pub(super) fn file(&self, table: &str, range: Range) -> Option<&Entry> {
        self.files(table).iter().find(|file| file.range == range)
    }

    /// Whether a file has all changes of a range, and more.
    pub(super) fn covers(&self, table: &str, range: Range) -> bool {
        self.files(table).iter().any(|file| file.range != range && file::is_within(range, file.range))
    }

    /// Takes a file up, in the place of all whose changes it has.
    pub(super) fn put(&mut self, table: &str, entry: Entry) {
        let files = self.tables.entry(table.to_owned()).or_default();
        files.retain(|file| !file::is_within(file.range, entry.range));
        files.push(entry);
        files.sort_by_key(|file| file.range);
    }

    pub(super) fn sums(&self) -> Sums {
        let mut sums = Sums::default();
        for (table, files) in &self.tables {
            for file in files {
                sums.add(table, &file.sum);
            }
        }
        sums
    }

    /// Marks it as one that nobody is to rely on, before files take the place of others.
    pub(super) fn begin_to_replace(&mut self, lake: &Path) -> anyhow::Result<()> {
        self.is_replacing = true;
        self.write(lake)
    }

    /// Swaps it in; `before` is what the bookkeeping says until it has heard of this.
    pub(super) fn settle(&mut self, lake: &Path, before: &Standing) -> anyhow::Result<()> {
        (self.is_replacing, self.before) = (false, before.clone());
        self.write(lake)
    }

    fn write(&self, lake: &Path) -> anyhow::Result<()> {
        let path = place(lake);
        file::write_whole(&path, &serde_json::to_vec(self)?).with_context(|| format!("writing {}", path.display()))
    }
}

/// The list that can be relied on. One that cannot be read is none: all that it says can be found by reading the files.
pub(super) fn settled(lake: &Path) -> anyhow::Result<Option<Manifest>> {
    let path = place(lake);
    let json = match std::fs::read(&path) {
        Ok(json) => json,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
    };
    let Ok(manifest) = serde_json::from_slice::<Manifest>(&json) else {
        tracing::warn!(path = %path.display(), "the list of the lake's files cannot be read, so they are read themselves");
        return Ok(None);
    };
    Ok(Some(manifest).filter(|manifest| !manifest.is_replacing))
}

pub(super) fn listed(lake: &Path, standing: &Standing) -> anyhow::Result<Listed> {
    let (Some(manifest), Some(sums)) = (settled(lake)?, &standing.sums) else { return Ok(Listed::Unknown) };
    // the second is what a run leaves that was killed when this was written, and the bookkeeping not yet
    let is_same = manifest.sums() == *sums || manifest.before == *standing;
    Ok(if is_same { Listed::Same } else { Listed::Differs })
}

fn place(lake: &Path) -> PathBuf {
    lake.join(NAME)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(range: Range, rows: i64) -> Entry {
        Entry { range, bytes: 100, sum: Checksum { rows, hashes: rows } }
    }

    #[test]
    fn a_file_takes_the_place_of_those_whose_changes_it_has() {
        let mut manifest = Manifest::default();
        for (range, rows) in [((0, 3), 6), ((3, 5), 1), ((5, 7), 2), ((5, 7), 1)] {
            manifest.put("application", entry(range, rows));
        }
        assert_eq!(manifest.files("application").iter().map(|file| file.sum.rows).collect::<Vec<_>>(), [6, 1, 1]);
        manifest.put("application", entry((3, 7), 1));
        let ranges = manifest.files("application").iter().map(|file| file.range).collect::<Vec<_>>();
        assert_eq!(ranges, [(0, 3), (3, 7)]);
        assert!(manifest.covers("application", (5, 7)) && !manifest.covers("application", (3, 7)));
        assert_eq!(manifest.sums().to_json(), r#"{"application":{"rows":7,"hashes":7}}"#);
    }

    #[test]
    fn what_a_killed_run_has_left_is_told_from_another_lake() {
        let lake = tempfile::tempdir().unwrap();
        let standing = |rows, pending| {
            let mut sums = Sums::default();
            sums.add("candidate", &entry((0, 1), rows).sum);
            Standing { pending, sums: Some(sums) }
        };
        let listed = |standing: &Standing| listed(lake.path(), standing).unwrap();
        assert_eq!(listed(&standing(6, None)), Listed::Unknown, "there is none");
        let mut manifest = Manifest::of([("candidate", vec![entry((0, 3), 6)])].into_iter());
        manifest.put("candidate", entry((3, 5), 1));
        manifest.settle(lake.path(), &standing(6, Some((3, 5)))).unwrap();
        assert_eq!(settled(lake.path()).unwrap(), Some(manifest.clone()));
        for (has, expected) in [
            (standing(7, None), Listed::Same),
            (standing(7, Some((5, 9))), Listed::Same),
            (standing(6, Some((3, 5))), Listed::Same),
            (standing(6, None), Listed::Differs),
            (standing(6, Some((3, 6))), Listed::Differs),
            (standing(9, None), Listed::Differs),
            (Standing { sums: None, pending: Some((3, 5)) }, Listed::Unknown),
        ] {
            assert_eq!(listed(&has), expected, "{has:?}");
        }
        // where the bookkeeping does not know the lake either, there is nothing to be known by
        manifest.settle(lake.path(), &Standing::default()).unwrap();
        assert_eq!(listed(&standing(6, None)), Listed::Differs);
        manifest.begin_to_replace(lake.path()).unwrap();
        assert_eq!(listed(&standing(7, None)), Listed::Unknown);
        std::fs::write(lake.path().join(NAME), "{").unwrap();
        assert_eq!(listed(&standing(7, None)), Listed::Unknown);
        std::fs::write(lake.path().join(NAME), r#"{"later": 1, "tables": {}}"#).unwrap();
        assert_eq!(settled(lake.path()).unwrap(), Some(Manifest::default()));
    }
}
