//! What services have in common that run once over the store and end: how they open it, take their lock, and write their
//! run down.
//!
//! - [`open`], and [`check`] and [`check_place`] for the `check` command.
//! - [`audited`]: work under the lock, with a row in the audit. [`unless_stopped`]: work that a signal may break off.
//! - [`same_place`]: whether the store is where it was left.
//! - [`given`]: what a person gives a command to read.
//! - [`vocabulary`]: the file that says what the tenant's own words mean.
//! - [`judged`]: what a failure of the store means for the exit code.
//! - [`fresh`]: whether the last good run is young enough.

#![warn(missing_docs)] // others build on it; a service has no reader but its own

mod audit;
mod fresh;
pub mod given;
mod judged;
mod open;
pub mod vocabulary;

pub use audit::{Audited, Patience, Ran, audited, unless_stopped};
pub use fresh::fresh;
pub use judged::judged;
pub use open::{check, check_place, open, same_place};
