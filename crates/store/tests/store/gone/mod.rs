//! What the source no longer has.

mod missing;
mod tombstones;
