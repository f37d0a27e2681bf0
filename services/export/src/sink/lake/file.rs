//! Files that appear complete or not at all.

use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context as _;
use arrow_array::RecordBatch;
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, ZstdLevel},
    file::properties::WriterProperties,
};

use super::encode;
use crate::schema::Table;

/// Rows that are kept in memory, encoded, before they go to the file.
const ROW_GROUP: usize = 20_000;

/// Whether a folder holds a finished file.
pub(super) fn has_any(folder: &Path) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return false };
    entries.flatten().any(|entry| entry.path().extension().is_some_and(|extension| extension == "parquet"))
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

/// A Parquet file that is being written under another name.
pub(super) struct ParquetFile {
    writer: ArrowWriter<File>,
    temporary: PathBuf,
    path: PathBuf,
    is_first: bool,
}

impl ParquetFile {
    /// Begins `<folder>/<name>.parquet`. What a killed run has left under the temporary name is overwritten.
    pub(super) fn begin<T: Table>(folder: &Path, name: &str) -> anyhow::Result<Self> {
        let path = folder.join(format!("{name}.parquet"));
        let temporary = folder.join(format!("{name}.tmp"));
        let is_first = !has_any(folder);
        let shown = || format!("writing {}", path.display());
        fs::create_dir_all(folder).with_context(shown)?;
        let file = File::create(&temporary).with_context(shown)?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
            .set_max_row_group_row_count(Some(ROW_GROUP))
            .build();
        let writer =
            ArrowWriter::try_new(file, Arc::new(encode::arrow_schema::<T>()), Some(properties)).with_context(shown)?;
        Ok(Self { writer, temporary, path, is_first })
    }

    /// Whether it must appear although it may be empty: as the table's first file, or in the place of one that a
    /// killed run has written.
    pub(super) fn is_needed(&self) -> bool {
        self.is_first || self.path.exists()
    }

    pub(super) fn write(&mut self, batch: &RecordBatch) -> anyhow::Result<()> {
        self.writer.write(batch).with_context(|| format!("writing {}", self.path.display()))
    }

    /// Lets it appear; gives its bytes.
    pub(super) fn finish(mut self) -> anyhow::Result<u64> {
        let shown = || format!("writing {}", self.path.display());
        self.writer.finish().with_context(shown)?;
        appear(self.writer.inner(), &self.temporary, &self.path).with_context(shown)?;
        Ok(fs::metadata(&self.path).with_context(shown)?.len())
    }
}

impl Drop for ParquetFile {
    /// After `finish` there is nothing left under this name.
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.temporary);
    }
}
