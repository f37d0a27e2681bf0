//! Files that appear complete or not at all.

use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
};

use ::parquet::arrow::ArrowWriter;
use anyhow::Context as _;

use super::super::parquet;
use crate::{
    load::{Batches, Made, Range},
    schema::Table,
};

pub(super) const CHANGES: &str = "changes";
/// What names of files end in that readers take.
const FINISHED: &str = "parquet";
const UNFINISHED: &str = "tmp";

pub(super) fn has_any(folder: &Path) -> bool {
    finished(folder).is_ok_and(|files| !files.is_empty())
}

/// A folder's finished files of ours with the changes that they have, in no order.
pub(super) fn finished(folder: &Path) -> anyhow::Result<Vec<(Range, PathBuf)>> {
    named(folder, range_of)
}

fn named(folder: &Path, range: fn(&Path) -> Option<Range>) -> anyhow::Result<Vec<(Range, PathBuf)>> {
    let shown = || format!("reading the folder {}", folder.display());
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(shown),
    };
    let paths = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>().with_context(shown)?;
    Ok(paths.into_iter().filter_map(|path| Some((range(&path)?, path))).collect())
}

pub(super) fn range_of(path: &Path) -> Option<Range> {
    range_in(path, FINISHED)
}

pub(super) fn range_of_unfinished(path: &Path) -> Option<Range> {
    range_in(path, UNFINISHED)
}

fn range_in(path: &Path, extension: &str) -> Option<Range> {
    let found = path.file_name()?.to_str()?;
    let (after, up_to) = found.strip_suffix(extension)?.strip_suffix('.')?.split_once('-')?;
    let range = (after.parse().ok()?, up_to.parse().ok()?);
    // `05-6` and `+5-6` say the same, and are somebody else's
    (found == name(range, extension)).then_some(range)
}

fn name((after, up_to): Range, extension: &str) -> String {
    format!("{after}-{up_to}.{extension}")
}

/// Whether all changes of a range are among those of another, or the same.
pub(super) fn is_within(range: Range, other: Range) -> bool {
    other.0 <= range.0 && range.1 <= other.1
}

/// Whether a finished file has all changes of a range, and more.
pub(super) fn is_covered(folder: &Path, range: Range) -> anyhow::Result<bool> {
    Ok(finished(folder)?.iter().any(|(other, _)| *other != range && is_within(range, *other)))
}

/// Removes files that are not finished, and those that another one has taken the place of: all its changes are in that, and it is not
/// listed. Gives their number.
pub(super) fn remove_leftovers(folder: &Path, is_listed: impl Fn(Range) -> bool) -> anyhow::Result<usize> {
    let files = finished(folder)?;
    let ranges = files.iter().map(|(range, _)| *range).collect::<Vec<_>>();
    let is_covered = |range: Range| ranges.iter().any(|other| *other != range && is_within(range, *other));
    let covered = files.into_iter().filter(|(range, _)| is_covered(*range) && !is_listed(*range));
    remove(folder, named(folder, range_of_unfinished)?.into_iter().chain(covered))
}

pub(super) fn remove_others(folder: &Path, whole: Range) -> anyhow::Result<usize> {
    remove(folder, finished(folder)?.into_iter().filter(|(range, _)| *range != whole))
}

/// Removes the files whose changes are all in that of a range.
pub(super) fn remove_within(folder: &Path, range: Range) -> anyhow::Result<usize> {
    remove(folder, finished(folder)?.into_iter().filter(|(other, _)| *other != range && is_within(*other, range)))
}

fn remove(folder: &Path, files: impl Iterator<Item = (Range, PathBuf)>) -> anyhow::Result<usize> {
    let mut removed = 0;
    for (_, path) in files {
        fs::remove_file(&path).with_context(|| format!("removing {}", path.display()))?;
        removed += 1;
    }
    if removed > 0 {
        // what was removed is gone for good only when the folder is durable
        File::open(folder)?.sync_all()?;
    }
    Ok(removed)
}

pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let temporary = Temporary(path.with_extension("json.tmp"));
    let mut file = File::create(&temporary.0)?;
    file.write_all(bytes)?;
    // before it gets its name: else a crash could leave the name with nothing behind it
    file.sync_all()?;
    appear(&temporary.0, path)
}

/// Makes a file visible that is durable already.
fn appear(temporary: &Path, path: &Path) -> anyhow::Result<()> {
    fs::rename(temporary, path)?;
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// A file's name until it is to be seen.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        // after it has appeared there is nothing left under this name
        let _ = fs::remove_file(&self.0);
    }
}

