//! Where the rows go.

pub mod lake;
