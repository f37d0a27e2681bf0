//! A range of changes as a file that is soon gone again.

use std::collections::BTreeSet;

use anyhow::Context as _;
use chrono::Datelike as _;
use futures_util::{StreamExt as _, TryStreamExt as _};
use store::Snapshot;
use tempfile::NamedTempFile;

use super::{Written, encode::Encoder};
use crate::{
    schema::{Cell, Table, hashed_row},
    source::Range,
    transform::Persons,
};

/// Rows turned into columns at once.
const BATCH: usize = 2_000;

/// Writes the rows of a range to a file of its own under `TMPDIR`; gives also the months of its partitions, as year and
/// number.
pub(super) async fn encode<T: Table>(
    snapshot: &Snapshot,
    (after, up_to): Range,
    persons: &Persons,
) -> anyhow::Result<(NamedTempFile, Written, BTreeSet<(i32, u32)>)> {
    let shown = || format!("writing changes of {} to a file under {}", T::NAME, std::env::temp_dir().display());
    let partition = T::COLUMNS.iter().position(|column| Some(column.name) == T::PARTITION);
    let file = NamedTempFile::new().with_context(shown)?;
    let encoder = Encoder::begin::<T>(file.reopen().with_context(shown)?).with_context(shown)?;
    let rows = snapshot.changed::<T::Source>(after, up_to).await?;
    let mut batches = std::pin::pin!(rows.try_chunks(BATCH).map_err(|error| error.1));
    let (mut written, mut months) = (Written::default(), BTreeSet::new());
    while let Some(batch) = batches.next().await {
        let mut cells = Vec::with_capacity(BATCH);
        for row in batch? {
            let row = written.count(hashed_row::<T>(row, persons));
            if let Some(Cell::Instant(Some(at))) = partition.and_then(|place| row.get(place)) {
                months.insert((at.year(), at.month()));
            }
            cells.push(row);
        }
        encoder.add(cells).await;
    }
    encoder.end().await.with_context(shown)?.close().with_context(shown)?;
    Ok((file, written, months))
}
