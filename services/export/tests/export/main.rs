//! The real binary over a filled store, on both databases. What it has written is read back from the files.
//!
//! - `bigquery`: the other warehouse
//! - `crashes`: killed at every step on the file system
//! - `differences`: a lake that was damaged or edited
//! - `full_disk`: no room for the lake
//! - `persons`: what becomes of persons in the three modes, and when a mode or key changes
//! - `ranges`: what is sent, what is sent again, what never is
//! - `rewriting`: when the lake is written anew
//! - `schema`: the columns, as the code, the files and the dbt project have them
//! - `settings`: what is wrong before anything is written; two at once
//! - `strangers`: what somebody else has put where the lake is to be
//! - `vocabulary`: which of the tenant's own words leave
//! - `waits`: how long anything is waited for, and that a signal ends it

#![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod bigquery;
mod crashes;
mod differences;
mod fixture;
mod full_disk;
mod persons;
mod ranges;
mod rewriting;
mod schema;
mod settings;
mod strangers;
mod vocabulary;
mod waits;
