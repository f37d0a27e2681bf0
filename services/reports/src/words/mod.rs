//! All that a person reads on the pages, in every language: a text that a language lacks does not compile.

mod choice;
mod de;
mod en;
mod nl;
mod numbers;
mod parts;

pub use choice::Language;
pub use numbers::Numbers;
pub use parts::{Counting, Filters, Frame, Headings, Named, Quality, Titles, Told};

/// The texts of a language, and how it writes numbers and days.
#[derive(Debug)]
pub struct Words {
    /// How it writes numbers and days.
    pub numbers: Numbers,
    /// Around every page.
    pub frame: Frame,
    /// The form.
    pub filters: Filters,
    /// Of the figures.
    pub titles: Titles,
    /// How each is counted.
    pub counting: Counting,
    /// Of columns.
    pub headings: Headings,
    /// What the marts call by a word of theirs.
    pub named: Named,
    /// Sentences with a number or a name in them.
    pub told: Told,
    /// Checks of the data.
    pub quality: Quality,
}
