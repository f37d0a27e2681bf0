//! The only crate that may know every service: its tests look at the whole from outside.
//!
//! - [`tree`]: the repository's own files, which `tests/layout` holds against the rules of the house
//! - [`process`]: the workspace's binaries, started, watched, stopped and killed
//! - [`mock`]: the mock as a source, and what it says of its world; [`tap`]: stands between it and who asks it
//! - [`database`]: a database for one test; [`rows`]: what is in a store
//! - [`lake`]: what is in a lake
//!
//! What a test cannot go on without, it panics about, with what it was trying to do.

pub mod database;
pub mod lake;
pub mod mock;
pub mod process;
pub mod rows;
pub mod tap;
pub mod tree;

use std::time::Duration;

/// How long anything may take before a test gives up.
pub const PATIENCE: Duration = Duration::from_mins(2);
