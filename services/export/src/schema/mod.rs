//! The warehouse's tables. Each column is declared once, here: name, type, meaning, how personal it is, and how its values are
//! made of a row of the store. The dbt project declares the same columns as its sources; a test holds the two against each
//! other.

mod application;
mod application_event;
mod application_month;
mod candidate;
mod cell;
mod column;
mod export_run;
mod job_posting;
mod posting_event;
mod table;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use domain::vocabulary::Vocabulary;
use store::Changing;
use twox_hash::XxHash3_64;

pub use cell::Cell;
pub use column::{Class, Column};
/// The one of the store: what is read is also what is written.
pub use store::Kind;
pub(crate) use table::ROW_HASH;
pub use table::{About, Marks, Row, Table};

use column::{ColumnOf, Make};

/// All tables. Candidates come before the applications that point at them; and last comes what says that all has arrived.
static TABLES: LazyLock<[Table; 7]> = LazyLock::new(|| {
    [
        job_posting::table(),
        posting_event::table(),
        candidate::table(),
        application::table(),
        application_event::table(),
        application_month::table(),
        export_run::table(),
    ]
});

/// All tables, in the order in which they are sent.
pub fn tables() -> &'static [Table] {
    &*TABLES
}

/// Name of the column that says whether a row is a tombstone.
pub(crate) const REMOVED: &str = "removed";
/// Name of the column that has the number of a row's last change.
pub(crate) const CHANGED_SEQ: &str = "changed_seq";

// columns that several tables have

const fn first_seen<S: Changing>(make: Make<S, DateTime<Utc>>) -> ColumnOf<S> {
    ColumnOf::instant("first_seen", make, "When the row first came from the source (UTC).").required()
}

const fn removed<S: Changing>(make: Make<S, bool>) -> ColumnOf<S> {
    let description = "Whether this version says that the row is gone from the source (a tombstone).";
    ColumnOf::bool(REMOVED, make, description).required()
}

const fn removed_at<S: Changing>(make: Make<S, DateTime<Utc>>) -> ColumnOf<S> {
    ColumnOf::instant("removed_at", make, "When the removal was noticed (UTC); null while the row is there.")
}

const fn changed_seq<S: Changing>(make: Make<S, i64>) -> ColumnOf<S> {
    let description = "Number of the change that made this version; a higher one is later.";
    ColumnOf::big_int(CHANGED_SEQ, make, description).required()
}

/// Counts up when a release makes other values out of the same rows of the store, or hashes them in another way.
const MAKING: u8 = 4;

/// Of what the rows are made: another one, when a release has added a column or makes their values in another way, or when the
/// vocabulary says something else. What was sent before is then not what would be sent now. 16 hex digits.
pub fn form(vocabulary: &Vocabulary) -> String {
    let tables = tables().iter().map(|table| {
        let columns = table.columns.iter().map(|column| format!("{} {:?}", column.name, column.kind));
        format!("{}: {}", table.name, columns.collect::<Vec<_>>().join(", "))
    });
    let tables = tables.collect::<Vec<_>>().join("; ");
    let words = vocabulary.digest();
    format!("{:016x}", XxHash3_64::oneshot(format!("{MAKING}: {words:016x}: {tables}").as_bytes()))
}
