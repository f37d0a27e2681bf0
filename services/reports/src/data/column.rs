//! A column as it is written: one value a row, or in a way that is shorter.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize,
    de::{DeserializeSeed, Error, SeqAccess, Visitor},
};
use serde_json::{Deserializer, value::RawValue};

/// A column of a mart. Its values are read one by one, for there may be hundreds of thousands.
#[derive(Deserialize)]
pub(super) struct EncodedColumn<'a> {
    #[serde(rename = "type", borrow)]
    pub(super) kind: Cow<'a, str>,
    /// What the values are numbers of, from 0 on; of texts, dates and timestamps.
    #[serde(default, borrow)]
    pub(super) dictionary: Vec<Cow<'a, str>>,
    /// One a row.
    #[serde(borrow)]
    values: Option<&'a RawValue>,
    /// A value and how often it stands in a row, in turns.
    #[serde(borrow)]
    runs: Option<&'a RawValue>,
    /// The difference to the row before.
    #[serde(borrow)]
    steps: Option<&'a RawValue>,
}

#[derive(Clone, Copy)]
pub(super) enum Scalar {
    Whole(i64),
    Truth(bool),
}

pub(super) enum Fault<E> {
    Unreadable(String),
    Unfit(String),
    Refused(E),
}

impl EncodedColumn<'_> {
    /// Gives the value of each row, of which there have to be so many, to `take`.
    pub(super) fn each<E>(
        &self,
        rows: usize,
        mut take: impl FnMut(Option<Scalar>) -> Result<(), E>,
    ) -> Result<(), Fault<E>> {
        let mut given = 0_usize;
        let mut give = |cell, times: usize| {
            // counted before any is taken: a run of any length may be written in a few bytes
            given = given.checked_add(times).filter(|given| *given <= rows).ok_or_else(|| too_many(rows))?;
            (0..times).try_for_each(|_| take(cell)).map_err(Fault::Refused)
        };
        match (self.values, self.runs, self.steps) {
            (Some(values), None, None) => every("values", values, |cell| give(cell, 1)),
            (None, Some(runs), None) => {
                let mut value = None;
                every("runs", runs, |cell| match value.take() {
                    None => {
                        value = Some(cell);
                        Ok(())
                    }
                    Some(value) => give(value, times(cell)?),
                })?;
                if value.is_none() { Ok(()) } else { Err(Fault::Unfit("ends in the middle of a run".to_owned())) }
            }
            (None, None, Some(steps)) => {
                let mut value = 0;
                every("steps", steps, |step| {
                    value = next(value, step)?;
                    give(Some(Scalar::Whole(value)), 1)
                })
            }
            _ => Err(Fault::Unfit("has not one of values, runs and steps".to_owned())),
        }?;
        if given == rows { Ok(()) } else { Err(Fault::Unfit(format!("has {given} values for {rows} rows"))) }
    }
}

fn too_many<E>(rows: usize) -> Fault<E> {
    Fault::Unfit(format!("has more values than {rows} rows"))
}

fn times<E>(cell: Option<Scalar>) -> Result<usize, Fault<E>> {
    let times = match cell {
        Some(Scalar::Whole(times)) => usize::try_from(times).ok(),
        _ => None,
    };
    times.ok_or_else(|| Fault::Unfit("has a run without a length".to_owned()))
}

fn next<E>(value: i64, step: Option<Scalar>) -> Result<i64, Fault<E>> {
    let next = match step {
        Some(Scalar::Whole(step)) => value.checked_add(step),
        _ => None,
    };
    next.ok_or_else(|| Fault::Unfit("has a step that leads nowhere".to_owned()))
}

fn every<E>(
    way: &str,
    list: &RawValue,
    mut take: impl FnMut(Option<Scalar>) -> Result<(), Fault<E>>,
) -> Result<(), Fault<E>> {
    let (mut refused, mut taken) = (None, 0_usize);
    let each = |cell| {
        taken += 1;
        take(cell)
    };
    let read = Scalars { take: each, refused: &mut refused }.deserialize(&mut Deserializer::from_str(list.get()));
    match (refused, read) {
        (Some(fault), _) => Err(fault),
        (None, Err(error)) => Err(Fault::Unreadable(format!("{way}[{taken}]: {error}"))),
        (None, Ok(())) => Ok(()),
    }
}

struct Scalars<'a, E, F> {
    take: F,
    refused: &'a mut Option<Fault<E>>,
}

impl<'de, E, F: FnMut(Option<Scalar>) -> Result<(), Fault<E>>> DeserializeSeed<'de> for Scalars<'_, E, F> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, E, F: FnMut(Option<Scalar>) -> Result<(), Fault<E>>> Visitor<'de> for Scalars<'_, E, F> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of values")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        while let Some(cell) = list.next_element()? {
            if let Err(fault) = (self.take)(cell) {
                // serde's own error has room for a text alone
                *self.refused = Some(fault);
                return Err(A::Error::custom("a value is not wanted"));
            }
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OfScalar)
    }
}

/// An enum without a tag would be read into a value of any kind first, which takes several times as long.
struct OfScalar;

impl Visitor<'_> for OfScalar {
    type Value = Scalar;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a whole number, true, false or null")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Scalar, E> {
        Ok(Scalar::Whole(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Scalar, E> {
        i64::try_from(number).map(Scalar::Whole).map_err(|_| E::custom("a number is too large"))
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Scalar, E> {
        Ok(Scalar::Truth(truth))
    }
}
