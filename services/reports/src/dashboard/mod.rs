//! The dashboard: what was asked for, and each figure as a title, how it is counted, a chart and a table.
//!
//! - [`question`]: what was asked for.
//! - [`scope`]: the weeks and rows that it is about.
//! - [`table`]: the numbers of a figure, for a person and for a spreadsheet.
//! - [`page`]: how the figures stand on the page.
//!
//! Every other file has figures, each a function from a [`View`] to a [`Figure`].

mod durations;
mod form;
mod funnel;
mod glance;
mod page;
mod postings;
mod question;
mod reasons;
mod scope;
mod snapshot;
mod state;
mod table;
#[cfg(test)]
mod tests;
mod volumes;

use maud::Markup;

pub(crate) use page::{Beside, page};
pub(crate) use question::{LONGEST, Question};
pub(crate) use scope::View;
pub(crate) use state::{State, state};
use table::Table;

use crate::{figures::real, words::Words};

/// The numbers, how they are counted, and how they look.
pub(crate) struct Figure {
    pub(crate) title: String,
    /// How it is counted.
    pub(crate) counting: &'static str,
    /// What to know of these very numbers.
    pub(crate) notes: Vec<String>,
    pub(crate) chart: Option<Markup>,
    pub(crate) table: Table,
    /// Whose columns its numbers are.
    pub(crate) marts: &'static [&'static str],
}

impl Figure {
    /// For a spreadsheet: the table, or where it has no row, why.
    pub(crate) fn csv(&self, words: &Words) -> Result<Vec<u8>, csv::Error> {
        if !self.table.rows.is_empty() {
            return self.table.csv(words);
        }
        let mut said = Table::new([table::text(words.headings.remark)]);
        for note in &self.notes {
            said.row([table::Cell::Text(note.clone())]);
        }
        if self.notes.is_empty() {
            said.row([table::Cell::Text(words.told.nothing_here.to_owned())]);
        }
        said.csv(words)
    }
}

/// A figure by its name, which is also its place on the page and the name of its file.
pub(crate) type Named = (&'static str, fn(&View) -> Figure);

/// All, in the order of the page.
pub(crate) const FIGURES: [Named; 14] = [
    ("numbers", glance::numbers),
    ("weekly", volumes::weekly),
    ("daily", volumes::daily),
    ("postings", postings::popular),
    ("postings-per-day", postings::popular_per_day),
    ("places", postings::places),
    ("sources", volumes::sources),
    ("funnel", funnel::funnel),
    ("durations", durations::curve),
    ("closed", durations::closed),
    ("times-to-hire", durations::times_to_hire),
    ("open", snapshot::open),
    ("reasons", reasons::reasons),
    ("quality", snapshot::quality),
];

/// The figure of a name.
pub(crate) fn figure(name: &str) -> Option<fn(&View) -> Figure> {
    FIGURES.iter().find(|(known, _)| *known == name).map(|(_, make)| *make)
}

/// How much more it is than before.
pub(crate) fn change(now: u64, before: u64) -> i64 {
    let [now, before] = [now, before].map(|count| i64::try_from(count).unwrap_or(i64::MAX));
    now - before
}
