//! The elements of a JSON array, out of bytes that come little by little, each with its key fields, which are read in passing.
//!
//! serde_json can read from a reader, but then it looks at each byte by itself; out of a slice it takes an element several
//! times as fast, and without a copy. So bytes are gathered here, and elements are taken from what is there.

use std::io::Read;

use runtime::http::BYTE_ORDER_MARK;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Deserializer, Error, error::Category};

/// Bytes that are gathered before elements are taken; more when an element is larger.
const BUFFER: usize = 64 * 1024;

/// A body that is not the array it should be. Nothing of the body is in it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BodyError {
    /// The connection ended, or the array did, before its closing bracket.
    #[error("the answer was cut off after {records} records")]
    CutOff { records: u64 },
    #[error(
        "the answer is not JSON (line {line}, column {column}, after {records} records): is EMPLY_BASE_URL the address of the API?"
    )]
    NotJson {
        line: usize,
        /// Where in the line, counted from 1.
        column: usize,
        records: u64,
    },
    /// Our own fault: the thread that reads it is gone.
    #[error("the reading of the answer broke off; this is a bug")]
    Panicked,
    #[error("the answer is JSON, but not an array of records")]
    NotAnArray,
}

impl BodyError {
    pub(crate) fn is_final(&self) -> bool {
        // a break may be over at the next try; another shape will not change
        matches!(self, Self::NotAnArray)
    }
}

pub(super) struct Elements<R> {
    reader: R,
    buffer: Vec<u8>,
    pending: std::ops::Range<usize>,
    is_over: bool,
    /// Where the first pending byte stands: lines counted from 1, bytes of the line before it.
    place: (usize, usize),
    records: u64,
}

