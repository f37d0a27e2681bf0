//! The store against real databases: every rule on SQLite, and on PostgreSQL when `TEST_DATABASE_URL` names a server.

#![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod candidates;
mod changes;
mod copies;
mod events;
mod gone;
mod ledger;
mod locks;
mod model;
mod place;
mod pooler;
mod reaching;
mod records;
mod roles;
mod runs;
mod schema;
mod session;
mod slices;
mod source;
