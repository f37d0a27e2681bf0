//! What the source no longer has.

mod due;
mod missing;
mod tombstones;
