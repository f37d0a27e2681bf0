//! One export.

use std::time::Duration;

use anyhow::{Context as _, bail};
use chrono::{DateTime, TimeDelta, Utc};
use one_shot::{Audited, Patience, Ran, audited, unless_stopped};
use runtime::{Context, Final, Summary};
use store::{ExportCursor, KnownBy, SourceIdentity, Store, Writer};

use crate::{
    checksum::{Checksums, Sums},
    config::{Settings, WarehouseSettings},
    due::due,
    load::{Load, Loaded, Outcome, Range, Written},
    pipeline::Pipeline,
    program::open,
    report,
    sink::{
        Holds, Identity, Listed, Sink, Standing,
        bigquery::{self, BigQuery},
        lake::Lake,
    },
    transform::{
        persons::Privacy,
        tables::{form, tables},
    },
};

/// How often a range is begun anew in a run.
const TRIES: usize = 3;
/// When all that the warehouse has was held against the store so long ago, it is again.
const VERIFY_AFTER: TimeDelta = TimeDelta::days(7);

/// What a person, or a schedule, wants of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    Changes,
    /// All is sent again.
    Full,
    /// All is held against the store, whether something was sent or not.
    Verify,
}

impl Asked {
    /// As the audit has it.
    pub(crate) const ALL: [&'static str; 3] = [Self::Changes.name(), Self::Full.name(), Self::Verify.name()];

    const fn name(self) -> &'static str {
        match self {
            Self::Changes => "run",
            Self::Full => "full",
            Self::Verify => "verify",
        }
    }
}

pub(crate) async fn run(
    context: &Context,
    settings: &Settings,
    asked: Asked,
    wait: Option<Duration>,
) -> anyhow::Result<Summary> {
    let privacy = settings.privacy()?;
    let store = unless_stopped(context, "nothing was sent", open(settings)).await?;
    let how = (asked.name(), Patience::of_a_run(asked != Asked::Changes, wait));
    let mut total = Written::default();
    let ran = audited(context, &store, how, "what it was sending is sent again", async |given| {
        let Audited { store, writer, run_id, totals } = given;
        let run = Run { context, privacy: &privacy, store, writer, id: run_id, asked };
        let work = Box::pin(run.send_to(&settings.warehouse));
        total = unless_stopped(context, "what was being sent is sent again by the next run", work).await?;
        *totals = report::totals(&total);
        Ok(())
    })
    .await?;
    Ok(match ran {
        Ran::Done(_) => report::summary(&total, privacy.unlisted()),
        Ran::Skipped(summary) => summary,
    })
}

/// A run that has the lock.
#[derive(Clone, Copy)]
struct Run<'a> {
    context: &'a Context,
    privacy: &'a Privacy,
    store: &'a Store,
    writer: &'a Writer,
    id: &'a str,
    asked: Asked,
}

impl Run<'_> {
    async fn send_to(self, warehouse: &WarehouseSettings) -> anyhow::Result<Written> {
        let source = self.store.source().await?.context("the store is empty: let ingest run first")?;
        if let Some(key) = self.privacy.pseudonymiser() {
            self.store.check_key_of_suppression(key).await?;
        }
        match warehouse {
            WarehouseSettings::Lake(path) => self.send(source, Lake::open(path, tables())?).await,
            WarehouseSettings::BigQuery(dataset) => {
                let bigquery = BigQuery::new(self.context, dataset, bigquery::Patience::OF_A_RUN, tables())?;
                self.send(source, bigquery).await
            }
        }
    }

    async fn send(self, source: SourceIdentity, sink: impl Sink) -> anyhow::Result<Written> {
        let identity = identity_of(source, self.privacy);
        let holds = sink.claim(&identity).await?;
        must_know_the_forgotten(self.store).await?;
        let target = sink.target();
        let cursor = self.store.export_cursor(&target).await?;
        // a change as well, so that it arrives with the others
        self.writer.tell_of_export(self.id, cursor.pending, self.context.clock.now()).await?;
        if holds == Holds::OtherForm {
            tracing::info!(
                "the release or the vocabulary is another one than that by which the rows of the warehouse were made; everything \
                 is sent again"
            );
        }
        let anew = self.asked == Asked::Full || holds == Holds::OtherForm;
        // where the warehouse lacks what was sent, all is due too; but what is pending may be of another release
        let is_whole = anew || holds == Holds::Less && cursor.pending.is_none();
        let known_by =
            KnownBy { pii_mode: identity.pii_mode.clone(), pii_key_fingerprint: identity.pii_key_fingerprint.clone() };
        let pipeline = Pipeline::open(self.store, self.privacy, sink).await?;
        let (sums, listed) = (None, Listed::Unknown);
        let mut export = ExportRun { run: self, target, known_by, cursor, sums, listed, pipeline };
        let written = export.all(holds != Holds::Less, anew).await?;
        // only now: a form that is written down before its rows are there would be believed by the next run
        if is_whole {
            export.pipeline.sink.renew(&identity).await?;
        }
        Ok(written)
    }
}

