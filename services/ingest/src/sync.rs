//! One run.

use anyhow::Context as _;
use runtime::{Context, FinalIf as _, Summary};
use store::{Begun, NewRun, Outcome, RunTotals, SourceIdentity, Store, StoreError, Writer};

use crate::{SyncArgs, config::Settings, open, report, source::Emply, streams::Streams};

/// Reads everything that is to be read, under the lock and with a row in the audit.
pub(crate) async fn run(context: &Context, settings: &Settings, args: &SyncArgs) -> anyhow::Result<Summary> {
    let store = open(settings).await?;
    let run_id = context.run_id.to_string();
    let run = NewRun {
        id: &run_id,
        trigger: &context.trigger,
        started_at: context.clock.now(),
        version: context.program.version,
    };
    let writer = match store.begin_run(&run).await? {
        Begun::Running { writer, interrupted } => {
            if interrupted > 0 {
                tracing::warn!(
                    runs = interrupted,
                    "an earlier run was killed; what it had not committed is read again now"
                );
            }
            writer
        }
        Begun::Skipped { in_a_row } => return report::skipped(in_a_row),
    };
    let source = Emply::new(context.program, &settings.source)?;
    let mut totals = RunTotals::default();
    let result = tokio::select! {
        result = work(context, settings, args, &source, (&store, &writer), &mut totals.window) => result,
        () = context.shutdown.cancelled() => Err(anyhow::anyhow!("stopped by a signal; what was committed stays, the rest is read by the next run")),
    };
    let usage = source.usage();
    (totals.bytes, totals.requests, totals.retries) = (usage.bytes(), usage.requests(), usage.retries());
    finish(context, &store, &run_id, result, totals).await
}

async fn work(
    context: &Context,
    settings: &Settings,
    args: &SyncArgs,
    source: &Emply,
    (store, writer): (&Store, &Writer),
    window: &mut Option<domain::Window>,
) -> anyhow::Result<()> {
    let identity = SourceIdentity {
        base_url: settings.source.base_url.0.as_str().trim_end_matches('/').to_owned(),
        customer: settings.source.customer.0.clone(),
    };
    writer.claim_source(store, &identity, args.adopt).await.final_if(StoreError::is_final)?;
    let streams = Streams { context, settings, source, store, writer };
    let now_there = streams.postings(args.accept_removals).await?;
    streams.applications(now_there, window).await
}

async fn finish(
    context: &Context,
    store: &Store,
    run_id: &str,
    result: anyhow::Result<()>,
    totals: RunTotals,
) -> anyhow::Result<Summary> {
    let outcome = match &result {
        Ok(()) => Outcome::Succeeded,
        Err(error) => Outcome::Failed(format!("{error:#}")),
    };
    let finished = store.finish_run(run_id, &outcome, totals, context.clock.now()).await;
    if let (Err(error), Err(_)) = (&finished, &result) {
        tracing::warn!(
            error = format!("{error:#}"),
            "the end of the run could not be written down; the next run will do it"
        );
    }
    result?;
    finished.context("writing down the end of the run")?;
    report::summary(store, run_id).await
}
