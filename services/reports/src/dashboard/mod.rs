//! The dashboard: what was asked for, and each figure as a title, how it is counted, a chart and a table.
//!
//! - `question`: what was asked for.
//! - `scope`: the weeks and rows that it is about.
//! - `figures`: each a function from a [`View`] to a `Figure`.
//! - `table`: the numbers of a figure, for a person and for a spreadsheet.
//! - `page`: how the figures stand on the page; `form` and `notices` above them.

mod figure;
mod figures;
mod form;
mod notices;
mod page;
mod question;
mod scope;
mod table;
#[cfg(test)]
mod tests;

pub(crate) use figure::Figure;
pub(crate) use figures::by_name;
pub(crate) use notices::{Health, notices};
pub(crate) use page::{Beside, page};
pub(crate) use question::{LONGEST, Question};
pub(crate) use scope::{Cut, View, days_before, sunday};
pub(crate) use table::{Cell, Table, number, text};
