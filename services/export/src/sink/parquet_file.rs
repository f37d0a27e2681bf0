//! A range of changes as a file that is soon gone again.

use std::collections::BTreeSet;

use anyhow::Context as _;
use chrono::Datelike as _;
use store::Snapshot;
use tempfile::NamedTempFile;

use super::{Written, encode::Encoder};
use crate::{
    schema::{Cell, Table},
    source::Range,
    transform::Persons,
};

/// Writes the rows of a range to a file of its own under `TMPDIR`; gives also the months of its partitions, as year and
/// number.
pub(super) async fn encode<T: Table>(
    snapshot: &Snapshot,
    range: Range,
    persons: &Persons,
) -> anyhow::Result<(NamedTempFile, Written, BTreeSet<(i32, u32)>)> {
    let shown = || format!("writing changes of {} to a file under {}", T::NAME, std::env::temp_dir().display());
    let partition = T::COLUMNS.iter().position(|column| Some(column.name) == T::PARTITION);
    let file = NamedTempFile::new().with_context(shown)?;
    let encoder = Encoder::begin::<T>(file.reopen().with_context(shown)?).with_context(shown)?;
    let (mut written, mut months) = (Written::default(), BTreeSet::new());
    let count = |row, _| {
        let cells = written.count(row);
        if let Some(Cell::Instant(Some(at))) = partition.and_then(|place| cells.get(place)) {
            months.insert((at.year(), at.month()));
        }
        Some(cells)
    };
    encoder.add_range::<T>(snapshot, range, persons, count).await?;
    encoder.end().await.with_context(shown)?.close().with_context(shown)?;
    written.bytes = file.as_file().metadata().with_context(shown)?.len();
    Ok((file, written, months))
}
