//! One export.

use std::time::Duration;

use anyhow::{Context as _, bail};
use one_shot::{Audited, Patience, Ran, audited, unless_stopped};
use runtime::{Context, Final, Summary};
use store::{ExportCursor, KnownBy, Snapshot, SourceIdentity, Store, Writer};

use crate::{
    config::Settings,
    open, report,
    schema::form,
    sink::{
        Holds, Identity, Warehouse, Written,
        bigquery::{Sent, Shipment},
    },
    source::{Range, due},
    transform::Privacy,
};

/// How often a range is begun anew in a run.
const TRIES: usize = 3;

/// Sends what is due, under the lock and with a row in the audit.
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
        let work = work(context, settings, &privacy, (store, writer, run_id), full);
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

async fn work(
    context: &Context,
    settings: &Settings,
    privacy: &Privacy,
    (store, writer, run_id): (&Store, &Writer, &str),
    full: bool,
) -> anyhow::Result<Written> {
    let source = store.source().await?.context("the store is empty: let ingest run first")?;
    if let Some(key) = privacy.pseudonymiser() {
        store.check_key_of_suppression(key).await?;
    }
    let warehouse = Warehouse::open(context, &settings.warehouse)?;
    let identity = identity_of(source, privacy);
    let holds = warehouse.claim(&identity).await?;
    must_know_the_forgotten(store).await?;
    let cursor = store.export_cursor(&warehouse.target()).await?;
    // a change as well, so that it arrives with the others
    writer.tell_of_export(run_id, cursor.pending, context.clock.now()).await?;
    let known_by =
        KnownBy { pii_mode: identity.pii_mode.clone(), pii_key_fingerprint: identity.pii_key_fingerprint.clone() };
    let mut shipping = Shipping {
        known_by,
        context,
        privacy,
        writer,
        target: warehouse.target(),
        cursor,
        // one view of the store for all that is sent, so that in the end the two can be held against each other
        snapshot: store.snapshot().await?,
        warehouse,
    };
    if holds == Holds::OtherForm {
        tracing::info!(
            "the release or the vocabulary is another one than that by which the rows of the warehouse were made; everything is \
             sent again"
        );
    }
    let anew = full || holds == Holds::OtherForm;
    if anew {
        // what was pending is in it
        shipping.cursor = ExportCursor { sent: 0, pending: None, attempt: shipping.cursor.attempt + 1 };
    }
    let is_whole = anew || holds == Holds::Less && cursor.pending.is_none();
    let written = shipping.all(holds != Holds::Less, anew).await?;
    if is_whole {
        shipping.warehouse.renew(&identity).await?;
    }
    Ok(written)
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

/// An error when it is not sure that the store knows who is to stay forgotten.
async fn must_know_the_forgotten(store: &Store) -> anyhow::Result<()> {
    if let Some(elsewhere) = store.elsewhere_for("ingest").await? {
        bail!(Final::new(format!(
            "{elsewhere}. Whoever was forgotten since would go to the warehouse again, so nothing was sent. Let ingest run first, which \
             says what it wants to know"
        )));
    }
    Ok(())
}

/// A run that sends what is due.
struct Shipping<'a> {
    known_by: KnownBy,
    context: &'a Context,
    privacy: &'a Privacy,
    writer: &'a Writer,
    target: String,
    cursor: ExportCursor,
    snapshot: Snapshot,
    warehouse: Warehouse,
}

impl Shipping<'_> {
    async fn all(&mut self, has_what_was_sent: bool, anew: bool) -> anyhow::Result<Written> {
        if !has_what_was_sent && self.cursor != ExportCursor::default() {
            tracing::warn!(target = self.target, "the warehouse lacks what was sent to it; everything is sent again");
        }
        if !has_what_was_sent || self.cursor == ExportCursor::default() {
            // names that no earlier store and no earlier table had
            self.cursor.attempt = self.context.clock.now().timestamp().max(self.cursor.attempt + 1);
        }
        let highest = self.snapshot.highest_change().await?;
        let begun = self.cursor.pending;
        let mut total = Written::default();
        let due = if anew { vec![(0, highest)] } else { due(self.cursor, highest, has_what_was_sent) };
        // the change that tells of this run is there in any case
        let has_news = due != [(highest - 1, highest)];
        for range in &due {
            total.add(&self.range(*range, begun == Some(*range)).await?);
        }
        if has_news {
            total.bytes_billed += self.reconcile(highest).await?;
        }
        (total.requests, total.retries) = self.warehouse.requests();
        Ok(total)
    }

    #[tracing::instrument(skip_all, fields(after = range.0, up_to = range.1))]
    async fn range(&mut self, range: Range, mut resumed: bool) -> anyhow::Result<Written> {
        let mut attempt = self.cursor.attempt;
        for _ in 0..TRIES {
            self.save(ExportCursor { pending: Some(range), attempt, ..self.cursor }).await?;
            let shipment = Shipment { range, attempt, resumed };
            match self.warehouse.send(&mut self.snapshot, shipment, self.privacy).await? {
                Sent::Whole(written) => {
                    self.save(ExportCursor { sent: range.1, pending: None, attempt }).await?;
                    let Written { rows, removed, bytes, .. } = written;
                    tracing::info!(after = range.0, up_to = range.1, rows, removed, bytes, "changes written");
                    return Ok(written);
                }
                Sent::Again(why) => {
                    tracing::warn!(why, attempt, "a job of the warehouse has failed; it is begun anew");
                    (attempt, resumed) = (attempt + 1, false);
                }
            }
        }
        self.save(ExportCursor { pending: Some(range), attempt, ..self.cursor }).await?;
        bail!("jobs of the warehouse have failed {TRIES} times; the next run begins them anew")
    }

    /// A difference is repaired by the next run, which sends everything.
    async fn reconcile(&mut self, highest: i64) -> anyhow::Result<u64> {
        let compared = self.warehouse.reconcile(&mut self.snapshot, highest, self.privacy).await;
        if compared.is_err() {
            self.save(ExportCursor { sent: 0, pending: None, attempt: self.cursor.attempt + 1 }).await?;
        }
        compared
    }

    async fn save(&mut self, cursor: ExportCursor) -> anyhow::Result<()> {
        self.cursor = cursor;
        Ok(self.writer.save_export_cursor(&self.target, cursor, &self.known_by, self.context.clock.now()).await?)
    }
}
