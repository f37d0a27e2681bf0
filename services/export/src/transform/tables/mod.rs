//! The warehouse's tables. Each column is declared once, here: name, type, meaning, how personal it is, and how its values are
//! made of a row of the store. The dbt project declares the same columns as its sources; a test holds the two against each
//! other.

mod application;
mod application_event;
mod application_month;
mod bookkeeping;
mod candidate;
mod export_run;
mod job_posting;
mod posting_event;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use domain::vocabulary::Vocabulary;
use twox_hash::XxHash3_64;

use super::Mapper;
use crate::schema::Tables;

static MAPPERS: LazyLock<[Mapper; 7]> = LazyLock::new(|| {
    [
        job_posting::mapper(),
        posting_event::mapper(),
        // before the applications that point at them
        candidate::mapper(),
        application::mapper(),
        application_event::mapper(),
        application_month::mapper(),
        // last, since it says that all has arrived
        export_run::mapper(),
    ]
});

pub fn mappers() -> &'static [Mapper] {
    &*MAPPERS
}

pub(crate) fn tables() -> Tables {
    mappers().iter().map(|mapper| &mapper.table).collect()
}

/// Counts up when a release makes other values out of the same rows of the store, or hashes them in another way.
const MAKING: u8 = 4;

/// Of what the rows are made: another one, when a release has added a column or makes their values in another way, or when the
/// vocabulary says something else. What was sent before is then not what would be sent now. 16 hex digits.
pub fn form(vocabulary: &Vocabulary) -> String {
    let tables = mappers().iter().map(|table| {
        let columns = table.columns.iter().map(|column| format!("{} {:?}", column.name, column.kind));
        format!("{}: {}", table.name, columns.collect::<Vec<_>>().join(", "))
    });
    let tables = tables.collect::<Vec<_>>().join("; ");
    let words = vocabulary.digest();
    format!("{:016x}", XxHash3_64::oneshot(format!("{MAKING}: {words:016x}: {tables}").as_bytes()))
}
