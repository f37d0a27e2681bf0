//! The rough world: a tenth of the records in forms in which others met them in real systems.
//!
//! A thin layer over the wire types, which works on a record's text when it is sent: what is in the database is the same in
//! either world, and whoever wants to know what a record means asks the same world tidily. Which records are rough, and in
//! what form, hangs on their keys alone, so that it outlives edits, restarts and a change of the database.
//!
//! - [`form`]: what a form is; [`forms`]: all there are, in tables by what they are about.
//! - [`draft`]: a record's members, which a form changes.
//! - [`survey`]: which records of a world are rough.

mod draft;
mod form;
mod forms;
mod localized;
mod survey;

use draft::Draft;
use futures_util::StreamExt as _;
use serde::Serialize;
use serde_json::{Value, json};

use super::{Application, Posting, pages::Chunks};
use crate::{config::World, world::random::seed_of};

pub use form::{Form, Kind, Meaning};
pub(crate) use forms::BYTE_ORDER_MARK;
pub use forms::all;
pub(crate) use survey::survey;

/// One record of so many is rough, and one window of so many begins its answer with a byte order mark.
const ONE_IN: u64 = 10;

pub(super) trait Rough: Serialize {
    const KIND: Kind;
    /// Its key, as the tidy form has it.
    fn key(&self) -> Value;
    /// A number that is always the same for its key.
    fn chance(&self) -> u64;
}

impl Rough for Posting {
    const KIND: Kind = Kind::Posting;

    fn key(&self) -> Value {
        json!({ "vacancyId": self.vacancy_id, "mediaId": self.media_id })
    }

    fn chance(&self) -> u64 {
        seed_of(seed_of(0, &self.vacancy_id), &self.media_id)
    }
}

impl Rough for Application {
    const KIND: Kind = Kind::Application;

    fn key(&self) -> Value {
        json!({ "id": self.id })
    }

    fn chance(&self) -> u64 {
        seed_of(1, &self.id)
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Manner {
    is_rough: bool,
    is_marked: bool,
}

impl Manner {
    pub(super) fn of(world: World) -> Self {
        Self { is_rough: world == World::Rough, is_marked: false }
    }

    /// The same; in the rough world with a byte order mark before every second medium's list.
    #[must_use]
    pub(super) fn for_medium(self, media: &[String], medium: &str) -> Self {
        let place = media.iter().position(|known| known.eq_ignore_ascii_case(medium));
        Self { is_marked: self.is_rough && place.is_some_and(|place| place % 2 == 1), ..self }
    }

    /// The same; in the rough world with a byte order mark before a tenth of the windows, by their beginning.
    #[must_use]
    pub(super) fn for_window(self, from: i64) -> Self {
        Self { is_marked: self.is_rough && seed_of(2, &from.to_string()).is_multiple_of(ONE_IN), ..self }
    }

    pub(super) fn write<T: Rough>(self, text: &mut Vec<u8>, record: &T) -> serde_json::Result<()> {
        if !self.is_rough || !record.chance().is_multiple_of(ONE_IN) {
            return serde_json::to_writer(text, record);
        }
        let (draft, _) = roughened(record)?;
        text.extend(draft.text().into_bytes());
        Ok(())
    }

    pub(super) fn mark(self, chunks: Chunks) -> Chunks {
        if !self.is_marked {
            return chunks;
        }
        let marked = chunks.enumerate().map(|(index, chunk)| match index {
            0 => chunk.map(|bytes| [BYTE_ORDER_MARK.as_bytes(), &bytes[..]].concat().into()),
            _ => chunk,
        });
        Box::pin(marked)
    }
}

/// The record, and its form if it has one: the first that fits it, from one on that its chance points to.
fn roughened<T: Rough>(record: &T) -> serde_json::Result<(Draft, Option<&'static Form>)> {
    let mut draft = Draft::of(&serde_json::to_string(record)?)?;
    let chance = record.chance();
    if !chance.is_multiple_of(ONE_IN) {
        return Ok((draft, None));
    }
    let forms: Vec<&Form> = all().filter(|form| form.kind == T::KIND).collect();
    let first = usize::try_from(chance / ONE_IN % forms.len().max(1) as u64).unwrap_or_default();
    let form = forms.iter().cycle().skip(first).take(forms.len()).find(|form| form.apply(&mut draft));
    Ok((draft, form.copied()))
}
