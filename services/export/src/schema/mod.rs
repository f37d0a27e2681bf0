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
use twox_hash::XxHash3_64;

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
    /// Whether nearly every row has another value: then a dictionary of them is of no use.
    pub distinct: bool,
    /// What it means, for whoever looks at the table.
    pub description: &'static str,
}

/// A column that every row has.
const fn required(name: &'static str, kind: Kind, description: &'static str) -> Column {
    Column { name, kind, required: true, class: Class::Impersonal, distinct: false, description }
}

/// A column that may be null.
const fn optional(name: &'static str, kind: Kind, description: &'static str) -> Column {
    Column { name, kind, required: false, class: Class::Impersonal, distinct: false, description }
}

// columns that several tables have
const FIRST_SEEN: Column = required("first_seen", Kind::Instant, "When the row first came from the source (UTC).");
pub(crate) const REMOVED: Column =
    required("removed", Kind::Bool, "Whether this version says that the row is gone from the source (a tombstone).");
const REMOVED_AT: Column =
    optional("removed_at", Kind::Instant, "When the removal was noticed (UTC); null while the row is there.");
pub(crate) const CHANGED_SEQ: Column =
    required("changed_seq", Kind::BigInt, "Number of the change that made this version; a higher one is later.");
/// The last column of every table. What an earlier release has written lacks it. XXH3 keeps no secret, and need not: it
/// tells versions of one row apart, and takes a tenth of the time of a hash that does.
pub(crate) const ROW_HASH: Column = optional(
    "row_hash",
    Kind::Text,
    "Tells one content of the row from another: 16 hex digits, an XXH3 over all columns but changed_seq.",
)
.distinct();

impl Column {
    const fn class(self, class: Class) -> Self {
        Self { class, ..self }
    }

    const fn distinct(self) -> Self {
        Self { distinct: true, ..self }
    }
}

/// A table of the warehouse, fed from a table of the store.
pub trait Table: 'static {
    /// Where its rows come from.
    type Source: Changing;
    /// Its name.
    const NAME: &'static str;
    /// What it holds, for whoever looks at it.
    const DESCRIPTION: &'static str;
    /// The columns that tell a row from others; rows are clustered by them.
    const KEY: &'static [&'static str];
    /// The instant by whose month rows are partitioned. It is frozen: a tombstone still has it.
    const PARTITION: Option<&'static str>;
    /// Its columns, in their order; the last one is [`ROW_HASH`].
    const COLUMNS: &'static [Column];

    /// Whether its person was forgotten: only the key is left of it.
    fn is_forgotten(_: &<Self::Source as Changing>::Row<'_>) -> bool {
        false
    }

    /// One row, a cell for each column but the last.
    fn row<'a>(source: &<Self::Source as Changing>::Row<'a>, persons: &Persons) -> Vec<Cell<'a>>;

    /// All of that, as a value.
    fn definition() -> Definition {
        Definition {
            name: Self::NAME,
            description: Self::DESCRIPTION,
            key: Self::KEY,
            partition: Self::PARTITION,
            columns: Self::COLUMNS,
        }
    }
}

/// A table of the warehouse, without where its rows come from.
#[derive(Debug, Clone, Copy)]
pub struct Definition {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub description: &'static str,
    /// The columns that tell a row from others.
    pub key: &'static [&'static str],
    /// The instant by whose month rows are partitioned.
    pub partition: Option<&'static str>,
    /// Its columns.
    pub columns: &'static [Column],
}

/// All tables. Candidates come before the applications that point at them.
pub fn definitions() -> [Definition; 4] {
    [JobPosting::definition(), Candidate::definition(), Application::definition(), ApplicationEvent::definition()]
}

/// Counts up when a release makes other values out of the same rows of the store, or hashes them in another way.
const MAKING: u8 = 1;

/// Of what the rows are made: another one, when a release has added a column or makes their values in another way. What was
/// sent before is then not what would be sent now. 16 hex digits.
pub fn form() -> String {
    let tables = definitions().map(|table| {
        let columns = table.columns.iter().map(|column| format!("{} {:?}", column.name, column.kind));
        format!("{}: {}", table.name, columns.collect::<Vec<_>>().join(", "))
    });
    format!("{:016x}", XxHash3_64::oneshot(format!("{MAKING}: {}", tables.join("; ")).as_bytes()))
}

/// A row with the hash of its content.
#[derive(Debug, Clone, PartialEq)]
pub struct HashedRow<'a> {
    /// A cell for each column.
    pub cells: Vec<Cell<'a>>,
    /// The number that the last of them is in hex.
    pub hash: u64,
    /// Whether it is a tombstone.
    pub is_removed: bool,
}

/// Makes a row of the warehouse.
pub fn hashed_row<'a, T: Table>(source: &<T::Source as Changing>::Row<'a>, persons: &Persons) -> HashedRow<'a> {
    let mut cells = T::row(source, persons);
    let mut content = Vec::with_capacity(1024);
    let mut is_removed = false;
    for (column, cell) in T::COLUMNS.iter().zip(&cells) {
        if column.name == REMOVED.name {
            is_removed = *cell == Cell::Bool(Some(true));
        }
        if column.name != CHANGED_SEQ.name {
            cell.write_to(&mut content);
        }
    }
    let hash = XxHash3_64::oneshot(&content);
    cells.push(Cell::Text(Some(format!("{hash:016x}").into())));
    HashedRow { cells, hash, is_removed }
}
