//! What tests stand on, whichever service they are of. It knows none of our crates, and is only ever a dev-dependency.
//!
//! - [`program`]: a binary, started with these settings and no others, watched, stopped and killed; [`ended`]: how it ended;
//!   [`counts`]: what its summary line counts
//! - [`backend`]: the kinds of databases; [`database`]: one for one test; [`on_each_backend`]: a test on every kind
//! - [`http`]: servers that answer as they are told, or never, and a client that asks as a stranger would
//! - [`mock`]: the mock as a source and as a board
//! - [`namespace`]: disks and addresses of a test's own
//! - [`number`]: how much a test does
//!
//! What a test cannot go on without, it panics about, with what it was trying to do. What is made here is gone when its
//! owner is dropped, so also when the test fails.

pub mod backend;
pub mod counts;
pub mod database;
mod effort;
pub mod ended;
pub mod fixture;
pub mod http;
mod log;
pub mod mock;
pub mod namespace;
pub mod patience;
pub mod program;

pub use backend::Backend;
pub use counts::Counts;
pub use database::{Copy, Database, connect};
pub use effort::number;
pub use ended::Ended;
pub use fixture::{Fixture, on};
pub use mock::Mock;
pub use patience::PATIENCE;
pub use program::{Program, Running};
