//! The numbers of a figure, once for the page and once for a spreadsheet.

use chrono::NaiveDate;
use maud::{Markup, html};

use crate::{charts::clean, words::Words};

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    Text(String),
    Count(u64),
    Change(i64),
    /// From 0 to 1, and not in percent.
    Share(f64),
    Decimal(f64),
    /// How many on a day; below 1 with a digit more.
    Rate(f64),
    Day(NaiveDate),
    Nothing,
    TooFew,
}

impl Cell {
    pub(crate) fn or_nothing<T>(value: Option<T>, make: impl FnOnce(T) -> Self) -> Self {
        value.map_or(Self::Nothing, make)
    }

    pub(crate) fn shown(&self, words: &Words) -> String {
        let numbers = &words.numbers;
        match self {
            Self::Text(text) => text.clone(),
            Self::Count(count) => numbers.count(*count),
            Self::Change(change) => numbers.change(*change),
            Self::Share(share) => numbers.percent(*share, 1),
            Self::Decimal(number) => numbers.decimal(*number, 1),
            Self::Rate(rate) => numbers.rate(*rate),
            Self::Day(day) => numbers.day(*day),
            Self::Nothing => "–".to_owned(),
            Self::TooFew => words.told.too_few.to_owned(),
        }
    }

    /// For a program: a decimal point, days as ISO 8601 has them.
    fn plain(&self, words: &Words) -> String {
        match self {
            Self::Text(text) => harmless(text),
            Self::Count(count) => count.to_string(),
            Self::Change(change) => change.to_string(),
            Self::Share(number) | Self::Decimal(number) | Self::Rate(number) => number.to_string(),
            Self::Day(day) => day.to_string(),
            Self::Nothing => String::new(),
            Self::TooFew => words.told.too_few.to_owned(),
        }
    }
}

/// A spreadsheet takes a text that begins so for a formula (OWASP, CSV injection); full-width signs too.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

fn harmless(text: &str) -> String {
    let text = clean(text);
    if text.trim_start().starts_with(FORMULA) { format!("'{text}") } else { text }
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    title: &'static str,
    is_number: bool,
}

pub(crate) const fn text(title: &'static str) -> Column {
    Column { title, is_number: false }
}

pub(crate) const fn number(title: &'static str) -> Column {
    Column { title, is_number: true }
}

/// The first cell of a row says what the row is about.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

impl Table {
    pub(crate) fn new(columns: impl Into<Vec<Column>>) -> Self {
        Self { columns: columns.into(), rows: Vec::new() }
    }

    pub(crate) fn row(&mut self, cells: impl Into<Vec<Cell>>) {
        self.rows.push(cells.into());
    }

    pub(crate) fn markup(&self, title: &str, words: &Words) -> Markup {
        html! {
            div.scroll tabindex="0" role="region" aria-label=(title) {
                table {
                    thead { tr {
                        @for column in &self.columns {
                            th.number[column.is_number] scope="col" { (column.title) }
                        }
                    } }
                    tbody { @for row in &self.rows { tr {
                        @for (place, (column, cell)) in self.columns.iter().zip(row).enumerate() {
                            @if place == 0 {
                                th scope="row" { (cell.shown(words)) }
                            } @else {
                                td.number[column.is_number] { (cell.shown(words)) }
                            }
                        }
                    } } }
                }
            }
        }
    }

    /// RFC 4180, with the mark by which spreadsheets know UTF-8.
    pub(crate) fn csv(&self, words: &Words) -> Result<Vec<u8>, csv::Error> {
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer("\u{feff}".into());
        writer.write_record(self.columns.iter().map(|column| column.title))?;
        for row in &self.rows {
            writer.write_record(row.iter().map(|cell| cell.plain(words)))?;
        }
        writer.into_inner().map_err(|error| error.into_error().into())
    }
}

#[cfg(test)]
mod tests {
    use crate::words::Language;

    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for (text, expected) in [
            ("Pflege", "Pflege"),
            ("=1+1", "'=1+1"),
            ("+49 30", "'+49 30"),
            ("-", "'-"),
            ("@a", "'@a"),
            (" =1", "' =1"),
            ("\t=1", "' =1"),
            ("\r=1", "' =1"),
            ("＝1", "'＝1"),
            ("a\u{0}b\u{1b}c", "abc"),
            ("C-Arzt", "C-Arzt"),
        ] {
            assert_eq!(harmless(text), expected, "{text:?}");
        }
    }

    #[test]
    fn the_same_numbers_are_for_a_person_and_for_a_program() {
        let words = Language::De.words();
        let day = NaiveDate::from_ymd_opt(2026, 3, 1).unwrap();
        let mut table = Table::new([text("Tag"), number("Zahl")]);
        table.row([Cell::Day(day), Cell::Count(1234)]);
        table.row([Cell::Text("a \"b\", c".to_owned()), Cell::Change(-3)]);
        table.row([Cell::Text("<b>".to_owned()), Cell::TooFew]);
        table.row([Cell::Share(0.125), Cell::Nothing]);
        let csv = String::from_utf8(table.csv(words).unwrap()).unwrap();
        let lines = ["Tag,Zahl", "2026-03-01,1234", "\"a \"\"b\"\", c\",-3", "<b>,zu wenige", "0.125,", ""];
        assert_eq!(csv, format!("\u{feff}{}", lines.join("\r\n")));
        let page = table.markup("Titel", words).into_string();
        for part in ["01.03.2026</th>", ">1.234</td>", ">−3</td>", "&lt;b&gt;", ">zu wenige<", "12,5\u{a0}%", ">–<"]
        {
            assert!(page.contains(part), "{part}: {page}");
        }
    }
}
