//! A posting becomes a job ad, by a mapping file. Nothing here asks anybody for anything.

mod by_name;
mod decision;
mod draft;
mod facts;
mod html;
mod likeness;
mod mapping;
mod names;
mod place;
mod selection;

pub use decision::{Decision, decide};
pub use draft::Draft;
pub use likeness::{Files, Likeness, moved};
pub use mapping::Mapping;
pub use names::name_files;
pub use selection::{Selection, select};
