//! Emply, as a client sees it.

mod array;
mod client;
mod elements;
pub mod wire;

pub use array::{Batches, BodyError, batches};
pub use client::{Answer, ApplicationsQuery, Emply};
