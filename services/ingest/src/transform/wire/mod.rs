//! Emply's wire format: what is read from it, and how it becomes ours.
//!
//! Only what a record cannot do without is required; anything else may be missing, null or empty. Fields that are not
//! named here stay in the raw payload. Error texts hold no value: they are kept beside the record and logged.

mod application;
mod fields;
mod members;
mod posting;
mod scalar;
mod settle;
mod value;
mod words;

pub use application::Application;
pub(crate) use application::{ApplicationKeyFields, candidate_of, id_of};
pub(crate) use fields::{shown, with_places};
pub(crate) use members::{is_unwanted, without_persons};
pub use posting::{Advertisement, Choice, Department, JobData, Location, Posting};
pub(crate) use posting::{PostingKeyFields, key_of_posting};
pub(crate) use scalar::{REPEATED, Remarks};
pub(crate) use settle::{Settled, holds_nul, settled};
pub(crate) use words::words;
