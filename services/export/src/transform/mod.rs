//! Rows of the store become rows of the warehouse, and these become record batches. Nothing here reads or sends: what comes in
//! through a channel goes out through another.
//!
//! - [`tables`]: what is made of which table of the store, column by column.
//! - [`persons`]: what leaves of a person, and of the tenant's own words.
//! - [`batches`]: the thread on which all that is done, with the hash of each row.

pub(crate) mod batches;
mod cell;
pub(crate) mod column;
pub(crate) mod mapper;
pub mod persons;
mod record_batch;
pub(crate) mod repeats;
pub mod tables;

pub use cell::Cell;
pub use mapper::{Mapper, Marks, Row};
