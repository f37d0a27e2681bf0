//! Every command that writes does so under the lock and with a row in the audit.

use anyhow::Context as _;
use runtime::{Context, Summary, http::Usage};
use store::{Begun, NewRun, Outcome, RunTotals, Store, Writer};

use crate::report;

/// What work under the lock is given.
pub(crate) struct Audited<'a> {
    /// What is known.
    pub(crate) store: &'a Store,
    /// To where.
    pub(crate) writer: &'a Writer,
    /// Id of the row.
    pub(crate) run_id: &'a str,
    /// What is only known at the end.
    pub(crate) totals: &'a mut RunTotals,
}

/// Does it. `usage` is that of the client that asks the source, if one does.
pub(crate) async fn run(
    context: &Context,
    store: &Store,
    command: &str,
    usage: Option<Usage>,
    work: impl AsyncFnOnce(Audited<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<Summary> {
    let run_id = &*context.run_id.to_string();
    let run = NewRun {
        id: run_id,
        command,
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
    let mut totals = RunTotals::default();
    let audited = Audited { store, writer: &writer, run_id, totals: &mut totals };
    let result = tokio::select! {
        result = work(audited) => result,
        () = context.shutdown.cancelled() => Err(anyhow::anyhow!("stopped by a signal; what was committed stays, the rest is read by the next run")),
    };
    if let Some(usage) = usage {
        (totals.bytes, totals.requests, totals.retries) = (usage.bytes(), usage.requests(), usage.retries());
    }
    finish(context, store, run_id, result, totals).await
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
