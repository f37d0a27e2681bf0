//! The files of a listing on their way to the board: announced, then handed over, one after the other.

use std::collections::BTreeMap;

use domain::instant::microseconds;
use store::entity::{
    board_attachment::{AttachmentState, Model as Attachment},
    board_listing::{ListingState, Model, Step},
};
use url::Url;

use super::{
    board::Reply,
    files::File,
    hand_over::{HandOver, Stepped},
    wire::Announcement,
};
use crate::{
    source::{Fetched, NotFetched},
    transform::Files,
};

/// How often a file is announced in a run.
const TRIES: usize = 2;

/// All files of a listing.
pub(super) struct Uploads<'a> {
    hand_over: &'a HandOver<'a>,
    /// Of each file its last attempt.
    rows: Vec<Attachment>,
    /// Those that are here.
    here: BTreeMap<String, Fetched>,
}

impl<'a> Uploads<'a> {
    /// As the ledger has them.
    pub(super) async fn of(hand_over: &'a HandOver<'a>, listing: &Model) -> anyhow::Result<Self> {
        let mut last = Files::new();
        for row in hand_over.store.attachments_of(listing).await? {
            // later attempts come later
            last.insert(row.position, row);
        }
        Ok(Self { hand_over, rows: last.into_values().collect(), here: BTreeMap::new() })
    }

    /// Whether the ledger has none.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// They need not be fetched again.
    pub(super) fn have(&mut self, files: Vec<File>) {
        self.here.extend(files.into_iter().map(|file| (file.url.into(), file.fetched)));
    }

    /// Hands over what the board does not have yet; then the listing can be published.
    pub(super) async fn all(&mut self, listing: &mut Model) -> anyhow::Result<Stepped> {
        for at in 0..self.rows.len() {
            if self.rows[at].state == AttachmentState::Uploaded {
                continue;
            }
            if listing.state != ListingState::Uploading {
                listing.state = ListingState::Uploading;
                self.hand_over.write(listing).await?;
            }
            if let Stepped::Ended(progress) = self.one(at, listing).await? {
                return Ok(Stepped::Ended(progress));
            }
        }
        listing.state = ListingState::Publishing;
        // not yet: it is set when the call is about to be made
        listing.step = None;
        Ok(Stepped::Done)
    }

    async fn one(&mut self, at: usize, listing: &mut Model) -> anyhow::Result<Stepped> {
        let bytes = match self.bytes(at).await? {
            Ok(bytes) => bytes,
            Err(failure) => return self.hand_over.not_fetched(listing, failure).await,
        };
        let mut lost = String::new();
        for _ in 0..TRIES {
            self.hand_over.go_on()?;
            match self.attempt(at, listing, &bytes).await? {
                Reply::Done(()) => return Ok(Stepped::Done),
                Reply::Refused(reason) => return self.hand_over.refused(listing, Step::Upload, &reason).await,
                Reply::Away(reason) => return self.hand_over.away(listing, ListingState::Uploading, reason).await,
                Reply::Lost(reason) => lost = reason,
            }
        }
        self.hand_over.refused(listing, Step::Upload, &lost).await
    }

    /// Announces a file, unless it is, and hands it over. What a lost answer leaves behind at the board is written down, and
    /// the file announced anew.
    async fn attempt(&mut self, at: usize, listing: &mut Model, bytes: &[u8]) -> anyhow::Result<Reply<()>> {
        let listing_id = listing.listing_id.clone().unwrap_or_default();
        if matches!(self.rows[at].state, AttachmentState::Preparing | AttachmentState::Uploading) {
            // a run was cut off in that call
            self.mark(at, listing, AttachmentState::Orphaned).await?;
        }
        if self.rows[at].state == AttachmentState::Orphaned {
            let row = &mut self.rows[at];
            (row.attempt, row.attachment_id, row.state) = (row.attempt + 1, None, AttachmentState::Planned);
        }
        if self.rows[at].state == AttachmentState::Planned {
            self.mark(at, listing, AttachmentState::Preparing).await?;
            let row = &self.rows[at];
            let announcement = Announcement { filename: &row.filename, mime_type: &row.mime_type };
            match self.hand_over.board.prepare(&listing_id, &announcement).await {
                Reply::Done(id) => self.rows[at].attachment_id = Some(id),
                reply => return self.set_back(at, listing, reply.done()).await,
            }
            self.mark(at, listing, AttachmentState::Prepared).await?;
        }
        self.mark(at, listing, AttachmentState::Uploading).await?;
        let row = &self.rows[at];
        let id = row.attachment_id.as_deref().unwrap_or_default();
        match self.hand_over.board.upload(&listing_id, id, &row.mime_type, bytes.to_vec()).await {
            Reply::Done(()) => {
                self.mark(at, listing, AttachmentState::Uploaded).await?;
                Ok(Reply::Done(()))
            }
            reply => self.set_back(at, listing, reply).await,
        }
    }

    /// Writes down what a call that was not done leaves: nothing when the board was away, else something that nobody needs.
    async fn set_back(&mut self, at: usize, listing: &mut Model, reply: Reply<()>) -> anyhow::Result<Reply<()>> {
        let state = match (&reply, &self.rows[at].attachment_id) {
            (Reply::Away(_), Some(_)) => AttachmentState::Prepared,
            (Reply::Away(_), None) => AttachmentState::Planned,
            _ => AttachmentState::Orphaned,
        };
        self.mark(at, listing, state).await?;
        Ok(reply)
    }

    async fn mark(&mut self, at: usize, listing: &mut Model, state: AttachmentState) -> anyhow::Result<()> {
        self.rows[at].state = state;
        self.rows[at].moved_at = microseconds(self.hand_over.context.clock.now());
        self.hand_over.write_with(listing, std::slice::from_ref(&self.rows[at])).await
    }

    /// Its bytes, fetched again if they are not here. What is behind its address may be another version by now; if it is of
    /// another kind, the ad calls it by a wrong name.
    async fn bytes(&mut self, at: usize) -> anyhow::Result<Result<Vec<u8>, NotFetched>> {
        let row = &mut self.rows[at];
        if let Some(fetched) = self.here.get(&row.url) {
            return Ok(Ok(fetched.read()?));
        }
        let url: Url = row.url.parse()?;
        let fetched = match self.hand_over.fetcher.fetch(&url).await {
            Ok(fetched) => fetched,
            Err(failure) => return Ok(Err(failure)),
        };
        if fetched.media_type.name != row.mime_type {
            let reason = format!("{} was {}, and is {} now", row.filename, row.mime_type, fetched.media_type.name);
            return Ok(Err(NotFetched::Ever(reason)));
        }
        row.sha256 = Some(fetched.sha256.clone());
        row.bytes = i64::try_from(fetched.bytes).unwrap_or(i64::MAX);
        let bytes = fetched.read()?;
        self.here.insert(row.url.clone(), fetched);
        Ok(Ok(bytes))
    }
}
