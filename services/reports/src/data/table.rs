//! A mart whose columns are checked as they are asked for.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use chrono::NaiveDate;

use super::{
    Problem,
    column::{EncodedColumn, Fault, Scalar},
    file::{self, Mart},
    problem::Kind,
};

/// What is listed of a column at most, so that a place in the list takes two bytes in each of many rows.
const MOST_KNOWN: usize = 1 << 16;

pub(super) struct MartTable {
    file: PathBuf,
    mart: Mart,
}

/// A column of texts, dates or timestamps: each of these once, and of every row the place of its own.
pub(super) struct Listed<T> {
    pub(super) known: Vec<T>,
    pub(super) places: Vec<u16>,
}

impl<T> Listed<T> {
    pub(super) fn of(&self, row: usize) -> &T {
        &self.known[usize::from(self.places[row])]
    }
}

pub(super) struct Optional<T> {
    known: Vec<T>,
    places: Vec<Option<u16>>,
}

impl<T> Optional<T> {
    pub(super) fn of(&self, row: usize) -> Option<&T> {
        self.places[row].map(|place| &self.known[usize::from(place)])
    }
}

impl MartTable {
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

    pub(super) fn wrong(&self, column: &str, row: usize, what: &str) -> Problem {
        self.column_is(column, format!("{what} in row {row}"))
    }

    pub(super) fn each_row<T>(&self, row: impl FnMut(usize) -> Result<T, Problem>) -> Result<Vec<T>, Problem> {
        // not collected as results, which would make room for a few of them and then for twice as many again and again
        let mut rows = Vec::with_capacity(self.rows());
        for made in (0..self.rows()).map(row) {
            rows.push(made?);
        }
        Ok(rows)
    }

    pub(super) fn texts(&self, name: &str) -> Result<Listed<Arc<str>>, Problem> {
        self.whole(name, self.listed(name, "text", |text| Some(Arc::from(text)))?)
    }

    /// Texts without a null, most of which differ.
    pub(super) fn own_texts(&self, name: &str) -> Result<Vec<Arc<str>>, Problem> {
        let column = self.column(name, "text")?;
        let known: Vec<Arc<str>> = column.dictionary.iter().map(|text| Arc::from(&**text)).collect();
        self.each(name, &column, |cell| match cell? {
            Scalar::Whole(place) => known.get(usize::try_from(place).ok()?).cloned(),
            Scalar::Truth(_) => None,
        })
    }

    pub(super) fn words<T>(&self, name: &str, read: impl Fn(&str) -> Option<T>) -> Result<Listed<T>, Problem> {
        self.whole(name, self.listed(name, "text", read)?)
    }

    pub(super) fn dates(&self, name: &str) -> Result<Listed<NaiveDate>, Problem> {
        self.whole(name, self.dates_or_null(name)?)
    }

    pub(super) fn dates_or_null(&self, name: &str) -> Result<Optional<NaiveDate>, Problem> {
        self.listed(name, "date", |text| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok())
    }

    pub(super) fn timestamps_or_null(&self, name: &str) -> Result<Optional<String>, Problem> {
        let is_one = |text: &str| chrono::DateTime::parse_from_rfc3339(text).is_ok();
        self.listed(name, "timestamp", |text| is_one(text).then(|| text.to_owned()))
    }

    pub(super) fn counts<T: TryFrom<i64>>(&self, name: &str) -> Result<Vec<T>, Problem> {
        self.values(name, "bigint", |cell| count(cell?))
    }

    pub(super) fn counts_or_null<T: TryFrom<i64>>(&self, name: &str) -> Result<Vec<Option<T>>, Problem> {
        self.values(name, "bigint", |cell| cell.map_or(Some(None), |cell| count(cell).map(Some)))
    }

    pub(super) fn truths(&self, name: &str) -> Result<Vec<bool>, Problem> {
        self.values(name, "boolean", |cell| match cell? {
            Scalar::Truth(truth) => Some(truth),
            Scalar::Whole(_) => None,
        })
    }

    pub(super) fn truths_or_null(&self, name: &str) -> Result<Vec<Option<bool>>, Problem> {
        self.values(name, "boolean", |cell| match cell {
            None => Some(None),
            Some(Scalar::Truth(truth)) => Some(Some(truth)),
            Some(Scalar::Whole(_)) => None,
        })
    }

    fn whole<T>(&self, name: &str, listed: Optional<T>) -> Result<Listed<T>, Problem> {
        let places = listed.places.into_iter().enumerate();
        let places = places.map(|(row, place)| place.ok_or_else(|| self.wrong(name, row, "is null")));
        Ok(Listed { known: listed.known, places: places.collect::<Result<_, _>>()? })
    }

    fn listed<T>(&self, name: &str, kind: &str, read: impl Fn(&str) -> Option<T>) -> Result<Optional<T>, Problem> {
        let column = self.column(name, kind)?;
        let known = column.dictionary.iter().map(|text| {
            read(text).ok_or_else(|| self.column_is(name, format!("has a {kind} that is none here: {text:?}")))
        });
        let known: Vec<T> = known.collect::<Result<_, _>>()?;
        if known.len() > MOST_KNOWN {
            return Err(self.problem(Kind::TooManyNames { column: name.to_owned(), most: MOST_KNOWN }));
        }
        let places = self.each(name, &column, |cell| match cell {
            Some(Scalar::Whole(place)) => {
                u16::try_from(place).ok().filter(|place| usize::from(*place) < known.len()).map(Some)
            }
            Some(Scalar::Truth(_)) => None,
            None => Some(None),
        })?;
        Ok(Optional { known, places })
    }

    fn values<T>(&self, name: &str, kind: &str, read: impl Fn(Option<Scalar>) -> Option<T>) -> Result<Vec<T>, Problem> {
        self.each(name, &self.column(name, kind)?, read)
    }

    fn each<T>(
        &self,
        name: &str,
        column: &EncodedColumn<'_>,
        read: impl Fn(Option<Scalar>) -> Option<T>,
    ) -> Result<Vec<T>, Problem> {
        let mut values = Vec::with_capacity(self.mart.rows);
        let each = column.each(self.mart.rows, |cell| {
            let what = if cell.is_none() { "is null" } else { "has no such value" };
            values.push(read(cell).ok_or_else(|| self.wrong(name, values.len(), what))?);
            Ok(())
        });
        each.map_err(|fault| match fault {
            Fault::Unreadable(what) => self.problem(Kind::Unreadable(format!("columns.{name}.{what}"))),
            Fault::Unfit(what) => self.column_is(name, what),
            Fault::Refused(problem) => problem,
        })?;
        Ok(values)
    }

    fn column(&self, name: &str, kind: &str) -> Result<EncodedColumn<'_>, Problem> {
        let text = self.mart.columns.get(name).ok_or_else(|| self.column_is(name, "is not there".to_owned()))?;
        let mut reader = serde_json::Deserializer::from_str(text.get());
        let column: EncodedColumn<'_> = serde_path_to_error::deserialize(&mut reader)
            .map_err(|error| self.problem(Kind::Unreadable(format!("columns.{name}.{error}"))))?;
        if column.kind != kind {
            return Err(self.column_is(name, format!("is of the type {:?} and not {kind}", column.kind)));
        }
        Ok(column)
    }

    fn column_is(&self, column: &str, what: String) -> Problem {
        self.problem(Kind::Column { column: column.to_owned(), what })
    }
}

fn count<T: TryFrom<i64>>(cell: Scalar) -> Option<T> {
    match cell {
        Scalar::Whole(number) if number >= 0 => T::try_from(number).ok(),
        _ => None,
    }
}
