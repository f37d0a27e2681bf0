//! Nouns and rules of recruiting data. No I/O, no async, no framework.
//!
//! - [`Posting`], [`Application`], [`Candidate`]: what flows.
//! - [`Localization`], [`Location`], [`Fact`], [`CanonicalValue`]: what they are made of.
//! - [`Wording`]: which text speaks for a posting. [`text`]: plain or HTML, and whether anything is to be seen of it.
//! - [`place`]: one line of address as street, postal code, town and country.
//! - [`key`]: what tells a record from others. [`ContentHash`]: whether two versions of a record say the same.
//! - [`Window`]: which stretch of time is asked for. [`judge_removals`], [`judge_changes`]: how many may vanish, or be
//!   handed over anew, at once.
//! - [`vocabulary`]: what the tenant's own words mean. [`cohort`]: what is told of applications of one month together.
//! - [`instant`], [`zone`]: date-times as sources write them. [`Pseudonymiser`]: persons without their names.

#![warn(missing_docs)] // others build on it; a service has no reader but its own

mod application;
mod candidate;
mod canonical;
pub mod cohort;
mod escapes;
pub mod instant;
mod key;
mod localization;
mod location;
pub mod place;
mod posting;
mod pseudonym;
mod removal;
pub mod text;
pub mod vocabulary;
mod window;
mod wording;
pub mod zone;

pub use application::Application;
pub use candidate::{ADDRESS_DERIVED, Candidate, folded};
pub use canonical::{CanonicalValue, ContentHash};
pub use escapes::unescaped;
pub use key::{comparable, key};
pub use localization::{Localization, PREFERRED};
pub use location::Location;
pub use place::Place;
pub use posting::{Advertisement, Department, Fact, FactValue, Posting};
pub use pseudonym::Pseudonymiser;
pub use removal::{TooManyChanges, TooManyRemovals, judge_changes, judge_removals};
pub use window::Window;
pub use wording::{Texts, Wording};
