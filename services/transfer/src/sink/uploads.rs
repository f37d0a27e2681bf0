//! A file of a listing on its way to the board: announced, then handed over.

use std::ops::ControlFlow;

use store::entity::{
    board_attachment::{AttachmentState, Model as Attachment},
    board_listing::{ListingState, Model, Step},
};

use super::{board::Reply, hand_over::HandOver, steps::Stepped};

/// How often a file is announced in a run.
const TRIES: usize = 2;

impl HandOver<'_> {
    pub(crate) async fn upload(
        &self,
        listing: &mut Model,
        file: &mut Attachment,
        bytes: &[u8],
    ) -> anyhow::Result<Stepped> {
        let mut lost = String::new();
        for _ in 0..TRIES {
            self.ledger.go_on()?;
            match self.attempt(listing, file, bytes).await? {
                Reply::Done(()) => return Ok(ControlFlow::Continue(())),
                Reply::Refused(reason) => return self.ledger.refused(listing, Step::Upload, &reason).await,
                Reply::Away(reason) => return self.ledger.away(listing, ListingState::Uploading, reason).await,
                Reply::Lost(reason) => lost = reason,
            }
        }
        self.ledger.refused(listing, Step::Upload, &lost).await
    }

    async fn attempt(&self, listing: &mut Model, file: &mut Attachment, bytes: &[u8]) -> anyhow::Result<Reply<()>> {
        let listing_id = listing.listing_id.clone().unwrap_or_default();
        if matches!(file.state, AttachmentState::Preparing | AttachmentState::Uploading) {
            // a run was cut off in that call
            self.mark(listing, file, AttachmentState::Orphaned).await?;
        }
        // announced anew, beside what a lost answer has left at the board: as long as the listing is not published, nobody sees
        // a file of it twice
        if file.state == AttachmentState::Orphaned {
            (file.attempt, file.attachment_id, file.state) = (file.attempt + 1, None, AttachmentState::Planned);
        }
        if file.state == AttachmentState::Planned {
            self.mark(listing, file, AttachmentState::Preparing).await?;
            match self.board.prepare(&listing_id, &file.filename, &file.mime_type).await {
                Reply::Done(id) => file.attachment_id = Some(id),
                reply => return self.set_back(listing, file, reply.done()).await,
            }
            self.mark(listing, file, AttachmentState::Prepared).await?;
        }
        self.mark(listing, file, AttachmentState::Uploading).await?;
        let id = file.attachment_id.as_deref().unwrap_or_default();
        match self.board.upload(&listing_id, id, &file.mime_type, bytes.to_vec()).await {
            Reply::Done(()) => {
                self.mark(listing, file, AttachmentState::Uploaded).await?;
                Ok(Reply::Done(()))
            }
            reply => self.set_back(listing, file, reply).await,
        }
    }

    /// Writes down what a call that was not done leaves: nothing when the board was away, else something that nobody needs.
    async fn set_back(
        &self,
        listing: &mut Model,
        file: &mut Attachment,
        reply: Reply<()>,
    ) -> anyhow::Result<Reply<()>> {
        let state = match (&reply, &file.attachment_id) {
            (Reply::Away(_), Some(_)) => AttachmentState::Prepared,
            (Reply::Away(_), None) => AttachmentState::Planned,
            _ => AttachmentState::Orphaned,
        };
        self.mark(listing, file, state).await?;
        Ok(reply)
    }

    async fn mark(&self, listing: &mut Model, file: &mut Attachment, state: AttachmentState) -> anyhow::Result<()> {
        (file.state, file.moved_at) = (state, self.ledger.now());
        self.ledger.write_with(listing, std::slice::from_ref(file)).await
    }
}
