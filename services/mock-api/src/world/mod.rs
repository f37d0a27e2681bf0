//! The world: hospitals in four countries, their vacancies, and who applies to them.
//!
//! Everything follows from the seed and the world's start, by way of [`random`]. One record's chance depends
//! on its own number only, so that a world of more applications does not reshuffle the vacancies.
//!
//! - [`catalogue`]: the words, one file a language.
//! - [`vacancy`], [`applicant`], [`career`]: what one vacancy, one person, one application's way looks like.
//! - [`hazards`]: the same way with a truth that is known, when the settings ask for it.
//! - [`rhythm`], [`market`]: when people apply, and where.
//! - [`history`] makes the past, [`advance`] the future, [`day`] what happens to postings in it.

pub mod advance;
pub mod applicant;
pub mod arrivals;
pub mod career;
pub mod catalogue;
pub mod day;
pub mod hazards;
pub mod history;
pub mod market;
pub mod open;
pub mod random;
pub mod rhythm;
pub mod vacancy;

pub use advance::advance;
pub use open::{open, renew};

/// Days of applications before the start, unless the settings say otherwise.
pub const HISTORY_DAYS: i64 = 180;
