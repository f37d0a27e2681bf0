//! Emply, as a client sees it: asks, and takes the answer apart into records.

mod array;
mod client;
mod elements;

pub(crate) use array::{Batches, RawRecord};
pub(crate) use client::{ApplicationsQuery, Emply};
pub(crate) use elements::BodyError;
