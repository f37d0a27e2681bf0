//! A posting becomes a job ad, by a mapping file, and what is to be done about it is decided. Nothing here asks anybody for anything.
//!
//! - [`selection`]: which postings are handed over. [`draft`]: one of them as an ad, of [`place`], [`facts`] and [`html`],
//!   as the [`mapping`] file says. [`wire`]: the documents that the board takes.
//! - [`likeness`]: whether a posting still says what was handed over. [`decision`]: what is to be done about it;
//!   [`situation`]: the same of all of them.
//! - [`files`]: what the files of an ad are called, and their rows of the ledger.

mod by_name;
pub(crate) mod decision;
mod draft;
mod facts;
pub(crate) mod files;
mod html;
pub(crate) mod likeness;
mod mapping;
mod place;
pub(crate) mod selection;
pub(crate) mod situation;
pub(crate) mod wire;

pub use decision::{Decision, decide};
pub use draft::Draft;
pub use likeness::{Files, Likeness};
pub use mapping::Mapping;
pub use wire::{Account, Submission};
