//! One posting on its way to the board.
//!
//! Every step is written down before its call, and its outcome after it: whoever comes next knows where this one stopped.
//! The board can be asked for nothing, so a call whose answer was lost stays in doubt, and `create` is then never made
//! again by itself.

use std::{cell::Cell, time::Duration};

use anyhow::{Context as _, bail};
use domain::instant::microseconds;
use runtime::Context;
use store::{
    Store, Writer,
    entity::{
        board_attachment::Model as Attachment,
        board_listing::{ListingState, Model, Step},
    },
};

use super::{
    board::{BoardClient, Reply},
    files::{self, File},
    listing::{attachment, resumed, stop},
    uploads::Uploads,
    wire::Job,
};
use crate::{
    config::Settings,
    source::{Fetcher, NotFetched},
    transform::Draft,
};

/// How often the board's id is written down, if that fails.
const WRITES_OF_AN_ID: usize = 5;
/// A database that is started anew is back in a few seconds.
const BETWEEN_WRITES: Duration = Duration::from_secs(2);

/// What all postings of a run have in common.
pub(crate) struct HandOver<'a> {
    pub(crate) context: &'a Context,
    pub(crate) settings: &'a Settings,
    pub(crate) store: &'a Store,
    pub(crate) writer: &'a Writer,
    pub(crate) board: &'a BoardClient,
    pub(crate) fetcher: &'a Fetcher,
    pub(crate) run_id: &'a str,
    /// Whether the board has taken anything from the account in this run.
    pub(crate) account_is_good: Cell<bool>,
}

/// How far a posting came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Progress {
    /// All the way.
    Published,
    /// Not this time; the next run tries again.
    Failed,
    /// It waits for a person. `is_news` is false when it did so before, for the same reason.
    Stopped { is_news: bool },
    /// The board is not there, and nothing of it is to be asked in this run.
    Away(String),
    /// The answer to `create` was lost: whether the board has it, only its staff knows.
    Lost,
    /// The board takes nothing from the account.
    NoAccount,
}

/// What a step comes to.
pub(super) enum Stepped {
    /// The next one can be made.
    Done,
    /// The way ends here.
    Ended(Progress),
}

