//! Emply, as a client sees it.

mod array;
mod client;
pub mod wire;

pub use array::{BodyError, batches};
pub use client::{Answer, ApplicationsQuery, Emply};
