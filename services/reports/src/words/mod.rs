//! All that a person reads on the pages, in every language: a text that a language lacks does not compile.

mod choice;
mod de;
mod en;
mod nl;
mod numbers;
mod parts;

pub(crate) use choice::Language;
pub(crate) use numbers::Numbers;
pub(crate) use parts::{Counting, Filters, Headings, Named, PageFrame, Quality, Sentences, Titles};

pub(crate) struct Words {
    pub(crate) numbers: Numbers,
    pub(crate) frame: PageFrame,
    pub(crate) filters: Filters,
    pub(crate) titles: Titles,
    pub(crate) counting: Counting,
    pub(crate) headings: Headings,
    pub(crate) named: Named,
    pub(crate) told: Sentences,
    pub(crate) quality: Quality,
}
