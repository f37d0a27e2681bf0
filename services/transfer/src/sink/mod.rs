//! The board, and what it was told.
//!
//! - [`wire`]: what its interface takes. [`board`]: its calls, and what became of each.
//! - `hand_over`: one posting on its way, step by step, each written down before and after its call.
//!   `compare`: whether files with other addresses are those that the board has.

pub mod board;
pub(crate) mod compare;
pub(crate) mod files;
pub(crate) mod hand_over;
pub(crate) mod listing;
mod uploads;
pub mod wire;
