//! Changes go in, record batches come out. Each table's rows are made on a thread of their own, so that the next ones are read
//! and those before are encoded meanwhile.

use anyhow::Context as _;
use arrow_array::RecordBatch;
use chrono::Datelike as _;
use store::{Batch, StoreError};
use tokio::{sync::mpsc, task::JoinHandle};

use super::{Cell, Mapper, Row, persons::Privacy, record_batch::Columns, repeats::Repeats};
use crate::{
    load::{Batches, Load, Made},
    schema::Table,
};

/// Rows that are encoded at once.
const ROWS: usize = 2_000;
/// Pieces that wait before each thread.
const QUEUE: usize = 2;
const NOBODY: &str = "the sink has taken only a part of the rows";

/// Where changes go in. What could not be read goes in as well: its error comes out at the end.
pub(crate) type Changes = mpsc::Sender<Result<Batch, StoreError>>;

pub(crate) struct Selection {
    pub(crate) load: Load,
    /// Of the rows of one key, which counts.
    pub(crate) repeats: Repeats,
}

impl Selection {
    fn has(&self, table: &Table, row: &Row<'_>) -> bool {
        // tombstones tell of what was sent before, and before change 0 there is nothing
        if self.load.is_from_the_start() {
            return !row.leaves;
        }
        // nothing is left of whoever was forgotten when their rows were first sent, so there is nothing to tell of them again
        if self.load.is_again() { !row.marks.is_forgotten || !row.leaves } else { self.repeats.keeps(table, row) }
    }
}

/// Begins a table: its changes go in first, its rows come out second.
pub(crate) fn batches(mapper: &'static Mapper, privacy: &Privacy, selection: Selection) -> (Changes, Batches) {
    let (changes, read) = mpsc::channel(QUEUE);
    let (to_sink, rows) = mpsc::channel(QUEUE);
    let privacy = privacy.clone();
    let transforming = tokio::task::spawn_blocking(move || transform(mapper, read, &to_sink, &privacy, &selection));
    (changes, Batches::new(rows, transforming))
}

/// Goes through a table's changes without making anything to send: gives what `add` has made of `start` at the end.
pub(crate) fn fold<T: Send + 'static>(
    mapper: &'static Mapper,
    privacy: &Privacy,
    start: T,
    add: fn(&mut T, &Table, &Row<'_>),
) -> (Changes, JoinHandle<anyhow::Result<T>>) {
    let (changes, mut read) = mpsc::channel::<Result<Batch, StoreError>>(QUEUE);
    let privacy = privacy.clone();
    let folding = tokio::task::spawn_blocking(move || {
        let mut so_far = start;
        while let Some(batch) = read.blocking_recv() {
            mapper.rows(&batch?, &privacy, &mut |row| add(&mut so_far, mapper, &row))?;
        }
        Ok(so_far)
    });
    (changes, folding)
}

fn transform(
    mapper: &Mapper,
    mut read: mpsc::Receiver<Result<Batch, StoreError>>,
    to_sink: &mpsc::Sender<RecordBatch>,
    privacy: &Privacy,
    selection: &Selection,
) -> anyhow::Result<Made> {
    let partition = mapper.partition.and_then(|name| mapper.position(name));
    let persons = mapper.person_columns();
    let persons = persons.iter().filter_map(|name| mapper.position(name)).collect::<Vec<_>>();
    // where nothing was sent before, or what was is written anew, no earlier rows have to be looked for
    let tells_of_the_forgotten = !selection.load.is_from_the_start() && !selection.load.is_again();
    let mut made = Made::default();
    let mut columns = Columns::of(mapper);
    while let Some(batch) = read.blocking_recv() {
        mapper.rows(&batch?, privacy, &mut |row| {
            // before the selection: earlier rows of theirs have to go, whether this one is sent or not
            if row.marks.is_forgotten && tells_of_the_forgotten {
                let keys = persons.iter().filter_map(|place| row.cells.get(*place)?.as_text());
                keys.for_each(|key| made.forgotten.add(key));
            }
            if !selection.has(mapper, &row) {
                return;
            }
            let Row { cells, hash, is_removed, .. } = row;
            made.checksum.add(hash);
            made.written.rows += 1;
            made.written.removed += u64::from(is_removed);
            if let Some(Cell::Instant(Some(at))) = partition.and_then(|place| cells.get(place)) {
                made.months.insert((at.year(), at.month()));
            }
            columns.add(&cells);
        })?;
        if columns.rows() >= ROWS {
            // whoever takes no more has failed, and says why; but these would not be all rows
            to_sink.blocking_send(columns.take()?).context(NOBODY)?;
        }
    }
    to_sink.blocking_send(columns.take()?).context(NOBODY)?;
    Ok(made)
}
