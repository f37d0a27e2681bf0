//! What is shown of one thing: its numbers, how they are counted, and how they look.

use maud::Markup;

use super::{Cell, Table, text};
use crate::words::Words;

pub(crate) struct Figure {
    pub(crate) title: String,
    pub(crate) counting: &'static str,
    pub(crate) notes: Vec<String>,
    pub(crate) chart: Option<Markup>,
    pub(crate) table: Table,
    pub(crate) marts: &'static [&'static str],
}

impl Figure {
    pub(crate) fn new(title: impl Into<String>, counting: &'static str, marts: &'static [&'static str]) -> Self {
        Self { title: title.into(), counting, notes: Vec::new(), chart: None, table: Table::new([]), marts }
    }

    pub(crate) fn without_numbers(self, why: impl Into<String>) -> Self {
        Self { notes: vec![why.into()], chart: None, table: Table::new([]), ..self }
    }

    pub(crate) fn csv(&self, words: &Words) -> Result<Vec<u8>, csv::Error> {
        if !self.table.rows.is_empty() {
            return self.table.csv(words);
        }
        // a file without a row would not say why there is none
        let mut said = Table::new([text(words.headings.remark)]);
        for note in &self.notes {
            said.row([Cell::Text(note.clone())]);
        }
        if self.notes.is_empty() {
            said.row([Cell::Text(words.told.nothing_here.to_owned())]);
        }
        said.csv(words)
    }
}
