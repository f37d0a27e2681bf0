//! What was asked of the mock: the last thousand requests, without bodies and keys.

mod entries;
mod write;

pub(crate) use entries::Journal;
pub(crate) use write::{Reason, write};
