//! What a table has that is read by the numbers of its changes, and what was read of it at once.

use std::fmt;

use super::packed::{Fields, Kind};
use crate::StoreError;

/// A table whose rows carry the number of their last change.
pub trait Changing: 'static {
    /// What is read of a row.
    type Row<'a>: Send;
    /// Its name, and what is read.
    const TABLE: ChangingTable;

    /// Takes a row apart; `None` when a field is not what it should be.
    fn row<'a>(fields: &mut Fields<'a>) -> Option<Self::Row<'a>>;
}

/// A table whose rows carry the number of their last change, and what is read of them.
#[derive(Debug, Clone, Copy)]
pub struct ChangingTable {
    /// Its name.
    pub name: &'static str,
    /// What is read, in its order: each an expression in SQL, and what it gives.
    pub columns: &'static [(&'static str, Kind)],
}

/// Rows of a table, as they were read at once.
pub struct Batch {
    table: &'static str,
    bytes: Vec<u8>,
}

impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch").field("table", &self.table).field("bytes", &self.bytes.len()).finish()
    }
}

impl Batch {
    /// Takes whole rows.
    pub(crate) fn new(table: &'static str, bytes: Vec<u8>) -> Self {
        Self { table, bytes }
    }

    /// The rows, one after the other. One that cannot be read, or is of another table, is the last.
    pub fn rows<C: Changing>(&self) -> impl Iterator<Item = Result<C::Row<'_>, StoreError>> {
        let mut rest = Some(&*self.bytes);
        std::iter::from_fn(move || {
            let mut fields = Fields(rest.take().filter(|bytes| !bytes.is_empty())?);
            match fields.count()? {
                Ok(count) if self.table == C::TABLE.name && count == C::TABLE.columns.len() => {
                    let row = C::row(&mut fields);
                    rest = row.is_some().then_some(fields.0);
                    Some(row.ok_or(StoreError::Row(self.table)))
                }
                _ => Some(Err(StoreError::Row(self.table))),
            }
        })
    }
}
