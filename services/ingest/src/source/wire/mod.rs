//! Emply's wire format: what is read from it, and how it becomes ours.
//!
//! Only what a record cannot do without is required; anything else may be missing, null or empty. Fields that are not
//! named here stay in the raw payload. Error texts hold no value: they are kept beside the record and logged.

mod application;
mod fact;
mod fields;
mod free;
mod half;
mod marks;
mod members;
mod posting;
mod remarks;
mod repeated;
mod scalar;
mod unwanted;
mod value;
mod words;

pub use application::{Application, candidate_of, id_of};
pub use fact::{Choice, JobData};
pub use fields::{shown, with_places};
pub use half::holds_nul;
pub use marks::{ApplicationMarks, PostingMarks, key_of_posting};
pub use posting::{Advertisement, Department, Location, Posting};
pub use remarks::{REPEATED, Remarks};
pub use repeated::{Settled, settled};
pub use unwanted::{is_unwanted, without_persons};
pub use words::words;
