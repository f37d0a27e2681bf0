//! Persons, on their way out of the store.

mod contacts;
mod memo;
mod mode;
mod privacy;
pub(crate) mod texts;
mod unlisted;

pub use mode::Persons;
pub use privacy::Privacy;
pub(crate) use unlisted::Unlisted;
