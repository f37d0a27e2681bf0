//! What export writes.

pub mod cursor;
pub mod run;
