//! What the source no longer has.

mod due;
mod frozen;
mod missing;
mod pinned;
mod tombstones;
