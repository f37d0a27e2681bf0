//! The endpoints, one file each.

pub(super) mod applications_by_date;
pub(super) mod departments;
pub(super) mod media_postings;
pub(super) mod public_postings;
