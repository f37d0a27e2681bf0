//! All that a person reads on the pages, in every language: a text that a language lacks does not compile.

mod choice;
mod de;
mod en;
mod nl;
mod numbers;
mod parts;

pub use choice::Language;
pub(crate) use numbers::Numbers;
pub(crate) use parts::{Counting, Filters, Frame, Headings, Named, Quality, Titles, Told};

/// The texts of a language, and how it writes numbers and days.
#[derive(Debug)]
pub(crate) struct Words {
    /// How it writes numbers and days.
    pub(crate) numbers: Numbers,
    /// Around every page.
    pub(crate) frame: Frame,
    /// The form.
    pub(crate) filters: Filters,
    /// Of the figures.
    pub(crate) titles: Titles,
    /// How each is counted.
    pub(crate) counting: Counting,
    /// Of columns.
    pub(crate) headings: Headings,
    /// What the marts call by a word of theirs.
    pub(crate) named: Named,
    /// Sentences with a number or a name in them.
    pub(crate) told: Told,
    /// Checks of the data.
    pub(crate) quality: Quality,
}
