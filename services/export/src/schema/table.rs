//! A table: its columns, and how its rows are made.

use std::{fmt, ops::Deref};

use store::{Batch, Changing, ChangingTable, Kind};
use twox_hash::XxHash3_64;

use super::{CHANGED_SEQ, Cell, Column, ColumnOf, REMOVED, column::Source};
use crate::transform::Privacy;

/// The last column of every table. XXH3 keeps no secret, and need not: it tells versions of one row apart, and takes a tenth
/// of the time of a hash that does.
pub(crate) const ROW_HASH: Column = Column {
    required: true,
    distinct: true,
    ..Column::new(
        "row_hash",
        Kind::Text,
        "Tells one content of the row from another: 16 hex digits, an XXH3 over all columns but changed_seq.",
    )
};

/// What a table is, but for its columns.
#[derive(Debug, Clone, Copy)]
pub struct About {
    /// Its name.
    pub name: &'static str,
    /// What it holds, for whoever looks at it.
    pub description: &'static str,
    /// The columns that tell a row from others; rows are clustered by them.
    pub key: &'static [&'static str],
    /// The instant by whose month rows are partitioned. It is frozen: a tombstone still has it.
    pub partition: Option<&'static str>,
    /// Whether the store may have two rows of a key: somebody who was blanked has come back.
    pub may_repeat: bool,
    /// Whether a row that is gone from the source stays in the warehouse, marked as such. Rows of tables without marks never go.
    pub keeps_removed: bool,
    /// Whether its rows tell of the exports themselves, and not of what the source has.
    pub tells_of_exports: bool,
}

/// A table of the warehouse, fed from a table of the store.
pub struct Table {
    about: About,
    /// Its columns, in their order; the last one is the hash of the row.
    pub columns: Vec<Column>,
    /// What is read of the store to feed it.
    pub source: ChangingTable,
    rows: Box<dyn MakeRows>,
}

/// A table has what is said about it: `table.name`.
impl Deref for Table {
    type Target = About;

    fn deref(&self) -> &About {
        &self.about
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.about.fmt(f)
    }
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row<'a> {
    /// A cell for each column.
    pub cells: Vec<Cell<'a>>,
    /// The number that the last of them is in hex.
    pub hash: u64,
    /// Whether it is a tombstone.
    pub is_removed: bool,
    /// Whether it is one by which a row leaves the warehouse: not where such rows stay.
    pub leaves: bool,
    /// What else is known of it.
    pub marks: Marks,
}

/// What is known of a row beside what its cells say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Marks {
    /// Whether its person was forgotten: only the key is left of it.
    pub is_forgotten: bool,
    /// Whether another row may have the same key: this is what is left of somebody who was blanked, and who may have come back.
    pub may_repeat: bool,
}

impl Table {
    /// A table that is fed from `S`. `columns` are all but the hash.
    pub(super) fn fed_from<S: Changing>(
        about: About,
        columns: &'static [ColumnOf<S>],
        marks: fn(&Source<'_, S>) -> Marks,
    ) -> Self {
        Self {
            about,
            columns: columns.iter().map(|of| of.column).chain([ROW_HASH]).collect(),
            source: S::TABLE,
            rows: Box::new(RowsOf { columns, marks, keeps_removed: about.keeps_removed }),
        }
    }

    /// Where a column stands.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// What tells a row from others: different keys give different bytes.
    pub(crate) fn key_of(&self, row: &Row<'_>) -> Vec<u8> {
        let mut key = Vec::new();
        for cell in self.key.iter().filter_map(|name| row.cells.get(self.position(name)?)) {
            cell.write_to(&mut key);
        }
        key
    }

    /// Makes rows of what was read of [`Table::source`], and hands each on.
    pub fn rows(&self, batch: &Batch, privacy: &Privacy, each: &mut dyn FnMut(Row<'_>)) -> anyhow::Result<()> {
        self.rows.make(batch, privacy, each)
    }
}

/// Makes rows of a table, whatever it is fed from.
trait MakeRows: Send + Sync {
    fn make(&self, batch: &Batch, privacy: &Privacy, each: &mut dyn FnMut(Row<'_>)) -> anyhow::Result<()>;
}

struct RowsOf<S: Changing> {
    columns: &'static [ColumnOf<S>],
    marks: fn(&Source<'_, S>) -> Marks,
    keeps_removed: bool,
}

impl<S: Changing> MakeRows for RowsOf<S> {
    fn make(&self, batch: &Batch, privacy: &Privacy, each: &mut dyn FnMut(Row<'_>)) -> anyhow::Result<()> {
        let mut content = Vec::with_capacity(1024);
        for row in batch.rows::<S>() {
            let row = Source(row?);
            let marks = (self.marks)(&row);
            let mut row = hashed(self.columns, &row, privacy, marks, &mut content);
            row.leaves = row.is_removed && !self.keeps_removed;
            each(row);
        }
        Ok(())
    }
}

/// Makes a row; `content` is room to work in.
pub(super) fn hashed<'a, S: Changing>(
    columns: &[ColumnOf<S>],
    row: &Source<'a, S>,
    privacy: &Privacy,
    marks: Marks,
    content: &mut Vec<u8>,
) -> Row<'a> {
    content.clear();
    let mut cells = Vec::with_capacity(columns.len() + 1);
    let mut is_removed = false;
    for ColumnOf { column, value } in columns {
        let cell = value.of(row, privacy);
        if column.name == REMOVED {
            is_removed = cell == Cell::Bool(Some(true));
        }
        if column.name != CHANGED_SEQ {
            cell.write_to(content);
        }
        cells.push(cell);
    }
    let hash = XxHash3_64::oneshot(content);
    cells.push(Cell::Text(Some(format!("{hash:016x}").into())));
    Row { cells, hash, is_removed, leaves: is_removed, marks }
}
