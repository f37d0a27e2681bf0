//! Both streams of the source, as far as they differ.

use domain::Window;
use serde::de::DeserializeOwned;
use store::{
    Keyed, RawHash, RejectedRecord, RowOf, Staged,
    entity::{Seen, application, posting},
};

use crate::transform::{LeftOut, Rejected, Scope, Transform, wire};

/// Of equal bytes, equal rows are made, as long as this number stands: by it, rows of releases that made others are told from
/// ours. Whoever changes what becomes of a record raises it; a test says when that has happened.
pub(super) const FORM: u32 = 2;

/// How the records of a stream become rows.
pub(crate) trait Stream: Clone + Send + Sync + 'static {
    type Entity: Staged;
    /// What is read of a record in passing.
    type KeyFields: DeserializeOwned + Send + Sync + 'static;

    /// The rows that an answer will mostly have, where that is known.
    fn expected(&self) -> Option<<Self::Entity as Keyed>::Expected>;

    fn form(&self, transform: &Transform) -> u32;

    fn key(&self, of: &Self::KeyFields) -> Option<[String; 2]>;

    /// Whether a record that came before, byte for byte, still is to be a row.
    fn check(&self, transform: &Transform, of: &Self::KeyFields) -> Result<(), LeftOut>;

    fn row(&self, transform: &Transform, seen: Seen) -> Result<RowOf<Self::Entity>, LeftOut>;
}

/// Postings of the list of a medium; of those that were kept aside it is not known which.
#[derive(Debug, Clone)]
pub(crate) struct Postings {
    pub(crate) listed_by: Option<String>,
}

impl Stream for Postings {
    type Entity = posting::Entity;
    type KeyFields = wire::PostingKeyFields;

    fn expected(&self) -> Option<String> {
        self.listed_by.clone()
    }

    fn form(&self, _: &Transform) -> u32 {
        FORM
    }

    fn key(&self, of: &wire::PostingKeyFields) -> Option<[String; 2]> {
        let [vacancy_id, media_id] = of.key()?;
        // of a list, whichever medium it names
        Some([vacancy_id, self.listed_by.as_deref().unwrap_or(media_id)].map(str::to_owned))
    }

    fn check(&self, _: &Transform, _: &wire::PostingKeyFields) -> Result<(), LeftOut> {
        Ok(())
    }

    fn row(&self, transform: &Transform, seen: Seen) -> Result<posting::Model, LeftOut> {
        let posting = transform.posting(&seen.raw, self.listed_by.as_deref())?;
        let raw = wire::without_persons(&seen.raw).into_owned();
        Ok((posting, Seen { raw, ..seen }).into())
    }
}

/// Applications that were asked for; of those that were kept aside it is not known for what.
#[derive(Debug, Clone)]
pub(crate) struct Applications {
    pub(crate) scope: Option<Scope>,
}

impl Stream for Applications {
    type Entity = application::Entity;
    type KeyFields = wire::ApplicationKeyFields;

    fn expected(&self) -> Option<Window> {
        self.scope.map(|scope| scope.asked)
    }

    /// The customer is part of some candidates' keys, so of the same bytes other rows are made for another one.
    fn form(&self, transform: &Transform) -> u32 {
        RawHash::form_of(FORM, &transform.customer)
    }

    fn key(&self, of: &wire::ApplicationKeyFields) -> Option<[String; 2]> {
        let (id, _) = of.read()?;
        Some([id.to_owned(), String::new()])
    }

    fn check(&self, transform: &Transform, of: &wire::ApplicationKeyFields) -> Result<(), LeftOut> {
        let Some((id, created)) = of.read() else { return Ok(()) };
        transform.unchanged_application(id, created, self.scope.as_ref())
    }

    fn row(&self, transform: &Transform, seen: Seen) -> Result<application::Model, LeftOut> {
        match transform.application(&seen.raw, self.scope.as_ref()) {
            Ok(application) => Ok((application, transform.customer.as_str(), seen).into()),
            // one without a key is known by all that it is
            Err(LeftOut::Rejected(rejected))
                if rejected.key.is_none() && transform.suppression.holds(&kept(rejected.clone()).fingerprint()) =>
            {
                Err(LeftOut::Suppressed)
            }
            Err(why) => Err(why),
        }
    }
}

pub(super) fn kept(Rejected { stream, key, reason, payload }: Rejected) -> RejectedRecord {
    RejectedRecord { stream: stream.to_owned(), key, reason, payload }
}
