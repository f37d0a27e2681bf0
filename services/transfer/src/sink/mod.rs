//! The board, and the ledger of what it was told.
//!
//! - [`board`]: the calls, and what became of each.
//! - [`steps`]: each step is written down before its call and after it. [`listing`]: the rows that are written.
//! - [`hand_over`]: an ad is created, and published. [`uploads`]: its files in between.

pub(crate) mod board;
pub(crate) mod hand_over;
pub(crate) mod listing;
pub(crate) mod steps;
mod uploads;