impl<R: Read> Elements<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, buffer: vec![0; BUFFER], pending: 0..0, is_over: false, place: (1, 0), records: 0 }
    }

    /// Gives each element, and its key fields if it is an object that has them, to `take`, until that says stop by `false`.
    pub(super) fn each<K>(&mut self, mut take: impl FnMut(&str, Option<K>) -> bool) -> Result<(), BodyError>
    where
        K: DeserializeOwned,
    {
        self.gather(BYTE_ORDER_MARK.len())?;
        if self.buffer[self.pending.clone()].starts_with(BYTE_ORDER_MARK.as_bytes()) {
            self.advance(BYTE_ORDER_MARK.len());
        }
        match self.next_byte()? {
            Some(b'[') => self.advance(1),
            _ => return Err(self.something_else()),
        }
        if self.next_byte()? == Some(b']') {
            self.advance(1);
            return self.end();
        }
        loop {
            // an element begins with its first byte
            self.next_byte()?;
            if !self.element(&mut take)? {
                return Ok(());
            }
            match self.next_byte()? {
                Some(b',') => self.advance(1),
                Some(b']') => {
                    self.advance(1);
                    return self.end();
                }
                Some(_) => return Err(self.not_json(1, 1)),
                None => return Err(BodyError::CutOff { records: self.records }),
            }
        }
    }

    fn element<K: DeserializeOwned>(
        &mut self,
        take: &mut impl FnMut(&str, Option<K>) -> bool,
    ) -> Result<bool, BodyError> {
        loop {
            let bytes = &self.buffer[self.pending.clone()];
            let tried = bytes.len();
            match first::<K>(bytes) {
                // a number at the end may go on
                Some(Ok((fields, length))) if self.is_over || length < tried => {
                    let element =
                        str::from_utf8(&bytes[..length]).map_err(|error| self.not_text(error.valid_up_to()))?;
                    let goes_on = take(element, fields);
                    self.records += 1;
                    self.advance(length);
                    return Ok(goes_on);
                }
                // at their very end it only means that they are not all: of a number that is cut off, serde_json does not say
                // that something is missing but that it is wrong
                Some(Err(error)) if offset(bytes, &error) < tried => {
                    return Err(self.not_json(error.line(), error.column()));
                }
                _ if self.is_over => return Err(BodyError::CutOff { records: self.records }),
                // twice as much, so that a large element is not tried for each bit of it that arrives
                _ => self.gather(tried.max(1) * 2)?,
            }
        }
    }

    /// The next byte that is no space, which stays; `None` at the end.
    fn next_byte(&mut self) -> Result<Option<u8>, BodyError> {
        loop {
            let bytes = &self.buffer[self.pending.clone()];
            let spaces = bytes.iter().take_while(|byte| b" \t\r\n".contains(byte)).count();
            if let Some(byte) = bytes.get(spaces).copied() {
                self.advance(spaces);
                return Ok(Some(byte));
            }
            self.advance(spaces);
            if self.is_over {
                return Ok(None);
            }
            self.gather(1)?;
        }
    }

    fn end(&mut self) -> Result<(), BodyError> {
        match self.next_byte()? {
            Some(_) => Err(self.not_json(1, 1)),
            None => Ok(()),
        }
    }

    /// Reads until so many bytes are pending, or there are no more.
    fn gather(&mut self, wanted: usize) -> Result<(), BodyError> {
        self.buffer.copy_within(self.pending.clone(), 0);
        self.pending = 0..self.pending.len();
        if self.buffer.len() < wanted {
            self.buffer.resize(wanted.next_power_of_two(), 0);
        }
        while !self.is_over && self.pending.end < wanted {
            let read = self.reader.read(&mut self.buffer[self.pending.end..]);
            let read = read.map_err(|_| BodyError::CutOff { records: self.records })?;
            self.pending.end += read;
            self.is_over = read == 0;
        }
        if self.is_over {
            // so that what is wrong at the very end can be told from what is missing there
            self.buffer.truncate(self.pending.end);
            self.buffer.push(b' ');
            self.pending.end += 1;
        }
        Ok(())
    }

    fn advance(&mut self, bytes: usize) {
        let taken = &self.buffer[self.pending.start..self.pending.start + bytes];
        let (line, column) = self.place;
        self.place = match taken.iter().rposition(|byte| *byte == b'\n') {
            Some(last) => (line + taken.split(|byte| *byte == b'\n').count() - 1, bytes - last - 1),
            None => (line, column + bytes),
        };
        self.pending.start += bytes;
    }

    /// What is wrong stands in this line and column, counted from the first pending byte on.
    fn not_json(&self, line: usize, column: usize) -> BodyError {
        let before = self.place;
        let column = if line == 1 { before.1 + column } else { column };
        BodyError::NotJson { line: before.0 + line - 1, column, records: self.records }
    }

    /// After so many pending bytes something stands that is not UTF-8.
    fn not_text(&self, before: usize) -> BodyError {
        let mut lines = self.buffer[self.pending.clone()][..before].split(|byte| *byte == b'\n');
        let column = lines.next_back().map_or(0, <[u8]>::len);
        self.not_json(lines.count() + 1, column + 1)
    }

    fn something_else(&mut self) -> BodyError {
        let bytes = &self.buffer[self.pending.clone()];
        match serde_json::from_reader::<_, Vec<IgnoredAny>>(bytes.chain(&mut self.reader)) {
            Err(error) => match error.classify() {
                Category::Io | Category::Eof => BodyError::CutOff { records: 0 },
                Category::Syntax => self.not_json(error.line(), error.column()),
                Category::Data => BodyError::NotAnArray,
            },
            Ok(_) => BodyError::NotAnArray,
        }
    }
}

/// The key fields of the first element, which begins with the first byte, and its length.
fn first<K: DeserializeOwned>(bytes: &[u8]) -> Option<Result<(Option<K>, usize), Error>> {
    // of a list, serde would take the first elements for them
    if bytes.first() == Some(&b'{') {
        let mut keyed = Deserializer::from_slice(bytes).into_iter::<K>();
        if let Some(Ok(fields)) = keyed.next() {
            return Some(Ok((Some(fields), keyed.byte_offset())));
        }
    }
    let mut elements = Deserializer::from_slice(bytes).into_iter::<IgnoredAny>();
    let element = elements.next()?;
    Some(element.map(|_| (None, elements.byte_offset())))
}

