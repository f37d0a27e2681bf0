//! What a merge needs to know of a table, and what it tells.

use chrono::{DateTime, Utc};
use sea_orm::{DatabaseTransaction, EntityTrait, IntoActiveModel, Value};

use crate::{StoreError, recognition::Keyed};

/// A table that slices are merged into.
pub trait Staged:
    Keyed + EntityTrait<Model: IntoActiveModel<Self::ActiveModel> + Send + Sync + 'static, ActiveModel: Send>
{
    /// An SQL expression: of two versions in one slice the greater one counts.
    const VERSION: &'static str;
    /// The columns that it names.
    const VERSION_COLUMNS: &'static [&'static str];
    /// An instant that stays as it was when a row was first seen; the table of a warehouse is partitioned by its month.
    const FROZEN: Option<&'static str>;

    /// What follows from a row of which the store has none; `None` where that cannot be told of the row alone. Then it always goes
    /// through the temporary table.
    const FOLLOWING: Option<Following<Self::Model>>;

    /// Merges the rows that changed, which are all that is left in the temporary table, and writes what follows from them.
    fn merge(change: &Change<'_>, merged: &Merged) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Writes what follows from rows that went straight into the table, as far as that could not be told of each alone.
    fn follow(change: &Change<'_>, landed: &Landed) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// A table, by its name, and columns of it.
type TableOf = (&'static str, &'static [&'static str]);

/// What follows from a new row in other tables.
#[expect(missing_debug_implementations, reason = "it is a table of functions")]
pub struct Following<M> {
    pub(crate) events: TableOf,
    /// By the number of a change, and the time by the source's clock.
    pub(crate) event: fn(&M, i64, DateTime<Utc>) -> Vec<Value>,
    pub(crate) persons: TableOf,
    /// By the number of a change, and the time by ours. The key is the first value.
    pub(crate) person: fn(&M, i64, DateTime<Utc>) -> Vec<Value>,
}

/// A row of such a table.
pub type RowOf<E> = <E as EntityTrait>::Model;

/// How many rows a merge writes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Merged {
    /// New ones.
    pub inserted: u64,
    /// Known ones, which differ or had been gone.
    pub updated: u64,
    /// Of these, those that had been gone.
    pub revived: u64,
}

/// What a part of a first load has written already.
#[derive(Debug, Default)]
pub struct Landed {
    /// Rows in their table.
    pub(super) rows: u64,
    /// Rows in the temporary table.
    pub(super) staged: u64,
    /// By which number.
    pub(super) seq: i64,
    /// Whether their persons are in the table of persons, each as they came first.
    pub(super) has_persons: bool,
    /// Keys of those who came more than once, so that it is to be found out what of them counts.
    pub(super) again: Vec<String>,
}

/// A transaction that changes something.
#[derive(Debug)]
pub struct Change<'a> {
    pub(crate) transaction: &'a DatabaseTransaction,
    pub(crate) seq: i64,
    pub(crate) now: DateTime<Utc>,
    /// Now, by the source's clock.
    pub(crate) observed: DateTime<Utc>,
}
