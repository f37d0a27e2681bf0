//! The tables the world lives in. The program makes them itself; nobody else reads them.
//!
//! One statement set for SQLite and PostgreSQL: instants are 64-bit numbers of 100 ns, ids are text.

mod address;
pub(crate) mod application;
pub(crate) mod attachment;
mod changes;
mod connect;
pub(crate) mod listing;
pub(crate) mod making;
pub(crate) mod posting;
mod schema;
pub(crate) mod world;

pub(crate) use address::DatabaseAddress;
pub(crate) use changes::{Changes, Mark};
pub(crate) use connect::{Place, connect, wait_for};
pub(crate) use schema::{create_tables, is_seeded};
