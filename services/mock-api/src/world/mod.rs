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

pub(crate) mod advance;
pub(crate) mod applicant;
pub(crate) mod arrivals;
pub(crate) mod career;
pub(crate) mod catalogue;
pub(crate) mod day;
pub(crate) mod hazards;
pub(crate) mod history;
pub(crate) mod market;
pub(crate) mod open;
pub(crate) mod random;
pub(crate) mod rhythm;
pub(crate) mod vacancy;

pub(crate) use advance::advance;
pub(crate) use open::{open, renew};

/// Days of applications before the start, unless the settings say otherwise.
pub(crate) const HISTORY_DAYS: i64 = 180;
