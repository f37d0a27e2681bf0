//! Rows as bytes, which is how export gets them from either database: a million rows are read without a piece of memory
//! for each cell, and any thread can take them apart.
//!
//! The form is that of PostgreSQL's `COPY … (FORMAT binary)`, after its header. A row is the number of its fields (16
//! bits), and for each of them the number of its bytes (32 bits; -1 when it is null) and the bytes: text in UTF-8, numbers
//! with the highest byte first, instants as microseconds since 2000. After the last row stands -1 for another number of
//! fields, or nothing. What comes from SQLite is brought into this form; and it is the one in which ingest's rows go into
//! PostgreSQL.

use chrono::{DateTime, Utc};

/// What binary COPY begins with: its signature, flags, and the length of more to come; PostgreSQL sets none.
pub(crate) const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// Microseconds from 1970 to 2000, where PostgreSQL begins to count.
const EPOCH: i64 = 946_684_800_000_000;

/// What is left of some rows.
#[derive(Debug)]
pub struct Fields<'a>(pub(super) &'a [u8]);

impl<'a> Fields<'a> {
    /// The number of fields of the next row, where one begins; `None` after the last one.
    pub(super) fn count(&mut self) -> Option<Result<usize, ()>> {
        match self.take().map(i16::from_be_bytes) {
            Some(-1) => None,
            count => Some(count.and_then(|count| usize::try_from(count).ok()).ok_or(())),
        }
    }

    /// The next field; `None` when it is not of this type.
    pub(super) fn next<F: Field<'a>>(&mut self) -> Option<F> {
        match i32::from_be_bytes(self.take()?) {
            -1 => F::read(None),
            length => {
                let (bytes, rest) = self.0.split_at_checked(usize::try_from(length).ok()?)?;
                self.0 = rest;
                F::read(Some(bytes))
            }
        }
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*bytes)
    }
}

/// Type of a value: of a field of these rows, and of a column of the warehouse that is made of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "a variant has a doc where its name does not say all")]
pub enum Kind {
    Text,
    Int,
    BigInt,
    Double,
    Bool,
    /// An instant in UTC, microseconds.
    Instant,
}

pub(super) trait Field<'a>: Sized {
    const KIND: Kind;

    /// `None` when the bytes are not of this type.
    fn read(bytes: Option<&'a [u8]>) -> Option<Self>;
}

impl<'a> Field<'a> for &'a str {
    const KIND: Kind = Kind::Text;

    fn read(bytes: Option<&'a [u8]>) -> Option<Self> {
        std::str::from_utf8(bytes?).ok()
    }
}

macro_rules! numbers {
    ($($type:ty => $kind:ident),*) => {
        $(
            impl Field<'_> for $type {
                const KIND: Kind = Kind::$kind;

                fn read(bytes: Option<&[u8]>) -> Option<Self> {
                    bytes?.try_into().ok().map(Self::from_be_bytes)
                }
            }
        )*
    };
}

numbers!(i32 => Int, i64 => BigInt, f64 => Double);

impl Field<'_> for bool {
    const KIND: Kind = Kind::Bool;

    fn read(bytes: Option<&[u8]>) -> Option<Self> {
        Some(*bytes? != [0])
    }
}

impl Field<'_> for DateTime<Utc> {
    const KIND: Kind = Kind::Instant;

    fn read(bytes: Option<&[u8]>) -> Option<Self> {
        Self::from_timestamp_micros(i64::read(bytes)?.checked_add(EPOCH)?)
    }
}

impl<'a, F: Field<'a>> Field<'a> for Option<F> {
    const KIND: Kind = F::KIND;

    fn read(bytes: Option<&'a [u8]>) -> Option<Self> {
        if bytes.is_none() { Some(None) } else { F::read(bytes).map(Some) }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Packer(Vec<u8>);

impl Packer {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn begin_row(&mut self, fields: usize) {
        // no table of ours has more than a few dozen
        self.0.extend(i16::try_from(fields).unwrap_or(i16::MAX).to_be_bytes());
    }

    pub(crate) fn text(&mut self, text: Option<&str>) {
        self.field(text.map(str::as_bytes));
    }

    pub(crate) fn int(&mut self, number: Option<i32>) {
        self.field(number.map(i32::to_be_bytes).as_ref().map(<[u8; 4]>::as_slice));
    }

    pub(crate) fn big_int(&mut self, number: Option<i64>) {
        self.field(number.map(i64::to_be_bytes).as_ref().map(<[u8; 8]>::as_slice));
    }

    pub(crate) fn double(&mut self, number: Option<f64>) {
        self.field(number.map(f64::to_be_bytes).as_ref().map(<[u8; 8]>::as_slice));
    }

    pub(crate) fn bool(&mut self, is: Option<bool>) {
        self.field(is.map(|is| [u8::from(is)]).as_ref().map(<[u8; 1]>::as_slice));
    }

    pub(crate) fn instant(&mut self, at: Option<DateTime<Utc>>) {
        self.big_int(at.map(|at| at.timestamp_micros() - EPOCH));
    }

    pub(crate) fn bytes(self) -> Vec<u8> {
        self.0
    }

    fn field(&mut self, bytes: Option<&[u8]>) {
        // a text of SQLite has a thousand million bytes at most
        let length = bytes.map_or(-1, |bytes| i32::try_from(bytes.len()).unwrap_or(i32::MAX));
        self.0.extend(length.to_be_bytes());
        self.0.extend(bytes.unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        changes::{Batch, Changing as _},
        entity::candidate,
    };

    fn row(key: &str) -> Vec<u8> {
        let mut packer = Packer::default();
        packer.begin_row(candidate::Entity::TABLE.columns.len());
        for text in [Some(key), None, None, None, None, None, None] {
            packer.text(text);
        }
        packer.instant(Some(DateTime::UNIX_EPOCH));
        packer.instant(None);
        packer.big_int(Some(7));
        packer.bool(Some(true));
        packer.bytes()
    }

    fn keys(bytes: Vec<u8>) -> Vec<Result<String, String>> {
        let batch = Batch::new("candidate", bytes);
        let rows = batch
            .rows::<candidate::Entity>()
            .map(|row| row.map(|row| row.key.to_owned()).map_err(|error| error.to_string()));
        rows.collect()
    }

    #[test]
    fn rows_end_with_the_bytes_or_with_minus_one() {
        let two = [row("a"), row("b")].concat();
        let expected = [Ok("a".to_owned()), Ok("b".to_owned())];
        assert_eq!(keys(two.clone()), expected);
        assert_eq!(keys([two, vec![0xff, 0xff]].concat()), expected);
        assert_eq!(keys(Vec::new()), []);
    }

    #[test]
    fn rows_of_another_table_are_not_taken_for_ones_of_this() {
        let batch = Batch::new("posting", row("a"));
        assert!(batch.rows::<candidate::Entity>().all(|row| row.is_err()));
    }

    #[test]
    fn what_is_cut_off_or_of_another_table_is_an_error_and_the_last() {
        let bytes = row("a");
        for length in 1..bytes.len() {
            let found = keys([&*row("whole"), &bytes[..length]].concat());
            assert_eq!(found.len(), 2, "{length}");
            assert_eq!(found[1], Err("a row of candidate cannot be read".to_owned()), "{length}");
        }
        let mut fewer_fields = bytes;
        fewer_fields[1] -= 1;
        assert!(keys(fewer_fields)[0].is_err());
    }
}
