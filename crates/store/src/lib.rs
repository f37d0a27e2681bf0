//! The customer's own database: the only crate that knows our schema.
//!
//! - [`Store`] opens it, on SQLite or PostgreSQL, and waits for its schema; [`Store::migrate`] makes the schema.
//! - [`Role`] is whom a program is at a server, who may do what it needs and nothing else.
//! - [`Writer`] is the one who may write for a service: it holds the service's lock.
//! - [`Recognition`] tells the records that came before, byte for byte, from the others.
//! - [`Slice`] reads a part of the source into temporary tables and merges it in one short transaction.
//! - [`Forget`] takes a person out of it.
//! - [`Snapshot`] reads what has changed, for export.
//! - [`Labels`] are the tenant's own words in it.
//! - [`Elsewhere`] tells a copy of it.
//! - [`Board`] has a ledger of what it was told, for transfer.
//! - [`entity`] are the tables; `migration` is how they come to be.

#![warn(missing_docs)] // others build on it; a service has no reader but its own

mod address;
mod changes;
mod cursors;
mod dialect;
pub mod entity;
mod erasure;
mod error;
mod fresh;
mod labels;
mod ledger;
mod load;
mod migration;
mod open;
mod place;
mod recognition;
mod roles;
mod runs;
mod source;
mod source_identity;
mod sql;
mod writer;

pub use changes::{
    ApplicationMonthRow, ApplicationRow, Batch, CandidateRow, Changing, ChangingTable, EventRow, ExportCursor,
    ExportRunRow, Kind, KnownBy, PostingEventRow, PostingRow, Snapshot,
};
pub use cursors::{APPLICATIONS, Cursor};
pub use erasure::{Forget, Forgotten, Gone, GoneBefore, Held, Person, Rotated, Scrubbed, Suppressed};
pub use error::StoreError;
pub use fresh::Freshness;
pub use labels::Labels;
pub use ledger::Board;
pub use load::{
    CommitSlice, Complete, CompleteList, Judged, Merged, RejectedRecord, Removals, RowOf, Slice, SliceCounts, Staged,
};
pub use migration::SchemaState;
pub use open::{OpenOptions, Store};
pub use place::{Elsewhere, Place, Whereabouts};
pub use recognition::{Identity, Keyed, RawHash, Recognition};
pub use roles::{Migrated, OwnDatabase, Role};
pub use runs::{Begun, NewRun, Outcome, RunTotals};
pub use source::MediumPostings;
pub use source_identity::SourceIdentity;
pub use writer::Writer;
