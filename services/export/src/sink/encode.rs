//! Rows of the store become a Parquet file.
//!
//! While rows are read, one thread makes rows of the warehouse out of those that have come, with their pseudonyms and
//! hashes, and another one encodes and compresses them.

use std::{collections::BTreeSet, fs::File};

use arrow_array::RecordBatch;
use chrono::Datelike as _;
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, ZstdLevel},
    errors::ParquetError,
    file::properties::{EnabledStatistics, WriterProperties},
};
use store::{Batch, Snapshot};
use tokio::{sync::mpsc, task::JoinHandle};

use super::{
    Written,
    columns::{Columns, arrow_schema},
    repeats::Repeats,
    sum::Sum,
};
use crate::{
    schema::{Cell, Kind, Row, Table},
    source::{self, Range},
    transform::Privacy,
};

/// Rows that are kept in memory, encoded, before they go to the file.
const ROW_GROUP: usize = 20_000;
/// Rows that are encoded at once.
const ROWS: usize = 2_000;
/// Pieces that wait before each thread.
pub(super) const QUEUE: usize = 2;

/// Year and number of a month.
pub(super) type Month = (i32, u32);

/// Which rows, and how.
struct Selection {
    /// Changes after the first number, up to the second.
    range: Range,
    /// What becomes of persons.
    privacy: Privacy,
    /// Which of the rows of one key.
    repeats: Repeats,
}

impl Selection {
    /// Tombstones tell of what was sent before, and before a range that begins at 0 there is nothing: it takes the place of all
    /// that is there.
    fn has(&self, table: &Table, row: &Row<'_>) -> bool {
        if self.range.0 == 0 { !row.leaves } else { self.repeats.keeps(table, row) }
    }
}

/// A file whose rows are all there, but for its end.
pub(super) struct Encoded {
    pub(super) writer: ArrowWriter<File>,
    /// Rows, without the bytes.
    pub(super) written: Written,
    /// Of the rows that do not leave.
    pub(super) sum: Sum,
    /// Of the table's partitions.
    pub(super) months: BTreeSet<Month>,
}

/// Writes the rows of a range into a file, of each key one.
pub(super) async fn encode(
    table: &'static Table,
    file: File,
    snapshot: &mut Snapshot,
    range: Range,
    privacy: &Privacy,
) -> anyhow::Result<Encoded> {
    let repeats = Repeats::of(table, snapshot, range, privacy).await?;
    let selection = Selection { range, privacy: privacy.clone(), repeats };
    let writer = ArrowWriter::try_new(file, arrow_schema(table), Some(properties(table)?))?;
    let (batches, to_transform) = mpsc::channel(QUEUE);
    let (columns, to_write) = mpsc::channel(QUEUE);
    let transforming = tokio::task::spawn_blocking(move || transform(table, to_transform, &columns, &selection));
    let writing = tokio::task::spawn_blocking(move || write(writer, to_write));
    // if nobody takes them to their end, the threads say why
    source::read(snapshot, table.source, range, batches).await?;
    let writer = joined(writing).await?;
    let (written, sum, months) = joined(transforming).await?;
    Ok(Encoded { writer, written, sum, months })
}

pub(super) async fn joined<R>(thread: JoinHandle<anyhow::Result<R>>) -> anyhow::Result<R> {
    thread.await?
}

/// Makes columns out of rows, until there are none or nobody takes them.
fn transform(
    table: &Table,
    mut batches: mpsc::Receiver<Batch>,
    to_write: &mpsc::Sender<RecordBatch>,
    selection: &Selection,
) -> anyhow::Result<(Written, Sum, BTreeSet<Month>)> {
    let partition = table.partition.and_then(|name| table.position(name));
    let (mut written, mut sum, mut months) = (Written::default(), Sum::default(), BTreeSet::new());
    let mut columns = Columns::of(table);
    while let Some(batch) = batches.blocking_recv() {
        table.rows(&batch, &selection.privacy, &mut |row| {
            written.forgotten += u64::from(row.marks.is_forgotten);
            if !selection.has(table, &row) {
                return;
            }
            let Row { cells, hash, is_removed, leaves, .. } = row;
            if !leaves {
                sum.add(hash);
            }
            written.rows += 1;
            written.removed += u64::from(is_removed);
            if let Some(Cell::Instant(Some(at))) = partition.and_then(|place| cells.get(place)) {
                months.insert((at.year(), at.month()));
            }
            columns.add(&cells);
        })?;
        if columns.rows() >= ROWS && to_write.blocking_send(columns.take()?).is_err() {
            break;
        }
    }
    let _ = to_write.blocking_send(columns.take()?);
    Ok((written, sum, months))
}

fn write(mut writer: ArrowWriter<File>, mut batches: mpsc::Receiver<RecordBatch>) -> anyhow::Result<ArrowWriter<File>> {
    while let Some(batch) = batches.blocking_recv() {
        writer.write(&batch)?;
    }
    Ok(writer)
}

/// How a table's files are written. What nearly every row has another value of takes as much room without a dictionary,
/// and without smallest and largest values no reader skips less; both take time.
fn properties(table: &Table) -> Result<WriterProperties, ParquetError> {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_max_row_group_row_count(Some(ROW_GROUP));
    for column in table.columns.iter().filter(|column| column.distinct) {
        properties = properties.set_column_dictionary_enabled(column.name.into(), false);
        if column.kind == Kind::Text {
            properties = properties.set_column_statistics_enabled(column.name.into(), EnabledStatistics::None);
        }
    }
    Ok(properties.build())
}
