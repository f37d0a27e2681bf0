//! A table with its columns and how its rows are made of those of the store.

use std::{fmt, ops::Deref};

use store::{Batch, Changing, ChangingTable};
use twox_hash::XxHash3_64;

use super::{
    Cell,
    column::{ColumnOf, StoreRow},
    persons::Privacy,
};
use crate::schema::{About, CHANGED_SEQ, REMOVED, ROW_HASH, Table};

pub struct Mapper {
    pub table: Table,
    pub source: ChangingTable,
    rows: Box<dyn MakeRows>,
}

/// A mapper has what its table has: `mapper.columns`, `mapper.name`.
impl Deref for Mapper {
    type Target = Table;

    fn deref(&self) -> &Table {
        &self.table
    }
}

impl fmt::Debug for Mapper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.table.fmt(f)
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Row<'a> {
    pub cells: Vec<Cell<'a>>,
    /// The number that the last of them is in hex.
    pub hash: u64,
    /// Whether it is a tombstone.
    pub is_removed: bool,
    /// Whether it is one by which a row leaves the warehouse: not where such rows stay.
    pub leaves: bool,
    pub marks: Marks,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Marks {
    /// Whether its person was forgotten: only the key is left of it.
    pub is_forgotten: bool,
    /// Whether another row may have the same key: this is what is left of somebody who was blanked, and who may have come back.
    pub may_repeat: bool,
}

impl Mapper {
    /// Of a table that is fed from `S`. `columns` are all but the hash.
    pub(crate) fn of<S: Changing>(
        about: About,
        columns: &'static [ColumnOf<S>],
        marks: fn(&StoreRow<'_, S>) -> Marks,
    ) -> Self {
        Self {
            table: Table { about, columns: columns.iter().map(|of| of.column).chain([ROW_HASH]).collect() },
            source: S::TABLE,
            rows: Box::new(RowsOf { columns, marks, keeps_removed: about.keeps_removed }),
        }
    }

    /// Makes rows of what was read of [`Mapper::source`], and hands each on.
    pub fn rows(&self, batch: &Batch, privacy: &Privacy, each: &mut dyn FnMut(Row<'_>)) -> anyhow::Result<()> {
        self.rows.make(batch, privacy, each)
    }
}

trait MakeRows: Send + Sync {
    fn make(&self, batch: &Batch, privacy: &Privacy, each: &mut dyn FnMut(Row<'_>)) -> anyhow::Result<()>;
}

struct RowsOf<S: Changing> {
    columns: &'static [ColumnOf<S>],
    marks: fn(&StoreRow<'_, S>) -> Marks,
    keeps_removed: bool,
}

impl<S: Changing> MakeRows for RowsOf<S> {
    fn make(&self, batch: &Batch, privacy: &Privacy, each: &mut dyn FnMut(Row<'_>)) -> anyhow::Result<()> {
        let mut content = Vec::with_capacity(1024);
        for row in batch.rows::<S>() {
            let row = StoreRow(row?);
            let marks = (self.marks)(&row);
            let mut row = hashed(self.columns, &row, privacy, marks, &mut content);
            row.leaves = row.is_removed && !self.keeps_removed;
            each(row);
        }
        Ok(())
    }
}

pub(crate) fn hashed<'a, S: Changing>(
    columns: &[ColumnOf<S>],
    row: &StoreRow<'a, S>,
    privacy: &Privacy,
    marks: Marks,
    content: &mut Vec<u8>,
) -> Row<'a> {
    // one buffer for all rows of a batch
    content.clear();
    let mut cells = Vec::with_capacity(columns.len() + 1);
    let mut is_removed = false;
    for ColumnOf { column, value } in columns {
        let cell = value.of(row, privacy);
        if column.name == REMOVED {
            is_removed = cell == Cell::Bool(Some(true));
        }
        // a row that was only read again has another number, and is no other row
        if column.name != CHANGED_SEQ {
            cell.write_to(content);
        }
        cells.push(cell);
    }
    // XXH3 keeps no secret, and need not: it tells versions of one row apart, in a tenth of the time of a hash that does
    let hash = XxHash3_64::oneshot(content);
    cells.push(Cell::Text(Some(format!("{hash:016x}").into())));
    Row { cells, hash, is_removed, leaves: is_removed, marks }
}
