//! Every step is written down before its call, and its outcome after it: whoever comes next knows where this one stopped.

use std::{ops::ControlFlow, time::Duration};

use anyhow::{Context as _, bail};
use chrono::{DateTime, Utc};
use domain::instant::microseconds;
use runtime::Context;
use store::{
    Writer,
    entity::{
        board_attachment::Model as Attachment,
        board_listing::{ListingState, Model, Step},
    },
};

use super::listing::{resumed, stop};

/// How often it is tried again to write the board's id down.
const WRITES_OF_AN_ID: usize = 5;
/// A database that is started anew is back in a few seconds.
const BETWEEN_WRITES: Duration = Duration::from_secs(2);

pub(crate) enum Progress {
    Published,
    /// Not this time; the next run tries again.
    Failed,
    /// It waits for a person.
    Stopped,
    /// The board is not there, and nothing of it is to be asked in this run.
    Away(String),
    /// The answer to `create` was lost: whether the board has it, only its staff knows.
    Lost,
    NoAccount,
}

/// After a step, the next one can be made, or the way ends here.
pub(crate) type Stepped = ControlFlow<Progress>;

pub(crate) struct Ledger<'a> {
    pub(crate) context: &'a Context,
    pub(crate) writer: &'a Writer,
    pub(crate) run_id: &'a str,
    pub(crate) max_tries: i32,
}

impl Ledger<'_> {
    /// An error when a signal has come: it is looked for between two calls, and breaks none off.
    pub(crate) fn go_on(&self) -> anyhow::Result<()> {
        anyhow::ensure!(
            !self.context.shutdown.is_cancelled(),
            "stopped by a signal; the next run goes on where this one stopped"
        );
        Ok(())
    }

    /// As the store keeps instants.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        microseconds(self.context.clock.now())
    }

    pub(crate) async fn write(&self, listing: &mut Model) -> anyhow::Result<()> {
        self.write_with(listing, &[]).await
    }

    pub(crate) async fn write_with(&self, listing: &mut Model, attachments: &[Attachment]) -> anyhow::Result<()> {
        listing.moved_at = self.now();
        self.run_id.clone_into(&mut listing.run_id);
        Ok(self.writer.note(std::slice::from_ref(listing), attachments).await?)
    }

    pub(super) async fn creating(&self, listing: &mut Model, files: &[Attachment]) -> anyhow::Result<()> {
        // an earlier try may have had more of them
        self.writer.drop_attachments(listing, i32::try_from(files.len()).unwrap_or(i32::MAX)).await?;
        listing.state = ListingState::Creating;
        (listing.step, listing.reason) = (None, None);
        self.write_with(listing, files).await
    }

    pub(super) async fn created(&self, listing: &mut Model, id: String) -> anyhow::Result<()> {
        (listing.state, listing.listing_id) = (ListingState::Created, Some(id));
        listing.moved_at = self.now();
        // the board's id is nowhere else: a database that is away is waited for, and if it stays away, the message has the id
        let mut again = 0..WRITES_OF_AN_ID;
        loop {
            match self.writer.note_created(listing).await {
                Ok(true) => return Ok(()),
                Ok(false) => bail!(by_hand(listing, "the ledger does not wait for it any more")),
                Err(error) if again.next().is_none() => {
                    return Err(error).context(by_hand(listing, "that could not be written down"));
                }
                Err(error) => {
                    tracing::warn!(error = format!("{error:#}"), "the board's id could not be written down yet");
                }
            }
            tokio::time::sleep(BETWEEN_WRITES).await;
        }
    }

    pub(crate) async fn uploading(&self, listing: &mut Model) -> anyhow::Result<()> {
        if listing.state == ListingState::Uploading {
            return Ok(());
        }
        listing.state = ListingState::Uploading;
        self.write(listing).await
    }

    pub(super) async fn published(&self, listing: &mut Model) -> anyhow::Result<Stepped> {
        listing.state = ListingState::Published;
        listing.published_at = Some(self.now());
        (listing.step, listing.reason, listing.tries) = (None, None, 0);
        self.ended(listing, Progress::Published).await
    }

    /// It failed, and nothing was done; after some times it is held.
    pub(crate) async fn refused(&self, listing: &mut Model, step: Step, reason: &str) -> anyhow::Result<Stepped> {
        listing.tries += 1;
        if listing.tries >= self.max_tries {
            return self.held(listing, step, &format!("{reason}, {} times", listing.tries)).await;
        }
        stop(listing, resumed(listing), step, reason);
        self.ended(listing, Progress::Failed).await
    }

    pub(crate) async fn held(&self, listing: &mut Model, step: Step, reason: &str) -> anyhow::Result<Stepped> {
        stop(listing, ListingState::Held, step, reason);
        self.ended(listing, Progress::Stopped).await
    }

    /// An answer was lost, and only the board's staff knows what came of the call.
    pub(super) async fn unknown(&self, listing: &mut Model, step: Step, reason: &str) -> anyhow::Result<Stepped> {
        stop(listing, ListingState::Unknown, step, reason);
        self.ended(listing, if step == Step::Create { Progress::Lost } else { Progress::Stopped }).await
    }

    /// Both answers to `publish` were lost: the next run asks again, but not for ever.
    pub(super) async fn lost_again(&self, listing: &mut Model, reason: &str) -> anyhow::Result<Stepped> {
        listing.tries += 1;
        if listing.tries >= self.max_tries {
            return self.unknown(listing, Step::Publish, reason).await;
        }
        stop(listing, ListingState::Publishing, Step::Publish, reason);
        self.ended(listing, Progress::Failed).await
    }

    pub(super) async fn away(
        &self,
        listing: &mut Model,
        state: ListingState,
        reason: String,
    ) -> anyhow::Result<Stepped> {
        // no try is counted, since it is not the posting's fault
        listing.state = state;
        // by a step that stays, the next run knows that it may be on view already
        if state != ListingState::Publishing {
            listing.step = None;
        }
        listing.reason = Some(reason.clone());
        self.ended(listing, Progress::Away(reason)).await
    }

    pub(super) async fn ended(&self, listing: &mut Model, progress: Progress) -> anyhow::Result<Stepped> {
        self.write(listing).await?;
        Ok(ControlFlow::Break(progress))
    }
}

fn by_hand(listing: &Model, why: &str) -> String {
    let (vacancy, id) = (&listing.vacancy_id, listing.listing_id.as_deref().unwrap_or_default());
    format!(
        "the board has {vacancy} as {id}, and {why}: run `transfer resolve {vacancy} --created {id}` after the next run"
    )
}
