//! Of what is sent, a key has one row.
//!
//! Keys of the store are made into keys of the warehouse one to one, but for those of candidates: somebody who was blanked has
//! another key in the store, beside the one that warehouses know. Who has come back since has that one too, and was perhaps
//! blanked again. All these rows may be in one range, and a MERGE refuses two rows of a key. What is there now counts: who is
//! back is sent and not the tombstone, and of tombstones the last one.

use std::collections::HashMap;

use super::{Cell, Row};
use crate::schema::{CHANGED_SEQ, Table};

/// Keys of those who were blanked and have not come back, each with the number of the change that counts. That is in memory:
/// of all rows of a range only the few whose person was blanked since the last export.
#[derive(Debug, Default)]
pub(crate) struct Repeats {
    last: HashMap<Vec<u8>, i64>,
}

impl Repeats {
    pub(crate) fn is_empty(&self) -> bool {
        self.last.is_empty()
    }

    pub(crate) fn keeps(&self, table: &Table, row: &Row<'_>) -> bool {
        !row.marks.may_repeat || self.last.get(&key_of(table, row)) == Some(&changed(table, row))
    }

    /// First of two times through a range: who was blanked in it.
    pub(crate) fn add_blanked(&mut self, table: &Table, row: &Row<'_>) {
        if row.marks.may_repeat {
            let last = self.last.entry(key_of(table, row)).or_default();
            *last = (*last).max(changed(table, row));
        }
    }

    /// Second time: who is there again.
    pub(crate) fn remove_who_is_back(&mut self, table: &Table, row: &Row<'_>) {
        if !row.marks.may_repeat {
            self.last.remove(&key_of(table, row));
        }
    }
}

fn key_of(table: &Table, row: &Row<'_>) -> Vec<u8> {
    let mut key = Vec::new();
    for cell in table.key.iter().filter_map(|name| row.cells.get(table.position(name)?)) {
        cell.write_to(&mut key);
    }
    key
}

fn changed(table: &Table, row: &Row<'_>) -> i64 {
    match table.position(CHANGED_SEQ).and_then(|place| row.cells.get(place)) {
        Some(Cell::BigInt(Some(number))) => *number,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::{Marks, tables::tables};

    fn sent(rows: &[(&'static str, i64, bool)]) -> Vec<(&'static str, i64)> {
        let table = tables().into_iter().find(|table| table.name == "candidate").unwrap();
        let row = |(key, number, may_repeat): (&'static str, i64, bool)| {
            let mut cells = table.columns.iter().map(|_| Cell::Bool(None)).collect::<Vec<_>>();
            cells[table.position("candidate_key").unwrap()] = Cell::Text(Some(key.into()));
            cells[table.position(CHANGED_SEQ).unwrap()] = Cell::BigInt(Some(number));
            Row {
                cells,
                hash: 0,
                is_removed: may_repeat,
                leaves: may_repeat,
                marks: Marks { is_forgotten: may_repeat, may_repeat },
            }
        };
        let mut repeats = Repeats::default();
        for it in rows {
            repeats.add_blanked(table, &row(*it));
        }
        for it in rows {
            repeats.remove_who_is_back(table, &row(*it));
        }
        let kept = rows.iter().filter(|it| repeats.keeps(table, &row(**it)));
        kept.map(|(key, number, _)| (*key, *number)).collect()
    }

    #[test]
    fn who_is_back_is_sent_and_of_others_the_last_tombstone() {
        // in whatever order the store gives them
        let rows = [("a", 7, false), ("a", 3, true), ("b", 9, true), ("b", 4, true), ("c", 1, false), ("a", 5, true)];
        assert_eq!(sent(&rows), [("a", 7), ("b", 9), ("c", 1)]);
    }
}