fn offset(bytes: &[u8], error: &Error) -> usize {
    let lines_before = bytes.split_inclusive(|byte| *byte == b'\n').take(error.line() - 1);
    lines_before.map(<[u8]>::len).sum::<usize>() + error.column()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives so many bytes at a time.
    struct Slow<'a>(&'a [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let most = self.1.min(buffer.len());
            self.0.read(&mut buffer[..most])
        }
    }

    fn read(body: &str, at_once: usize) -> (Vec<String>, Result<(), BodyError>) {
        let mut found = Vec::new();
        let ended = Elements::new(Slow(body.as_bytes(), at_once)).each(|element, _: Option<IgnoredAny>| {
            found.push(element.to_owned());
            true
        });
        (found, ended)
    }

    #[test]
    fn however_the_bytes_come_the_elements_are_the_same() {
        let long = format!("{{\"text\":\"{}\"}}", "ü[]{},\\\" ".repeat(20_000));
        let elements = ["1", "-12.5e3", "true", "null", "\"a,]\"", "[1,[2]]", "{\"a\" : {}}", &long, "1234567"];
        for (spaces, mark) in [("", ""), (" ", ""), ("\n\t\r ", ""), ("", "\u{feff}"), (" ", "\u{feff}")] {
            let comma = format!("{spaces},{spaces}");
            let body = format!("{mark}{spaces}[{spaces}{}{spaces}]{spaces}", elements.join(&comma));
            for at_once in [1, 2, 3, 7, 1_000, 65_536, 1_000_000] {
                let (found, ended) = read(&body, at_once);
                assert!(found == elements && ended.is_ok(), "{at_once}: {ended:?}");
            }
        }
    }

    #[test]
    fn wherever_it_is_cut_off_that_is_said_with_what_had_been_read() {
        let body = "[ {\"a\":1} ,[2],  345 , \"x\" ]";
        let ends = [9, 14, 20, 26];
        for length in 0..body.len() {
            let (found, ended) = read(&body[..length], 4);
            let complete = ends.iter().filter(|end| **end <= length).count() as u64;
            // a number that is cut off is a number
            let Err(BodyError::CutOff { records }) = ended else { panic!("{length}: {ended:?}") };
            assert_eq!(records, found.len() as u64);
            assert!(records == complete || (18..20).contains(&length), "{length}: {records}");
        }
    }

    #[test]
    fn what_is_wrong_is_found_where_it_stands() {
        for (body, line, column, records) in [
            ("[{},\n  {},\n   oops]", 3, 4, 2),
            ("[{}\n {}]", 2, 2, 1),
            ("[{},]", 1, 5, 1),
            ("[{},{\n\"a\" 1}]", 2, 5, 1),
            ("[{}]\n\n x", 3, 2, 1),
            (" \n <html>", 2, 2, 0),
        ] {
            let (found, ended) = read(body, 3);
            let Err(BodyError::NotJson { line: in_line, column: at, records: after }) = ended else {
                panic!("{body}: {ended:?}")
            };
            assert_eq!((in_line, at, after, found.len() as u64), (line, column, records, records), "{body}");
        }
    }

    #[test]
    fn what_is_not_text_is_found_where_it_stands() {
        let body = b"[{},\n{\"a\":\n \"\xff\"}]";
        let ended = Elements::new(&body[..]).each(|_, _: Option<IgnoredAny>| true);
        assert!(matches!(ended, Err(BodyError::NotJson { line: 3, column: 3, records: 1 })), "{ended:?}");
    }

    #[test]
    fn an_object_has_marks_if_they_can_be_read_and_nothing_else_has() {
        #[derive(serde::Deserialize)]
        struct Marks {
            id: u8,
        }
        let body = r#"[ {"x":[{"id":9}],"id":1} ,[2],{},{"id":300}, {"id":3,"\ud800":0},4,{"id":5}]"#;
        let mut found = Vec::new();
        let ended = Elements::new(Slow(body.as_bytes(), 3)).each(|element, marks: Option<Marks>| {
            found.push((element.to_owned(), marks.map(|marks| marks.id)));
            true
        });
        assert!(ended.is_ok(), "{ended:?}");
        let marks: Vec<_> = found.iter().map(|(_, marks)| *marks).collect();
        assert_eq!(marks, [Some(1), None, None, None, None, None, Some(5)]);
        assert_eq!(found[4].0, r#"{"id":3,"\ud800":0}"#);
    }

    #[test]
    fn whoever_has_enough_is_given_no_more() {
        let mut given = 0;
        let ended = Elements::new(&b"[1,2,3, oops"[..]).each(|_, _: Option<IgnoredAny>| {
            given += 1;
            given < 2
        });
        assert!(ended.is_ok() && given == 2);
    }
}