impl HandOver<'_> {
    /// Brings a listing as far as it comes. An error is one of the store.
    pub(crate) async fn bring(&self, mut listing: Model, draft: &Draft) -> anyhow::Result<Progress> {
        let before = (listing.state, listing.reason.clone());
        Self::take_up(&mut listing, draft);
        loop {
            self.go_on()?;
            let stepped = match listing.state {
                ListingState::Planned => self.create(&mut listing, draft).await?,
                ListingState::Created | ListingState::Uploading => self.upload(&mut listing, draft).await?,
                ListingState::Publishing => self.publish(&mut listing).await?,
                _ => Stepped::Ended(Progress::Published),
            };
            match stepped {
                Stepped::Done => {}
                Stepped::Ended(Progress::Stopped { .. }) => {
                    let is_news = before != (listing.state, listing.reason);
                    return Ok(Progress::Stopped { is_news });
                }
                Stepped::Ended(progress) => return Ok(progress),
            }
        }
    }

    /// An error when a signal has come: it is looked for between two calls, and breaks none off.
    pub(crate) fn go_on(&self) -> anyhow::Result<()> {
        anyhow::ensure!(
            !self.context.shutdown.is_cancelled(),
            "stopped by a signal; the next run goes on where this one stopped"
        );
        Ok(())
    }

    /// What is held or unknown is begun again when it comes here; what the posting says now is what is handed over.
    fn take_up(listing: &mut Model, draft: &Draft) {
        let is_open = matches!(listing.state, ListingState::Held | ListingState::Unknown | ListingState::Creating);
        if listing.listing_id.is_none() && listing.content_hash != draft.content_hash {
            (listing.content_hash, listing.media_id) = (draft.content_hash.clone(), draft.media_id.clone());
            listing.tries = 0;
        }
        if is_open {
            listing.state = resumed(listing);
        }
    }

    /// Fetches the files, since the ad calls them by names that depend on what they are, and hands the ad over.
    async fn create(&self, listing: &mut Model, draft: &Draft) -> anyhow::Result<Stepped> {
        let files = match files::fetch_all(draft, self.fetcher, &self.settings.attachments).await {
            Ok(files) => files,
            Err(failure) => return self.not_fetched(listing, failure).await,
        };
        let names: Vec<String> = files.iter().map(|file| file.name.clone()).collect();
        let job = draft.with_names(&names);
        let rows = self.rows_of(listing, &files);
        // an earlier try may have had more of them
        self.writer.drop_attachments(listing, i32::try_from(rows.len()).unwrap_or(i32::MAX)).await?;
        listing.state = ListingState::Creating;
        (listing.step, listing.reason) = (None, None);
        self.write_with(listing, &rows).await?;
        match self.board.create(&job).await {
            Reply::Done(id) => {
                self.account_is_good.set(true);
                listing.listing_id = Some(id);
                listing.state = ListingState::Created;
                listing.moved_at = microseconds(self.context.clock.now());
                self.keep_id(listing).await?;
                let mut uploads = Uploads::of(self, listing).await?;
                uploads.have(files);
                uploads.all(listing).await
            }
            Reply::Refused(reason) => self.create_refused(listing, &reason).await,
            Reply::Lost(reason) => {
                self.unknown(listing, Step::Create, &reason).await?;
                Ok(Stepped::Ended(Progress::Lost))
            }
            Reply::Away(reason) => self.away(listing, ListingState::Planned, reason).await,
        }
    }

    /// The board's id is nowhere else, so a database that is away is waited for; and if it stays away, the message has it.
    async fn keep_id(&self, listing: &mut Model) -> anyhow::Result<()> {
        for _ in 0..WRITES_OF_AN_ID {
            match self.writer.note_created(listing).await {
                Ok(true) => return Ok(()),
                Ok(false) => bail!("{}", by_hand(listing, "the ledger does not wait for it any more")),
                Err(error) => {
                    tracing::warn!(error = format!("{error:#}"), "the board's id could not be written down yet");
                }
            }
            tokio::time::sleep(BETWEEN_WRITES).await;
        }
        let written = self.writer.note_created(listing).await;
        let written = written.with_context(|| by_hand(listing, "that could not be written down"))?;
        anyhow::ensure!(written, by_hand(listing, "the ledger does not wait for it any more"));
        Ok(())
    }

    /// The board does not say whether it is the ad or the account that it refuses. It takes an ad that nothing is wrong with,
    /// for a trial that nobody sees, if the account is good; else it would refuse all the others too.
    async fn create_refused(&self, listing: &mut Model, reason: &str) -> anyhow::Result<Stepped> {
        if !self.account_is_good.get() {
            match self.board.try_out(&Job::trial()).await {
                Reply::Refused(_) => {
                    listing.state = ListingState::Planned;
                    self.write(listing).await?;
                    return Ok(Stepped::Ended(Progress::NoAccount));
                }
                Reply::Done(_) => self.account_is_good.set(true),
                Reply::Away(_) | Reply::Lost(_) => {}
            }
        }
        self.refused(listing, Step::Create, reason).await
    }

    async fn upload(&self, listing: &mut Model, draft: &Draft) -> anyhow::Result<Stepped> {
        let mut uploads = Uploads::of(self, listing).await?;
        if uploads.is_empty() && !draft.files.is_empty() {
            // a person has found the ad at the board, and nothing was written down of the call that made it
            let files = match files::fetch_all(draft, self.fetcher, &self.settings.attachments).await {
                Ok(files) => files,
                Err(failure) => return self.not_fetched(listing, failure).await,
            };
            let rows = self.rows_of(listing, &files);
            self.write_with(listing, &rows).await?;
            uploads = Uploads::of(self, listing).await?;
            uploads.have(files);
        }
        uploads.all(listing).await
    }

    /// The files as they are written down before any of them is handed over.
    fn rows_of(&self, listing: &Model, files: &[File]) -> Vec<Attachment> {
        let now = self.context.clock.now();
        (0..).zip(files).map(|(place, file)| attachment(listing, place, file, now)).collect()
    }

    /// Publishing twice does no harm, so a lost answer is asked for once more; `error` then means that it may be done.
    async fn publish(&self, listing: &mut Model) -> anyhow::Result<Stepped> {
        let id = listing.listing_id.clone().unwrap_or_default();
        // it was being published already when a run was cut off
        let mut may_be_done = listing.step == Some(Step::Publish);
        listing.step = Some(Step::Publish);
        self.write(listing).await?;
        for last in [false, true] {
            match self.board.publish(&id).await {
                Reply::Done(()) => return self.published(listing).await,
                Reply::Refused(reason) if may_be_done => {
                    let reason = format!("an earlier answer was lost, and now {reason}");
                    return self.unknown(listing, Step::Publish, &reason).await;
                }
                Reply::Refused(reason) => return self.refused(listing, Step::Publish, &reason).await,
                Reply::Away(reason) if !may_be_done => return self.away(listing, ListingState::Created, reason).await,
                Reply::Away(reason) => return self.away(listing, ListingState::Publishing, reason).await,
                Reply::Lost(reason) if last => return self.lost_again(listing, &reason).await,
                Reply::Lost(_) => may_be_done = true,
            }
        }
        Ok(Stepped::Ended(Progress::Failed))
    }

    async fn published(&self, listing: &mut Model) -> anyhow::Result<Stepped> {
        listing.state = ListingState::Published;
        listing.published_at = Some(microseconds(self.context.clock.now()));
        (listing.step, listing.reason, listing.tries) = (None, None, 0);
        self.write(listing).await?;
        Ok(Stepped::Ended(Progress::Published))
    }

    /// Both answers to `publish` were lost: the next run asks again, but not for ever.
    async fn lost_again(&self, listing: &mut Model, reason: &str) -> anyhow::Result<Stepped> {
        listing.tries += 1;
        if listing.tries >= self.settings.transfer.max_tries {
            return self.unknown(listing, Step::Publish, reason).await;
        }
        listing.reason = Some(reason.to_owned());
        self.write(listing).await?;
        Ok(Stepped::Ended(Progress::Failed))
    }

    pub(super) async fn not_fetched(&self, listing: &mut Model, failure: NotFetched) -> anyhow::Result<Stepped> {
        match failure {
            // a signal breaks a call off, and that is nobody's failure
            NotFetched::Now(reason) => {
                self.go_on()?;
                self.refused(listing, Step::Fetch, &reason).await
            }
            NotFetched::Ever(reason) => self.held(listing, Step::Fetch, &reason).await,
        }
    }

    /// It failed, and nothing was done; after some times it is held.
    pub(super) async fn refused(&self, listing: &mut Model, step: Step, reason: &str) -> anyhow::Result<Stepped> {
        listing.tries += 1;
        if listing.tries >= self.settings.transfer.max_tries {
            return self.held(listing, step, &format!("{reason}, {} times", listing.tries)).await;
        }
        let state = resumed(listing);
        stop(listing, state, step, reason);
        self.write(listing).await?;
        Ok(Stepped::Ended(Progress::Failed))
    }

    pub(super) async fn held(&self, listing: &mut Model, step: Step, reason: &str) -> anyhow::Result<Stepped> {
        stop(listing, ListingState::Held, step, reason);
        self.write(listing).await?;
        Ok(Stepped::Ended(Progress::Stopped { is_news: true }))
    }

    async fn unknown(&self, listing: &mut Model, step: Step, reason: &str) -> anyhow::Result<Stepped> {
        stop(listing, ListingState::Unknown, step, reason);
        self.write(listing).await?;
        Ok(Stepped::Ended(Progress::Stopped { is_news: true }))
    }

    /// Nothing was done, and that is not the posting's fault.
    pub(super) async fn away(
        &self,
        listing: &mut Model,
        state: ListingState,
        reason: String,
    ) -> anyhow::Result<Stepped> {
        listing.state = state;
        if state != ListingState::Publishing {
            listing.step = None;
        }
        listing.reason = Some(reason.clone());
        self.write(listing).await?;
        Ok(Stepped::Ended(Progress::Away(reason)))
    }

    pub(crate) async fn write(&self, listing: &mut Model) -> anyhow::Result<()> {
        self.write_with(listing, &[]).await
    }

    pub(super) async fn write_with(&self, listing: &mut Model, attachments: &[Attachment]) -> anyhow::Result<()> {
        listing.moved_at = microseconds(self.context.clock.now());
        self.run_id.clone_into(&mut listing.run_id);
        Ok(self.writer.note(std::slice::from_ref(listing), attachments).await?)
    }
}

/// What somebody is to do with an id that only the board and this run know.
fn by_hand(listing: &Model, why: &str) -> String {
    let (vacancy, id) = (&listing.vacancy_id, listing.listing_id.as_deref().unwrap_or_default());
    format!(
        "the board has {vacancy} as {id}, and {why}: run `transfer resolve {vacancy} --created {id}` after the next run"
    )
}
