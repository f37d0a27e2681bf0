//! The way of a posting to the board. Only this file knows all three of source, transform and sink.
//!
//! read → select → compare → decide, of all of them; then of each: fetch → transform → create → upload → publish.

use std::ops::ControlFlow;

use one_shot::Audited;
use runtime::{Context, toml_file};
use store::{
    RunTotals, Store,
    entity::{
        board_attachment::{AttachmentState, Model as Attachment},
        board_listing::{ListingState, Model, Step},
    },
};
use url::Url;

use crate::{
    config::Settings,
    sink::{
        board::{self, BoardClient},
        hand_over::HandOver,
        listing::resumed,
        steps::{Ledger, Progress, Stepped},
    },
    source::{
        files::{CircuitBreaker, Fetched, Fetcher, NotFetched},
        postings::{self, Records},
    },
    transform::{
        Account, Decision, Draft, Files, Likeness, Mapping, Submission,
        files::{File, attachments},
        likeness::moved,
        selection::select,
        situation::Situation,
    },
};

pub(crate) fn mapping(settings: &Settings) -> anyhow::Result<Mapping> {
    toml_file::read("TRANSFER_MAPPING_FILE", &settings.transfer.mapping_file, Mapping::parse)
}

pub(crate) async fn situation(
    context: &Context,
    settings: &Settings,
    store: &Store,
    mapping: &Mapping,
) -> anyhow::Result<Situation> {
    let Records { postings, latest, files } = postings::read(store, &settings.board.ledger()).await?;
    let selection = select(&postings, mapping, &settings.attachments.hosts, &latest, context.clock.now());
    Ok(Situation::new(latest, files, selection, &settings.transfer))
}

pub(crate) struct Clients {
    fetcher: Fetcher,
    board: BoardClient,
}

impl Clients {
    pub(crate) fn new(context: &Context, settings: &Settings) -> anyhow::Result<Self> {
        let board = BoardClient::new(context, &settings.board, board::options(context, &settings.board))?;
        Ok(Self { fetcher: Fetcher::new(context, &settings.attachments)?, board })
    }

    pub(crate) fn totals(&self) -> RunTotals {
        let usages = [self.board.usage(), self.fetcher.usage()];
        let requests = usages.iter().map(runtime::http::Usage::requests).sum();
        let retries = usages.iter().map(runtime::http::Usage::retries).sum();
        RunTotals { requests, retries, ..RunTotals::default() }
    }
}

pub(crate) struct Pipeline<'a> {
    store: &'a Store,
    fetcher: &'a Fetcher,
    account: Account,
    pub(crate) sink: HandOver<'a>,
}

impl<'a> Pipeline<'a> {
    pub(crate) fn new(
        context: &'a Context,
        settings: &'a Settings,
        clients: &'a Clients,
        &Audited { store, writer, run_id, .. }: &Audited<'a>,
    ) -> Self {
        let ledger = Ledger { context, writer, run_id, max_tries: settings.transfer.max_tries };
        let sink = HandOver { board: &clients.board, ledger, account_is_good: false };
        Self { store, fetcher: &clients.fetcher, account: Account::from(&settings.board), sink }
    }

    /// Looks at files whose addresses have changed, so that from here on nothing counts as a change but what is one.
    pub(crate) async fn compare(&self, situation: &mut Situation) -> anyhow::Result<()> {
        let (mut breaker, mut postings) = (CircuitBreaker::new(self.fetcher), 0_u64);
        // a signed address is another one at each ingest, and the file behind it is the same
        for vacancy in situation.to_be(Decision::Compare) {
            let Some((listing, files, draft)) = situation.told(&vacancy) else { continue };
            let likeness = self.likeness(&mut breaker, listing, files, draft).await?;
            postings += u64::from(likeness == Likeness::Unseen);
            situation.likeness.insert(vacancy, likeness);
        }
        if postings > 0 {
            tracing::warn!(
                postings,
                "whether the files of some postings have changed is not known: they could not be fetched"
            );
        }
        Ok(())
    }

    /// Fetches what has another address, and says whether any of it is another file.
    async fn likeness(
        &self,
        breaker: &mut CircuitBreaker<'_>,
        listing: &Model,
        files: &Files,
        draft: &Draft,
    ) -> anyhow::Result<Likeness> {
        let (mut found, mut unseen) = (Vec::new(), None);
        for (place, url) in moved(files, draft) {
            let known = files.get(&place);
            self.sink.ledger.go_on()?;
            match breaker.fetch(url).await {
                Ok(fetched) => match File::from(&fetched).moved(listing, place, known, self.sink.ledger.now()) {
                    Some(row) => found.push(row),
                    None => return Ok(Likeness::Changed),
                },
                Err(reason) => {
                    // what is still to be handed over comes from where it is now: the old address may have expired
                    let open = known.filter(|file| file.state != AttachmentState::Uploaded);
                    found.extend(open.map(|file| Attachment { url: url.to_string(), ..file.clone() }));
                    // until a later run can fetch it, it counts as unchanged: that nobody sees it now does not make the ad
                    // another one
                    unseen = Some(reason);
                }
            }
        }
        // where its bytes were found: as long as a file stays there, it is not fetched again
        self.sink.ledger.writer.note(&[], &found).await?;
        let Some(reason) = unseen else { return Ok(Likeness::Same) };
        let vacancy = &listing.vacancy_id;
        tracing::warn!(vacancy, reason, "a file has another address and cannot be fetched; it counts as unchanged");
        Ok(Likeness::Unseen)
    }

