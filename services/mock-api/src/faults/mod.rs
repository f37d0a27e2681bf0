//! Faults on command: the strangers misbehave as a test tells them to.
//!
//! - [`rule`]: what goes wrong, where and how often; what `PUT /_mock/faults` takes.
//! - [`list`]: the rules in force, and whose turn it is.
//! - [`connection`]: the connection below a request, which some faults break.
//! - [`inject`]: lets it go wrong.

pub(crate) mod connection;
pub(crate) mod inject;
pub(crate) mod list;
pub(crate) mod rule;

pub(crate) use inject::{Skew, inject};
pub(crate) use list::Faults;
