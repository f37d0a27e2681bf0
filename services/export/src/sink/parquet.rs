//! Rows become a Parquet file, on a thread of its own: encoding and compressing takes longest of all.

use std::fs::File;

use ::parquet::{
    arrow::ArrowWriter,
    basic::{Compression, ZstdLevel},
    errors::ParquetError,
    file::properties::{EnabledStatistics, WriterProperties},
};
use anyhow::Context as _;

use super::accident::{WrittenTo, explained};
use crate::{
    load::{Batches, Made},
    schema::{Kind, Table},
};

/// Rows that are kept in memory, encoded, before they go to the file.
const ROW_GROUP: usize = 20_000;

/// Writes all rows; the file still lacks its end.
pub(super) async fn write(table: &Table, file: File, mut rows: Batches) -> anyhow::Result<(ArrowWriter<File>, Made)> {
    let mut writer = ArrowWriter::try_new(file, table.arrow(), Some(properties(table)?))?;
    let writing = tokio::task::spawn_blocking(move || {
        while let Some(batch) = rows.next() {
            writer.write(&batch)?;
        }
        anyhow::Ok((writer, rows))
    });
    let (writer, rows) = writing.await??;
    // an error of reading or transforming ends the rows, too: only now it is known that these were all
    Ok((writer, rows.end().await?))
}

/// Writes all rows to a file under `TMPDIR` that has no name there: it is gone with the program, however that ends.
pub(super) async fn temporary(table: &Table, rows: Batches) -> anyhow::Result<(File, Made)> {
    let folder = std::env::temp_dir();
    let written = async {
        let shown = || format!("writing changes of {} to a file under {}", table.name, folder.display());
        let file = tempfile::tempfile().with_context(shown)?;
        let (writer, mut made) = write(table, file.try_clone().with_context(shown)?, rows).await.with_context(shown)?;
        writer.close().with_context(shown)?;
        made.written.bytes = file.metadata().with_context(shown)?.len();
        Ok((file, made))
    };
    written.await.map_err(|error| explained(error, WrittenTo::Temporary(&folder)))
}

fn properties(table: &Table) -> Result<WriterProperties, ParquetError> {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_max_row_group_row_count(Some(ROW_GROUP));
    // what nearly every row has another value of takes as much room without a dictionary, and without smallest and largest
    // values no reader skips less; both take time
    for column in table.columns.iter().filter(|column| column.distinct) {
        properties = properties.set_column_dictionary_enabled(column.name.into(), false);
        if column.kind == Kind::Text {
            properties = properties.set_column_statistics_enabled(column.name.into(), EnabledStatistics::None);
        }
    }
    Ok(properties.build())
}
