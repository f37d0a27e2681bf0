//! The warehouse's tables. Each is defined once, here: names, types, keys, meanings, and which columns are personal.
//! The dbt project declares the same columns as its sources; a test holds the two against each other.

mod application;
mod application_event;
mod candidate;
mod cell;
mod job_posting;

pub use application::Application;
pub use application_event::ApplicationEvent;
pub use candidate::Candidate;
pub use cell::{Cell, Kind};
pub use job_posting::JobPosting;

use store::Changing;

use crate::transform::Persons;

/// How personal a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Not about a person.
    Impersonal,
    /// Points at a person: a pseudonym, unless persons are kept.
    Pseudonym,
    /// Says who a person is: left out, unless persons are kept.
    Personal,
}

/// One column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Name.
    pub name: &'static str,
    /// Type.
    pub kind: Kind,
    /// Whether every row has a value.
    pub required: bool,
    /// How personal it is.
    pub class: Class,
}

/// A column that every row has.
const fn required(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, required: true, class: Class::Impersonal }
}

/// A column that may be null.
const fn optional(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, required: false, class: Class::Impersonal }
}

impl Column {
    const fn class(self, class: Class) -> Self {
        Self { class, ..self }
    }
}

/// A table of the warehouse, fed from a table of the store.
pub trait Table {
    /// Where its rows come from.
    type Source: Changing;
    /// Its name.
    const NAME: &'static str;
    /// Its columns, in their order.
    const COLUMNS: &'static [Column];

    /// One row, a cell for each column.
    fn row(source: <Self::Source as Changing>::Row, persons: &Persons) -> Vec<Cell>;
}
