//! One export.

use std::time::Duration;

use anyhow::{Context as _, bail};
use one_shot::{Audited, Patience, Ran, audited, unless_stopped};
use runtime::{Context, Final, Summary};
use store::{ExportCursor, KnownBy, SourceIdentity, Store, Writer};

use crate::{
    checksum::Checksums,
    config::{Settings, WarehouseSettings},
    due::due,
    load::{Load, Loaded, Outcome, Range, Written},
    pipeline::Pipeline,
    program::open,
    report,
    sink::{
        Holds, Identity, Sink,
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

pub(crate) async fn run(
    context: &Context,
    settings: &Settings,
    full: bool,
    wait: Option<Duration>,
) -> anyhow::Result<Summary> {
    let privacy = settings.privacy()?;
    let store = unless_stopped(context, "nothing was sent", open(settings)).await?;
    let how = (if full { "full" } else { "run" }, Patience::of_a_run(full, wait));
    let mut total = Written::default();
    let ran = audited(context, &store, how, "what it was sending is sent again", async |given| {
        let Audited { store, writer, run_id, totals } = given;
        let run = Run { context, privacy: &privacy, store, writer, id: run_id, full };
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
    full: bool,
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
        let anew = self.full || holds == Holds::OtherForm;
        // where the warehouse lacks what was sent, all is due too; but what is pending may be of another release
        let is_whole = anew || holds == Holds::Less && cursor.pending.is_none();
        let known_by =
            KnownBy { pii_mode: identity.pii_mode.clone(), pii_key_fingerprint: identity.pii_key_fingerprint.clone() };
        let pipeline = Pipeline::open(self.store, self.privacy, sink).await?;
        let mut export = ExportRun { run: self, target, known_by, cursor, pipeline };
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
    pipeline: Pipeline<'a, S>,
}

impl<S: Sink> ExportRun<'_, S> {
    async fn all(&mut self, has_what_was_sent: bool, anew: bool) -> anyhow::Result<Written> {
        if anew {
            // what was pending is in it
            self.cursor = ExportCursor { sent: 0, pending: None, attempt: self.cursor.attempt + 1 };
        }
        if !has_what_was_sent && self.cursor != ExportCursor::default() {
            tracing::warn!(target = self.target, "the warehouse lacks what was sent to it; everything is sent again");
        }
        if !has_what_was_sent || self.cursor == ExportCursor::default() {
            // names that no earlier store and no earlier table had
            self.cursor.attempt = self.run.context.clock.now().timestamp().max(self.cursor.attempt + 1);
        }
        let highest = self.pipeline.highest_change().await?;
        let begun = self.cursor.pending;
        let due = if anew { vec![(0, highest)] } else { due(self.cursor, highest, has_what_was_sent) };
        let (mut total, mut whole) = (Written::default(), None);
        for range in &due {
            let loaded = self.range(*range, begun == Some(*range)).await?;
            total.add(&loaded.written);
            whole = loaded.checksums;
        }
        // the change that tells of this run is there in any case
        if due != [(highest - 1, highest)] {
            total.bytes_billed += self.reconcile(highest, whole).await?;
        }
        let usage = self.pipeline.sink.usage();
        (total.requests, total.retries) = (usage.requests(), usage.retries());
        Ok(total)
    }

    #[tracing::instrument(skip_all, fields(after = range.0, up_to = range.1))]
    async fn range(&mut self, range: Range, mut resumed: bool) -> anyhow::Result<Loaded> {
        let mut attempt = self.cursor.attempt;
        for _ in 0..TRIES {
            // before anything is sent: whoever comes after a crash sends the same range, under the same names
            self.save(ExportCursor { pending: Some(range), attempt, ..self.cursor }).await?;
            match self.pipeline.send(Load { range, attempt, resumed }).await? {
                Outcome::Sent(loaded) => {
                    self.save(ExportCursor { sent: range.1, pending: None, attempt }).await?;
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
        self.save(ExportCursor { pending: Some(range), attempt, ..self.cursor }).await?;
        bail!("jobs of the warehouse have failed {TRIES} times; the next run begins them anew")
    }

    async fn reconcile(&mut self, highest: i64, whole: Option<Checksums>) -> anyhow::Result<u64> {
        let compared = self.pipeline.reconcile(highest, whole).await;
        if compared.is_err() {
            // the next run repairs it: it finds that nothing was sent
            self.save(ExportCursor { sent: 0, pending: None, attempt: self.cursor.attempt + 1 }).await?;
        }
        compared
    }

    async fn save(&mut self, cursor: ExportCursor) -> anyhow::Result<()> {
        self.cursor = cursor;
        let Run { writer, context, .. } = self.run;
        Ok(writer.save_export_cursor(&self.target, cursor, &self.known_by, context.clock.now()).await?)
    }
}
