//! A column as it is written: one value a row, or in a way that is shorter.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, Visitor},
};

/// A column of a mart.
#[derive(Deserialize)]
pub(super) struct Column {
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// What the values are numbers of, from 0 on; of texts, dates and timestamps.
    #[serde(default)]
    pub(super) dictionary: Vec<String>,
    /// One a row.
    values: Option<Vec<Option<Cell>>>,
    /// A value and how often it stands in a row, in turns.
    runs: Option<Vec<Option<Cell>>>,
    /// The difference to the row before.
    steps: Option<Vec<i64>>,
}

/// A value.
#[derive(Clone, Copy)]
pub(super) enum Cell {
    Whole(i64),
    Truth(bool),
}

/// The values of the rows, and what is wrong with the way in which they are written.
pub(super) type Cells<'a> = Box<dyn Iterator<Item = Option<Cell>> + 'a>;

impl Column {
    /// One for each row, of which there are so many.
    pub(super) fn cells(&self, rows: usize) -> Result<Cells<'_>, String> {
        let (count, cells): (usize, Cells<'_>) = match (&self.values, &self.runs, &self.steps) {
            (Some(values), None, None) => (values.len(), Box::new(values.iter().copied())),
            (None, Some(runs), None) => (length(runs)?, Box::new(repeated(runs))),
            (None, None, Some(steps)) => (steps.len(), summed(steps)?),
            _ => return Err("has not one of values, runs and steps".to_owned()),
        };
        if count == rows { Ok(cells) } else { Err(format!("has {count} values for {rows} rows")) }
    }
}

fn repeated(runs: &[Option<Cell>]) -> impl Iterator<Item = Option<Cell>> {
    runs.chunks_exact(2).flat_map(|run| std::iter::repeat_n(run[0], times(run[1]).unwrap_or_default()))
}

fn length(runs: &[Option<Cell>]) -> Result<usize, String> {
    let (pairs, rest) = runs.as_chunks::<2>();
    let all = pairs.iter().try_fold(0_usize, |all, run| all.checked_add(times(run[1])?));
    all.filter(|_| rest.is_empty()).ok_or_else(|| "has runs that are none".to_owned())
}

/// How long a run is.
fn times(cell: Option<Cell>) -> Option<usize> {
    match cell {
        Some(Cell::Whole(times)) => usize::try_from(times).ok(),
        _ => None,
    }
}

fn summed(steps: &[i64]) -> Result<Cells<'_>, String> {
    let last = steps.iter().try_fold(0_i64, |value, step| value.checked_add(*step));
    last.ok_or_else(|| "has steps that lead beyond all numbers".to_owned())?;
    Ok(Box::new(steps.iter().scan(0_i64, |value, step| {
        *value += step;
        Some(Some(Cell::Whole(*value)))
    })))
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OfCell)
    }
}

/// An enum without a tag would be read into a value of any kind first, which takes several times as long.
struct OfCell;

impl Visitor<'_> for OfCell {
    type Value = Cell;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a whole number, true, false or null")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Cell, E> {
        Ok(Cell::Whole(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Cell, E> {
        i64::try_from(number).map(Cell::Whole).map_err(|_| E::custom("a number is too large"))
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Cell, E> {
        Ok(Cell::Truth(truth))
    }
}
