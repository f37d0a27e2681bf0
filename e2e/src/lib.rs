//! The only crate that may know every service: its tests look at the whole from outside.
//!
//! - [`tree`]: the repository's own files, which `tests/layout` holds against the rules of the house
//! - [`tap`]: stands between the mock and who asks it
//! - [`rows`]: what is in a store; [`lake`]: what is in a lake
//!
//! What tests of one service stand on as well is in the crate `rig`.

pub mod lake;
pub mod rows;
pub mod tap;
pub mod tree;
