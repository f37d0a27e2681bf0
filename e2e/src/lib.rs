//! The only crate that may know every service: its tests look at the whole from outside.
//!
//! - [`tree`]: the repository's own files, which `tests/layout` holds against the rules of the house

pub mod tree;
