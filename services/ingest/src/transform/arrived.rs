//! A record as it came, before anybody has read it.

use chrono::{DateTime, Utc};
use store::RawHash;

use crate::source::wire;

/// Of equal bytes, equal rows are made, as long as this number stands: by it, rows of releases that made others are told from
/// ours. Whoever changes what becomes of a record raises it; a test says when that has happened.
pub const FORM: u32 = 2;

/// The form of applications: the customer is part of some candidates' keys, so of the same bytes other rows are made for
/// another one.
pub fn form_of_applications(customer: &str) -> u32 {
    RawHash::form_of(FORM, customer)
}

/// A record as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived {
    /// Its JSON, byte for byte.
    pub json: String,
    /// By which it is recognised when it comes again.
    pub hash: RawHash,
    /// What was read of it in passing; `None` when that is not enough to tell it from others.
    pub marks: Option<Marks>,
}

/// What was read of a record in passing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marks {
    /// Its key; the second part is empty where a key has one.
    pub key: [String; 2],
    /// When it was created, of an application.
    pub created: Option<DateTime<Utc>>,
}

impl Arrived {
    /// One of which nothing was read, of which rows of this form are made.
    pub fn unread(json: String, form: u32) -> Self {
        Self { hash: RawHash::of(&json, form), json, marks: None }
    }

    /// An application, of which rows of this form are made.
    pub fn application(json: &str, marks: Option<wire::ApplicationMarks>, form: u32) -> Self {
        let marks = marks.and_then(wire::ApplicationMarks::read);
        let marks = marks.map(|(id, created)| Marks { key: [id, String::new()], created: Some(created) });
        Self { marks, ..Self::unread(json.to_owned(), form) }
    }

    /// A posting of this medium's list, whichever medium it names.
    pub fn posting(json: &str, marks: Option<wire::PostingMarks>, listed_by: &str) -> Self {
        let marks = marks.and_then(wire::PostingMarks::read);
        let marks = marks.map(|[vacancy, _]| Marks { key: [vacancy, listed_by.to_owned()], created: None });
        Self { marks, ..Self::unread(json.to_owned(), FORM) }
    }
}