fn identity_of(source: SourceIdentity, privacy: &Privacy) -> Identity {
    Identity {
        base_url: source.base_url,
        customer: source.customer,
        pii_mode: privacy.mode().to_owned(),
        pii_key_fingerprint: privacy.fingerprint(),
        form: form(privacy.vocabulary()),
    }
}

async fn must_know_the_forgotten(store: &Store) -> anyhow::Result<()> {
    if let Some(elsewhere) = store.elsewhere_for("ingest").await? {
        bail!(Final::new(format!(
            "{elsewhere}. Whoever was forgotten since would go to the warehouse again, so nothing was sent. Let ingest run first, which \
             says what it wants to know"
        )));
    }
    Ok(())
}

struct ExportRun<'a, S> {
    run: Run<'a>,
    target: String,
    known_by: KnownBy,
    cursor: ExportCursor,
    /// What the warehouse is known to have, as the cursor says it.
    sums: Option<Sums>,
    /// Whether what the warehouse lists is that.
    listed: Listed,
    pipeline: Pipeline<'a, S>,
}

impl<S: Sink> ExportRun<'_, S> {
    async fn all(&mut self, has_what_was_sent: bool, anew: bool) -> anyhow::Result<Written> {
        self.begin(has_what_was_sent, anew)?;
        let highest = self.pipeline.highest_change().await?;
        let begun = self.cursor.pending;
        let due = if anew { vec![(0, highest)] } else { due(&self.cursor, highest, has_what_was_sent) };
        let (mut total, mut whole) = (Written::default(), None);
        for range in &due {
            let loaded = self.range(*range, begun == Some(*range)).await?;
            total.add(&loaded.written);
            whole = loaded.checksums;
        }
        // the change that tells of this run is there in any case
        let has_news = due != [(highest - 1, highest)];
        total.bytes_billed += self.compare(highest, whole, has_news).await?;
        total.add(&self.gather().await?);
        let usage = self.pipeline.sink.usage();
        (total.requests, total.retries) = (usage.requests(), usage.retries());
        Ok(total)
    }

    fn begin(&mut self, has_what_was_sent: bool, anew: bool) -> anyhow::Result<()> {
        self.sums = self.cursor.sums.as_deref().and_then(Sums::parse);
        let standing = Standing { pending: self.cursor.pending, sums: self.sums.clone() };
        self.listed = self.pipeline.sink.listed(&standing)?;
        self.follow()?;
        if anew {
            // what was pending is in it
            self.cursor = ExportCursor { attempt: self.cursor.attempt + 1, ..ExportCursor::default() };
        }
        let is_first = self.cursor.sent == 0 && self.cursor.pending.is_none() && self.cursor.attempt == 0;
        if !has_what_was_sent && !is_first {
            tracing::warn!(target = self.target, "the warehouse lacks what was sent to it; everything is sent again");
        }
        if !has_what_was_sent || is_first {
            // names that no earlier store and no earlier table had
            self.cursor.attempt = self.run.context.clock.now().timestamp().max(self.cursor.attempt + 1);
        }
        Ok(())
    }

    #[tracing::instrument(skip_all, fields(after = range.0, up_to = range.1))]
    async fn range(&mut self, range: Range, mut resumed: bool) -> anyhow::Result<Loaded> {
        let mut attempt = self.cursor.attempt;
        for _ in 0..TRIES {
            // before anything is sent: whoever comes after a crash sends the same range, under the same names
            self.save(ExportCursor { pending: Some(range), attempt, ..self.cursor.clone() }).await?;
            let load = Load { attempt, resumed, ..Load::of(range) };
            match self.pipeline.send(load, &self.standing()).await? {
                Outcome::Sent(loaded) => {
                    if load.is_whole() {
                        // nothing is left of what may have been otherwise than it was listed
                        self.listed = Listed::Same;
                    }
                    self.follow()?;
                    self.save(ExportCursor { sent: range.1, pending: None, attempt, ..self.cursor.clone() }).await?;
                    let Written { rows, removed, bytes, .. } = loaded.written;
                    tracing::info!(after = range.0, up_to = range.1, rows, removed, bytes, "changes written");
                    return Ok(loaded);
                }
                Outcome::Again(why) => {
                    tracing::warn!(why, attempt, "a job of the warehouse has failed; it is begun anew");
                    // a job that has failed keeps its name for ever, and under another one there is nothing to resume
                    (attempt, resumed) = (attempt + 1, false);
                }
            }
        }
        // with the next attempt, so that the next run does not find the jobs that have failed
        self.save(ExportCursor { pending: Some(range), attempt, ..self.cursor.clone() }).await?;
        bail!("jobs of the warehouse have failed {TRIES} times; the next run begins them anew")
    }

    /// What the bookkeeping says while something is sent.
    fn standing(&self) -> Standing {
        // who writes this down beside what differs from it would make the one look like the other's next step
        let sums = self.sums.clone().filter(|_| self.listed == Listed::Same);
        Standing { pending: self.cursor.pending, sums }
    }

    /// What the warehouse lists by now, as long as it has listed what it was known to have.
    fn follow(&mut self) -> anyhow::Result<()> {
        if self.listed == Listed::Same {
            self.sums = self.pipeline.sink.sums()?;
        }
        Ok(())
    }

    /// Holds the warehouse against the store: all that it has, or what can be told without reading it. Gives the bytes charged for.
    async fn compare(&mut self, highest: i64, whole: Option<Checksums>, has_news: bool) -> anyhow::Result<u64> {
        let was_read_back = whole.is_some() && S::READS_BACK;
        let wants_all = whole.is_some() || self.run.asked == Asked::Verify || self.is_overdue();
        let compared = if wants_all && !was_read_back {
            // what is right is known to be so by then, whatever was written down of it
            let standing = Standing { pending: None, sums: self.sums.clone() };
            self.pipeline.verify(highest, whole, &standing).await
        } else if wants_all || has_news {
            self.pipeline.survey(self.sums.as_ref()).await
        } else {
            return Ok(0);
        };
        if compared.is_err() {
            // the next run repairs it: it finds that nothing was sent
            self.sums = None;
            self.save(ExportCursor { attempt: self.cursor.attempt + 1, ..ExportCursor::default() }).await?;
            return compared;
        }
        if !wants_all {
            tracing::info!(compared = "what was written", "the warehouse has what was sent to it");
            return compared;
        }
        self.listed = Listed::Same;
        self.follow()?;
        let verified_at = Some(self.run.context.clock.now());
        self.save(ExportCursor { verified_at, ..self.cursor.clone() }).await?;
        tracing::info!(compared = "everything", "the warehouse has what the store has");
        compared
    }

    fn is_overdue(&self) -> bool {
        let now = self.run.context.clock.now();
        // also one that is yet to come, by a clock that was ahead
        let is_recent = |at: DateTime<Utc>| (TimeDelta::zero()..VERIFY_AFTER).contains(&(now - at));
        self.listed == Listed::Unknown || !self.cursor.verified_at.is_some_and(is_recent)
    }

    async fn gather(&mut self) -> anyhow::Result<Written> {
        if self.listed != Listed::Same {
            return Ok(Written::default());
        }
        let before = self.sums.clone();
        let written = self.pipeline.gather(&self.standing()).await?;
        self.follow()?;
        if self.sums != before {
            self.save(self.cursor.clone()).await?;
        }
        Ok(written)
    }

    async fn save(&mut self, cursor: ExportCursor) -> anyhow::Result<()> {
        self.cursor = ExportCursor { sums: self.sums.as_ref().map(Sums::to_json), ..cursor };
        let Run { writer, context, .. } = self.run;
        Ok(writer.save_export_cursor(&self.target, &self.cursor, &self.known_by, context.clock.now()).await?)
    }
}
