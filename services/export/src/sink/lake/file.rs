//! Files that appear complete or not at all.

use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::Context as _;

use super::super::encode::Encoder;
use crate::{schema::Table, source::Range};

/// Whether a folder holds a finished file.
pub(super) fn has_any(folder: &Path) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return false };
    entries.flatten().any(|entry| entry.path().extension().is_some_and(|extension| extension == "parquet"))
}

/// The ranges of a folder's finished files, by their names.
pub(super) fn ranges(folder: &Path) -> anyhow::Result<Vec<Range>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(|| format!("reading the folder {}", folder.display())),
    };
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    Ok(names.filter_map(|name| range(&name)).collect())
}

fn range(name: &str) -> Option<Range> {
    let (after, up_to) = name.strip_suffix(".parquet")?.split_once('-')?;
    Some((after.parse().ok()?, up_to.parse().ok()?))
}

/// Removes the files whose ranges are within that of a file that begins at 0; gives their number.
pub(super) fn remove_covered(folder: &Path) -> anyhow::Result<usize> {
    let ranges = ranges(folder)?;
    let Some(whole) = ranges.iter().filter(|range| range.0 == 0).max().copied() else { return Ok(0) };
    let covered = ranges.into_iter().filter(|range| *range != whole && range.1 <= whole.1);
    let mut removed = 0;
    for (after, up_to) in covered {
        let path = folder.join(format!("{after}-{up_to}.parquet"));
        fs::remove_file(&path).with_context(|| format!("removing {}", path.display()))?;
        removed += 1;
    }
    if removed > 0 {
        File::open(folder)?.sync_all()?;
    }
    Ok(removed)
}

/// Writes a small file in one go.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let temporary = path.with_extension("tmp");
    let mut file = File::create(&temporary)?;
    file.write_all(bytes)?;
    appear(&file, &temporary, path)
}

/// Makes a written file durable, and only then visible.
fn appear(file: &File, temporary: &Path, path: &Path) -> anyhow::Result<()> {
    file.sync_all()?;
    fs::rename(temporary, path)?;
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// A file's name until it is finished. After that there is nothing left under it.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// A Parquet file that is being written under another name.
pub(super) struct ParquetFile {
    /// Takes the rows.
    pub(super) encoder: Encoder,
    temporary: Temporary,
    path: PathBuf,
    is_first: bool,
}

impl ParquetFile {
    /// Begins `<folder>/<name>.parquet`. What a killed run has left under the temporary name is overwritten.
    pub(super) fn begin<T: Table>(folder: &Path, name: &str) -> anyhow::Result<Self> {
        let path = folder.join(format!("{name}.parquet"));
        let temporary = Temporary(folder.join(format!("{name}.tmp")));
        let is_first = !has_any(folder);
        let shown = || format!("writing {}", path.display());
        fs::create_dir_all(folder).with_context(shown)?;
        let file = File::create(&temporary.0).with_context(shown)?;
        let encoder = Encoder::begin::<T>(file).with_context(shown)?;
        Ok(Self { encoder, temporary, path, is_first })
    }

    /// Whether it must appear although it may be empty: as the table's first file, or in the place of one that a
    /// killed run has written.
    pub(super) fn is_needed(&self) -> bool {
        self.is_first || self.path.exists()
    }

    /// Lets it appear; gives its bytes.
    pub(super) async fn finish(self) -> anyhow::Result<u64> {
        let shown = || format!("writing {}", self.path.display());
        let mut writer = self.encoder.end().await.with_context(shown)?;
        writer.finish().with_context(shown)?;
        appear(writer.inner(), &self.temporary.0, &self.path).with_context(shown)?;
        Ok(fs::metadata(&self.path).with_context(shown)?.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_in_a_whole_file_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let left = |names: &[&str]| {
            for name in names {
                fs::write(folder.path().join(name), "").unwrap();
            }
            let removed = remove_covered(folder.path()).unwrap();
            let entries = fs::read_dir(folder.path()).unwrap().flatten();
            let mut left: Vec<_> = entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
            left.sort();
            (removed, left)
        };
        assert_eq!(left(&["3-7.parquet", "7-8.parquet", "notes.txt"]).0, 0, "there is no whole one");
        let (removed, names) = left(&["0-3.parquet", "0-7.parquet"]);
        assert_eq!((removed, names), (2, ["0-7.parquet", "7-8.parquet", "notes.txt"].map(str::to_owned).to_vec()));
        assert_eq!(remove_covered(&folder.path().join("none")).unwrap(), 0);
    }
}
