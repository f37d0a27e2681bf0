//! What stays of those who are forgotten, as numbers.

pub mod application_month;
