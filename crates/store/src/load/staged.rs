//! What a merge needs to know of a table, and what it tells.

use chrono::{DateTime, Utc};
use sea_orm::{DatabaseTransaction, EntityTrait, IntoActiveModel};

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

    /// Merges the rows that changed, which are all that is left in the temporary table, and writes what follows from them.
    fn merge(change: &Change<'_>, merged: &Merged) -> impl Future<Output = Result<(), StoreError>> + Send;
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

/// A transaction that changes something.
#[derive(Debug)]
pub struct Change<'a> {
    pub(crate) transaction: &'a DatabaseTransaction,
    pub(crate) seq: i64,
    pub(crate) now: DateTime<Utc>,
    /// Now, by the source's clock.
    pub(crate) observed: DateTime<Utc>,
}