    /// Brings a listing as far as it comes. An error is one of the store.
    pub(crate) async fn bring(&mut self, listing: &mut Model, draft: &Draft) -> anyhow::Result<Progress> {
        self.sink.ledger.go_on()?;
        resume(listing, draft);
        let mut fetched = Vec::new();
        loop {
            let stepped = match listing.state {
                ListingState::Planned => self.create(listing, draft, &mut fetched).await?,
                ListingState::Created | ListingState::Uploading => self.upload(listing, draft, &mut fetched).await?,
                ListingState::Publishing => self.sink.publish(listing).await?,
                _ => ControlFlow::Break(Progress::Published),
            };
            if let ControlFlow::Break(progress) = stepped {
                return Ok(progress);
            }
        }
    }

    async fn create(
        &mut self,
        listing: &mut Model,
        draft: &Draft,
        fetched: &mut Vec<Fetched>,
    ) -> anyhow::Result<Stepped> {
        // before the ad, which calls the files by names that depend on what they are
        *fetched = match self.fetcher.fetch_all(&draft.files).await {
            Ok(fetched) => fetched,
            Err(failure) => return self.not_fetched(listing, failure).await,
        };
        let rows = attachments(listing, fetched.iter().map(File::from), self.sink.ledger.now());
        let names: Vec<String> = rows.iter().map(|row| row.filename.clone()).collect();
        let ad = draft.submission(self.account.clone(), &names);
        self.sink.create(listing, &rows, &ad, &Submission::trial(self.account.clone())).await
    }

    async fn upload(&self, listing: &mut Model, draft: &Draft, fetched: &mut Vec<Fetched>) -> anyhow::Result<Stepped> {
        let mut rows = postings::files_of(self.store, listing).await?;
        if rows.is_empty() && !draft.files.is_empty() {
            // a person has found the ad at the board, and nothing was written down of the call that made it
            *fetched = match self.fetcher.fetch_all(&draft.files).await {
                Ok(fetched) => fetched,
                Err(failure) => return self.not_fetched(listing, failure).await,
            };
            rows = attachments(listing, fetched.iter().map(File::from), self.sink.ledger.now());
            self.sink.ledger.write_with(listing, &rows).await?;
        }
        for row in rows.iter_mut().filter(|row| row.state != AttachmentState::Uploaded) {
            self.sink.ledger.uploading(listing).await?;
            let bytes = match self.bytes(row, fetched).await? {
                Ok(bytes) => bytes,
                Err(failure) => return self.not_fetched(listing, failure).await,
            };
            let stepped = self.sink.upload(listing, row, &bytes).await?;
            if stepped.is_break() {
                return Ok(stepped);
            }
        }
        // it is no step yet: that is written down when the call is about to be made
        (listing.state, listing.step) = (ListingState::Publishing, None);
        Ok(ControlFlow::Continue(()))
    }

    async fn bytes(&self, row: &mut Attachment, here: &[Fetched]) -> anyhow::Result<Result<Vec<u8>, NotFetched>> {
        if let Some(fetched) = here.iter().find(|fetched| fetched.url.as_str() == row.url) {
            return Ok(Ok(fetched.read()?));
        }
        // an earlier run has fetched it, and its copy went with that run
        let url: Url = row.url.parse()?;
        let fetched = match self.fetcher.fetch(&url).await {
            Ok(fetched) => fetched,
            Err(failure) => return Ok(Err(failure)),
        };
        Ok(match File::from(&fetched).replace(row) {
            Ok(()) => Ok(fetched.read()?),
            Err(reason) => Err(NotFetched::Ever(reason)),
        })
    }

    async fn not_fetched(&self, listing: &mut Model, failure: NotFetched) -> anyhow::Result<Stepped> {
        let ledger = &self.sink.ledger;
        match failure {
            NotFetched::Now(reason) => {
                // a signal breaks a call off, and that is nobody's failure
                ledger.go_on()?;
                ledger.refused(listing, Step::Fetch, &reason).await
            }
            NotFetched::Ever(reason) => ledger.held(listing, Step::Fetch, &reason).await,
        }
    }
}

impl<'a> From<&'a Fetched> for File<'a> {
    fn from(fetched: &'a Fetched) -> Self {
        Self {
            url: &fetched.url,
            mime_type: fetched.media_type.name,
            extension: fetched.media_type.extension,
            bytes: i64::try_from(fetched.bytes).unwrap_or(i64::MAX),
            sha256: &fetched.sha256,
        }
    }
}

/// What is held or unknown is begun again when it comes here; what the posting says now is what is handed over.
fn resume(listing: &mut Model, draft: &Draft) {
    // without an id the board has no part of it yet, so it may still become another ad
    if listing.listing_id.is_none() && listing.content_hash != draft.content_hash {
        (listing.content_hash, listing.media_id) = (draft.content_hash.clone(), draft.media_id.clone());
        // what was refused was the ad as it was before
        listing.tries = 0;
    }
    if matches!(listing.state, ListingState::Held | ListingState::Unknown | ListingState::Creating) {
        listing.state = resumed(listing);
    }
}
