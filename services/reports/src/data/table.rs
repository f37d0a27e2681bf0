//! A mart whose columns are checked as they are asked for.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use chrono::NaiveDate;

use super::{
    Problem,
    file::{self, Cell, Column, Mart},
    problem::Kind,
};

/// One mart of a bundle.
pub(super) struct Table {
    file: PathBuf,
    mart: Mart,
}

impl Table {
    pub(super) fn read(file: &Path, name: &str, most_bytes: u64) -> Result<Self, Problem> {
        let here = |kind| Problem { file: file.to_owned(), kind };
        let mart = file::read(file, most_bytes).map_err(here)?;
        if mart.name != name {
            return Err(here(Kind::Unreadable(format!("it holds the mart {:?}", mart.name))));
        }
        Ok(Self { file: file.to_owned(), mart })
    }

    pub(super) fn rows(&self) -> usize {
        self.mart.rows
    }

    pub(super) fn problem(&self, kind: Kind) -> Problem {
        Problem { file: self.file.clone(), kind }
    }

    /// Something is wrong with a column in a row, which is counted from 0.
    pub(super) fn wrong(&self, column: &str, row: usize, what: &str) -> Problem {
        self.column_is(column, format!("{what} in row {row}"))
    }

    /// Texts, each of which is kept once.
    pub(super) fn texts(&self, name: &str) -> Result<Vec<Option<Arc<str>>>, Problem> {
        self.listed(name, "text", |text| Some(Arc::from(text)))
    }

    pub(super) fn dates(&self, name: &str) -> Result<Vec<Option<NaiveDate>>, Problem> {
        self.listed(name, "date", |text| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok())
    }

    /// As they are written, in RFC 3339.
    pub(super) fn timestamps(&self, name: &str) -> Result<Vec<Option<Arc<str>>>, Problem> {
        self.listed(name, "timestamp", |text| chrono::DateTime::parse_from_rfc3339(text).ok().map(|_| Arc::from(text)))
    }

    /// Whole numbers that are not below 0.
    pub(super) fn counts(&self, name: &str) -> Result<Vec<Option<u64>>, Problem> {
        self.values(name, "bigint", |cell| match cell {
            Cell::Whole(number) => u64::try_from(number).ok(),
            Cell::Truth(_) => None,
        })
    }

    pub(super) fn days(&self, name: &str) -> Result<Vec<Option<u32>>, Problem> {
        let counts = self.counts(name)?.into_iter().enumerate();
        counts
            .map(|(row, days)| {
                days.map(u32::try_from).transpose().map_err(|_| self.wrong(name, row, "has more days than there are"))
            })
            .collect()
    }

    pub(super) fn truths(&self, name: &str) -> Result<Vec<Option<bool>>, Problem> {
        self.values(name, "boolean", |cell| match cell {
            Cell::Truth(truth) => Some(truth),
            Cell::Whole(_) => None,
        })
    }

    /// The same column without a null.
    pub(super) fn needed<T>(&self, name: &str, values: Vec<Option<T>>) -> Result<Vec<T>, Problem> {
        let values = values.into_iter().enumerate();
        values.map(|(row, value)| value.ok_or_else(|| self.wrong(name, row, "is null"))).collect()
    }

    fn listed<T: Clone>(
        &self,
        name: &str,
        kind: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Vec<Option<T>>, Problem> {
        let column = self.column(name, kind)?;
        let known: Option<Vec<T>> = column.dictionary.iter().map(|text| read(text)).collect();
        let known = known.ok_or_else(|| self.column_is(name, format!("has a {kind} that is none")))?;
        self.values(name, kind, |cell| match cell {
            Cell::Whole(number) => usize::try_from(number).ok().and_then(|number| known.get(number).cloned()),
            Cell::Truth(_) => None,
        })
    }

    fn values<T>(&self, name: &str, kind: &str, read: impl Fn(Cell) -> Option<T>) -> Result<Vec<Option<T>>, Problem> {
        let cells = self.column(name, kind)?.values.iter().enumerate();
        cells
            .map(|(row, cell)| {
                let value = cell.map(|cell| read(cell).ok_or_else(|| self.wrong(name, row, "has no such value")));
                value.transpose()
            })
            .collect()
    }

    fn column(&self, name: &str, kind: &str) -> Result<&Column, Problem> {
        let column = self.mart.columns.get(name).ok_or_else(|| self.column_is(name, "is not there".to_owned()))?;
        if column.kind != kind {
            return Err(self.column_is(name, format!("is of the type {:?} and not {kind}", column.kind)));
        }
        if column.values.len() != self.mart.rows {
            let what = format!("has {} values for {} rows", column.values.len(), self.mart.rows);
            return Err(self.column_is(name, what));
        }
        Ok(column)
    }

    fn column_is(&self, column: &str, what: String) -> Problem {
        self.problem(Kind::Column { column: column.to_owned(), what })
    }
}
