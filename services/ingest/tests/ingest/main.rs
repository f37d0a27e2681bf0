//! The real binary against a source that answers as it is told, on both databases.
//!
//! - `settings`, `away`: what is wrong before anything is read
//! - `answers`: answers that are none, or not believed, or come only when asked for again
//! - `rejected`: records that cannot be read
//! - `times`: the source's clock, and how it reads the bounds of a window
//! - `moved`: a store that was restored, moved or copied
//! - `styles`: the two ways to ask, and to show the key
//! - `reconcile`, `backfill`: everything again, and any stretch of the past
//! - `replay`: records that could not be read, once more; `erasure`: persons that are forgotten; `forgotten`: that they
//!   stay so, and where they could have stayed; `frozen`: which numbers stay of those whose time is over
//! - `runs`: a second run, one that is stopped, two at once
//! - `commands`: what is printed for people and machines; `silence`: what is printed for nobody

#![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod answers;
mod away;
mod backfill;
mod commands;
mod erasure;
mod fixture;
mod forgotten;
mod frozen;
mod moved;
mod reconcile;
mod rejected;
mod replay;
mod runs;
mod settings;
mod silence;
mod styles;
mod times;
