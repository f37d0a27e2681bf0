//! The tables the world lives in. The program makes them itself; nobody else reads them.
//!
//! One statement set for SQLite and PostgreSQL: instants are 64-bit numbers of 100 ns, ids are text.

mod address;
pub mod application;
pub mod attachment;
mod changes;
mod connect;
pub mod listing;
pub mod making;
pub mod posting;
mod schema;
pub mod world;

pub use address::Address;
pub use changes::{Changes, Mark};
pub use connect::{Place, connect, wait_for};
pub use schema::{create_tables, is_seeded};
