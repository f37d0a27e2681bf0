//! A slice of the source, on its way into the store.
//!
//! It is read completely into a temporary table first, while nothing is locked; of records that the store has already,
//! and the same, their key alone, and on PostgreSQL only when it is needed: when a key came twice, or something may be
//! missing. Then one short transaction merges it by key, leaves events,
//! derives candidates, adds its counts to the run and moves the cursor: all of it or nothing. A slice in which nothing has
//! changed writes no row of the four tables. A long one is committed in parts: each has a transaction of its own, and only the
//! last one moves the cursor.
//!
//! - `slice`: stage, reject, commit; `parts`: what earlier parts have had; `stats`: what is counted meanwhile
//! - `bulk`: into the temporary table, on PostgreSQL by `copy` or as a `recordset`
//! - `stage`, `merge`: from there into its table; `staged`: what these know of a table, `postings` and `applications`
//! - `missing`: what a complete slice lacks; `quarantine`: what cannot be read

mod applications;
mod bulk;
mod commit;
mod merge;
mod missing;
mod parts;
mod postings;
mod quarantine;
mod readings;
mod slice;
mod stage;
mod staged;
mod stats;

pub(crate) use applications::{derive_candidates, tombstone_candidates, touch_candidates};
pub(crate) use commit::add_to_run;
pub use commit::{CommitSlice, Complete, CompleteList, Removals, SliceCounts};
pub(crate) use merge::next_change_number;
pub use missing::Judged;
pub use quarantine::RejectedRecord;
pub use slice::Slice;
pub(crate) use staged::Change;
pub use staged::{Merged, RowOf, Staged};
