//! The real binary against a source that answers as it is told, on both databases.
//!
//! - `settings`, `away`: what is wrong before anything is read
//! - `refused`, `bodies`: answers that are no answers
//! - `judgement`: answers that are not believed
//! - `rejected`: records that cannot be read
//! - `retries`: what is asked again, and when that ends
//! - `styles`: the two ways to ask, and to show the key
//! - `runs`: a second run, one that is stopped, two at once
//! - `commands`: what is printed for people and machines; `silence`: what is printed for nobody

#![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod away;
mod bodies;
mod commands;
mod judgement;
mod refused;
mod rejected;
mod retries;
mod rig;
mod runs;
mod settings;
mod silence;
mod styles;