/// A Parquet file under another name, with all its rows, but without its end.
pub(super) struct ParquetFile {
    writer: ArrowWriter<File>,
    temporary: Temporary,
    path: PathBuf,
    is_first: bool,
}

impl ParquetFile {
    /// Writes what will be `<folder>/<after>-<up to>.parquet`. The bytes of what was made are not known yet.
    pub(super) async fn write(
        table: &Table,
        folder: &Path,
        range: Range,
        rows: Batches,
    ) -> anyhow::Result<(Self, Made)> {
        let path = folder.join(name(range, FINISHED));
        let temporary = Temporary(folder.join(name(range, UNFINISHED)));
        let is_first = !has_any(folder);
        let shown = || format!("writing {}", path.display());
        fs::create_dir_all(folder).with_context(shown)?;
        // what a killed run has left under the temporary name is overwritten
        let file = File::create(&temporary.0).with_context(shown)?;
        let (writer, made) = parquet::write(table, file, rows).await.with_context(shown)?;
        Ok((Self { writer, temporary, path, is_first }, made))
    }

    pub(super) fn is_needed(&self) -> bool {
        // also when it is empty: as the table's first file, or in the place of one that a killed run has written
        self.is_first || self.path.exists()
    }

    pub(super) fn finish(mut self) -> anyhow::Result<Hidden> {
        let path = self.path.clone();
        let shown = || format!("writing {}", path.display());
        self.writer.finish().with_context(shown)?;
        self.writer.inner().sync_all().with_context(shown)?;
        let bytes = self.writer.inner().metadata().with_context(shown)?.len();
        Ok(Hidden { temporary: self.temporary, path: self.path, bytes })
    }
}

pub(super) struct Hidden {
    temporary: Temporary,
    path: PathBuf,
    pub(super) bytes: u64,
}

impl Hidden {
    /// Where it is until it appears.
    pub(super) fn path(&self) -> &Path {
        &self.temporary.0
    }

    pub(super) fn appear(self) -> anyhow::Result<()> {
        appear(&self.temporary.0, &self.path).with_context(|| format!("writing {}", self.path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_in_another_file_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let left = |names: &[&str]| {
            for name in names {
                fs::write(folder.path().join(name), "").unwrap();
            }
            let removed = remove_leftovers(folder.path(), |range| range == (1, 2)).unwrap();
            (removed, names_in(folder.path()))
        };
        assert_eq!(left(&["3-7.parquet", "7-8.parquet", "notes.txt", "theirs.tmp"]).0, 0, "none is within another");
        let (removed, names) = left(&["0-3.parquet", "1-2.parquet", "0-7.parquet", "0-9.tmp"]);
        let stay = ["0-7.parquet", "1-2.parquet", "7-8.parquet", "notes.txt", "theirs.tmp"].map(str::to_owned);
        assert_eq!((removed, names), (3, stay.to_vec()), "what is listed is not removed");
        let (removed, names) = left(&["6-9.parquet", "8-9.parquet", "8-12.parquet"]);
        assert_eq!((removed, names.len()), (2, 6), "where only a part is in another, both stay: {names:?}");
        assert_eq!(remove_leftovers(&folder.path().join("none"), |_| false).unwrap(), 0);
    }

    #[test]
    fn a_stretch_takes_the_place_of_what_is_within_it() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["0-5.parquet", "5-6.parquet", "6-9.parquet", "5-9.parquet", "9-12.parquet", "6-7.txt"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        assert!(is_covered(folder.path(), (5, 6)).unwrap() && is_covered(folder.path(), (7, 8)).unwrap());
        assert!(!is_covered(folder.path(), (5, 9)).unwrap() && !is_covered(folder.path(), (8, 10)).unwrap());
        assert_eq!(remove_within(folder.path(), (5, 9)).unwrap(), 2);
        assert_eq!(names_in(folder.path()), ["0-5.parquet", "5-9.parquet", "6-7.txt", "9-12.parquet"]);
    }

    #[test]
    fn beside_a_whole_file_none_of_ours_is_left() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["0-5.parquet", "0-9.parquet", "5-6.parquet", "copy.parquet", "05-6.parquet", "notes.txt"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        assert_eq!(remove_others(folder.path(), (0, 5)).unwrap(), 2);
        assert_eq!(names_in(folder.path()), ["0-5.parquet", "05-6.parquet", "copy.parquet", "notes.txt"]);
    }

    fn names_in(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap().flatten();
        let mut names: Vec<_> = entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}
