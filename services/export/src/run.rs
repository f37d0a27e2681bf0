//! One export.

use anyhow::Context as _;
use runtime::{Context, Summary};
use store::{Begun, ExportCursor, NewRun, Outcome, RunTotals, Store, Writer};

use crate::{
    config::Settings,
    open, report,
    sink::lake::{Identity, Lake, Written},
    source::{Range, due},
};

/// Sends what is due, under the lock and with a row in the audit.
pub(crate) async fn run(context: &Context, settings: &Settings) -> anyhow::Result<Summary> {
    let store = open(settings).await?;
    let run_id = context.run_id.to_string();
    let run = NewRun {
        id: &run_id,
        command: "run",
        trigger: &context.trigger,
        started_at: context.clock.now(),
        version: context.program.version,
    };
    let writer = match store.begin_run(&run).await? {
        Begun::Running { writer, interrupted } => {
            if interrupted > 0 {
                tracing::warn!(runs = interrupted, "an earlier export was killed; what it was sending is sent again");
            }
            writer
        }
        Begun::Skipped { in_a_row } => return report::skipped(in_a_row),
    };
    let result = tokio::select! {
        result = work(context, settings, &store, &writer) => result,
        () = context.shutdown.cancelled() => Err(anyhow::anyhow!("stopped by a signal; what was being sent is sent again by the next run")),
    };
    let outcome = match &result {
        Ok(_) => Outcome::Succeeded,
        Err(error) => Outcome::Failed(format!("{error:#}")),
    };
    let totals = result.as_ref().map_or_else(|_| RunTotals::default(), report::totals);
    let finished = store.finish_run(&run_id, &outcome, totals, context.clock.now()).await;
    let written = result?;
    finished.context("writing down the end of the run")?;
    Ok(report::summary(&written))
}

async fn work(context: &Context, settings: &Settings, store: &Store, writer: &Writer) -> anyhow::Result<Written> {
    let source = store.source().await?.context("the store is empty: let ingest run first")?;
    let lake = Lake::open(&settings.lake)?;
    lake.claim(&Identity {
        base_url: source.base_url,
        customer: source.customer,
        pii_mode: settings.persons.mode().to_owned(),
        pii_key_fingerprint: settings.persons.fingerprint(),
    })?;
    let target = lake.target();
    let mut cursor = store.export_cursor(&target).await?;
    let arrived = lake.is_filled();
    if !arrived && cursor != ExportCursor::default() {
        tracing::warn!(target = target, "the lake lacks what was sent to it; everything is sent again");
    }
    let mut total = Written::default();
    for range in due(store, cursor, arrived).await? {
        cursor = ExportCursor { pending: Some(range), ..cursor };
        writer.save_export_cursor(&target, cursor, context.clock.now()).await?;
        let written = send(settings, store, &lake, range).await?;
        cursor = ExportCursor { sent: range.1, pending: None };
        writer.save_export_cursor(&target, cursor, context.clock.now()).await?;
        total.rows += written.rows;
        total.removed += written.removed;
        total.bytes += written.bytes;
    }
    Ok(total)
}

#[tracing::instrument(skip_all, fields(after = range.0, up_to = range.1))]
async fn send(settings: &Settings, store: &Store, lake: &Lake, range: Range) -> anyhow::Result<Written> {
    let snapshot = store.snapshot().await?;
    let written = lake.write(&snapshot, range, &settings.persons).await?;
    tracing::info!(
        after = range.0,
        up_to = range.1,
        rows = written.rows,
        removed = written.removed,
        bytes = written.bytes,
        "changes written"
    );
    Ok(written)
}
