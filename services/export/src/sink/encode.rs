//! Rows become columns, for Parquet.

use std::{fs::File, sync::Arc};

use arrow_array::{
    ArrayRef, BooleanArray, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use arrow_schema::{ArrowError, DataType, Field, Schema, TimeUnit};
use futures_util::{StreamExt as _, TryStreamExt as _};
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, ZstdLevel},
    errors::ParquetError,
    file::properties::WriterProperties,
};
use store::Snapshot;
use tokio::{sync::mpsc, task::JoinHandle};

use crate::{
    schema::{Cell, Column, HashedRow, Kind, Table, hashed_row},
    source::Range,
    transform::Persons,
};

/// Rows that are kept in memory, encoded, before they go to the file.
const ROW_GROUP: usize = 20_000;

/// The table's columns as Arrow and Parquet name them.
fn arrow_schema<T: Table>() -> Schema {
    let field = |column: &Column| {
        let data_type = match column.kind {
            Kind::Text => DataType::Utf8,
            Kind::Int => DataType::Int32,
            Kind::BigInt => DataType::Int64,
            Kind::Double => DataType::Float64,
            Kind::Bool => DataType::Boolean,
            Kind::Instant => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        };
        Field::new(column.name, data_type, !column.required)
    };
    Schema::new(T::COLUMNS.iter().map(field).collect::<Vec<_>>())
}

/// Encodes rows in a thread of its own, while the next ones are read.
pub(super) struct Encoder {
    batches: mpsc::Sender<Vec<Vec<Cell>>>,
    thread: JoinHandle<anyhow::Result<ArrowWriter<File>>>,
}

/// Rows turned into columns at once.
const BATCH: usize = 2_000;
/// Batches that wait.
const QUEUE: usize = 2;

impl Encoder {
    /// Begins a file.
    pub(super) fn begin<T: Table>(file: File) -> anyhow::Result<Self> {
        let schema = Arc::new(arrow_schema::<T>());
        let mut writer = ArrowWriter::try_new(file, schema, Some(properties()?))?;
        let (batches, mut receiver) = mpsc::channel(QUEUE);
        let thread = tokio::task::spawn_blocking(move || {
            while let Some(rows) = receiver.blocking_recv() {
                writer.write(&record_batch::<T>(rows)?)?;
            }
            Ok(writer)
        });
        Ok(Self { batches, thread })
    }

    /// Adds the rows of a range, as far as `cells` gives some for a row; it is also told whether the row's person was
    /// forgotten. When encoding has gone wrong, no more are read, and [`Self::end`] says what it was.
    pub(super) async fn add_range<T: Table>(
        &self,
        snapshot: &Snapshot,
        (after, up_to): Range,
        persons: &Persons,
        mut cells: impl FnMut(HashedRow, bool) -> Option<Vec<Cell>>,
    ) -> anyhow::Result<()> {
        let rows = snapshot.changed::<T::Source>(after, up_to).await?;
        let mut batches = std::pin::pin!(rows.try_chunks(BATCH).map_err(|error| error.1));
        while let Some(batch) = batches.next().await {
            let rows = batch?.into_iter().filter_map(|row| {
                let is_forgotten = T::is_forgotten(&row);
                cells(hashed_row::<T>(row, persons), is_forgotten)
            });
            if self.batches.send(rows.collect()).await.is_err() {
                break;
            }
        }
        Ok(())
    }

    /// Waits until all rows are encoded. The file still lacks its end.
    pub(super) async fn end(self) -> anyhow::Result<ArrowWriter<File>> {
        drop(self.batches);
        self.thread.await?
    }
}

/// One batch of rows.
fn record_batch<T: Table>(rows: Vec<Vec<Cell>>) -> Result<RecordBatch, ArrowError> {
    let mut columns: Vec<Vec<Cell>> = T::COLUMNS.iter().map(|_| Vec::with_capacity(rows.len())).collect();
    for row in rows {
        for (column, cell) in columns.iter_mut().zip(row) {
            column.push(cell);
        }
    }
    let arrays = T::COLUMNS.iter().zip(columns).map(|(column, cells)| array(column.kind, cells)).collect();
    RecordBatch::try_new(Arc::new(arrow_schema::<T>()), arrays)
}

/// Takes the values of one type; a cell of another type would be null, and a test sees to it that there is none.
macro_rules! values {
    ($cells:expr, $variant:ident) => {
        $cells.into_iter().map(|cell| if let Cell::$variant(value) = cell { value } else { None })
    };
}

fn array(kind: Kind, cells: Vec<Cell>) -> ArrayRef {
    match kind {
        Kind::Text => Arc::new(values!(cells, Text).collect::<StringArray>()),
        Kind::Int => Arc::new(values!(cells, Int).collect::<Int32Array>()),
        Kind::BigInt => Arc::new(values!(cells, BigInt).collect::<Int64Array>()),
        Kind::Double => Arc::new(values!(cells, Double).collect::<Float64Array>()),
        Kind::Bool => Arc::new(values!(cells, Bool).collect::<BooleanArray>()),
        Kind::Instant => {
            let micros = values!(cells, Instant).map(|instant| instant.map(|instant| instant.timestamp_micros()));
            Arc::new(micros.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
        }
    }
}

/// How every file is written.
fn properties() -> Result<WriterProperties, ParquetError> {
    Ok(WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .build())
}
