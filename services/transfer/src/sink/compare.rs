//! Whether files that have other addresses now are those that were handed over.
//!
//! A signed address is another one at each ingest, and the file behind it is the same. So the bytes are compared, and where
//! they were found is written down: as long as a file stays there, it is not fetched again.

use std::collections::BTreeMap;

use domain::instant::microseconds;
use store::entity::{
    board_attachment::{AttachmentState, Model as Attachment},
    board_listing::Model,
};
use url::Url;

use super::{files::File, hand_over::HandOver, listing::attachment};
use crate::{
    source::{Fetched, NotFetched},
    transform::{Draft, Files, Likeness, moved, name_files},
};

/// A host that has failed so often in a row is left alone: each of these failures may have taken half a minute or more.
const MOST_FAILURES: u32 = 3;

/// Compares, one posting after the other.
pub(crate) struct Comparison<'a> {
    hand_over: &'a HandOver<'a>,
    /// In a row, by host.
    failures: BTreeMap<String, u32>,
    /// Postings with files that could not be fetched.
    not_seen: u64,
}

impl<'a> Comparison<'a> {
    /// Before the first posting.
    pub(crate) fn new(hand_over: &'a HandOver<'a>) -> Self {
        Self { hand_over, failures: BTreeMap::new(), not_seen: 0 }
    }

    /// Fetches what has another address, and says whether any of it is another file. A file that cannot be fetched counts as
    /// unchanged, and is looked at again by the next run: that nobody can see it now does not make the ad another one.
    pub(crate) async fn of(&mut self, listing: &Model, files: &Files, draft: &Draft) -> anyhow::Result<Likeness> {
        let (mut found, mut missing) = (Vec::new(), None);
        for (place, url) in moved(files, draft) {
            let known = files.get(&place);
            self.hand_over.go_on()?;
            match self.fetch(url).await {
                Ok(fetched) => match self.found(listing, (place, known), url, fetched) {
                    Some(row) => found.push(row),
                    None => return Ok(Likeness::Changed),
                },
                Err(reason) => {
                    // what is still to be handed over comes from where it is now: the old address may have expired
                    let open = known.filter(|file| file.state != AttachmentState::Uploaded);
                    found.extend(open.map(|file| Attachment { url: url.to_string(), ..file.clone() }));
                    missing = Some(reason);
                }
            }
        }
        self.hand_over.writer.note(&[], &found).await?;
        let Some(reason) = missing else { return Ok(Likeness::Same) };
        let vacancy = &listing.vacancy_id;
        tracing::warn!(vacancy, reason, "a file has another address and cannot be fetched; it counts as unchanged");
        self.not_seen += 1;
        Ok(Likeness::Unseen)
    }

    /// Says once how many could not be looked at.
    pub(crate) fn report(&self) {
        if self.not_seen > 0 {
            tracing::warn!(
                postings = self.not_seen,
                "whether the files of some postings have changed is not known: they could not be fetched"
            );
        }
    }

    async fn fetch(&mut self, url: &Url) -> Result<Fetched, String> {
        let host = url.origin().ascii_serialization();
        let failures = self.failures.entry(host).or_default();
        if *failures >= MOST_FAILURES {
            return Err(format!("{} is away", url.host_str().unwrap_or_default()));
        }
        match self.hand_over.fetcher.fetch(url).await {
            Ok(fetched) => {
                *failures = 0;
                Ok(fetched)
            }
            Err(NotFetched::Now(reason)) => {
                *failures += 1;
                Err(reason)
            }
            Err(NotFetched::Ever(reason)) => Err(reason),
        }
    }

    /// The row as it is then; none if it is another file.
    fn found(
        &self,
        listing: &Model,
        (place, known): (i32, Option<&Attachment>),
        url: &Url,
        fetched: Fetched,
    ) -> Option<Attachment> {
        let now = self.hand_over.context.clock.now();
        let Some(known) = known else {
            // it was put there by hand, into a listing that had fewer
            let name = name_files([(url, fetched.media_type.extension)]).concat();
            let row = attachment(listing, place, &File { url: url.clone(), name, fetched }, now);
            return Some(Attachment { state: AttachmentState::Uploaded, ..row });
        };
        let is_it = match (&known.sha256, known.state) {
            (None, _) => true,
            (Some(sha256), AttachmentState::Uploaded) => *sha256 == fetched.sha256,
            // the board does not have it yet: all it was told is a name, which has to fit
            (Some(_), _) => known.mime_type == fetched.media_type.name,
        };
        is_it.then(|| Attachment {
            url: url.to_string(),
            mime_type: fetched.media_type.name.to_owned(),
            bytes: i64::try_from(fetched.bytes).unwrap_or(i64::MAX),
            sha256: Some(fetched.sha256),
            moved_at: microseconds(now),
            ..known.clone()
        })
    }
}
