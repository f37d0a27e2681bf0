//! What the source no longer has.

pub(crate) mod due;
mod frozen;
mod missing;
mod tombstones;
