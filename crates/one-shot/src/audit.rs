//! Every command that writes does so under the service's lock and with a row in the audit.

use anyhow::Context as _;
use runtime::{Context, Summary};
use store::{Begun, NewRun, Outcome, RunTotals, Store, Writer};

/// This many runs in a row that found another one at work are a failure.
const SKIPS_IN_A_ROW: usize = 3;

/// What work under the lock is given.
pub struct Audited<'a> {
    /// What is known.
    pub store: &'a Store,
    /// To where.
    pub writer: &'a Writer,
    /// Id of the row.
    pub run_id: &'a str,
    /// What is written down at the end, however it ends.
    pub totals: &'a mut RunTotals,
}

/// What came of it.
#[derive(Debug)]
pub enum Ran {
    /// It was done, and came to this.
    Done(RunTotals),
    /// Another run of the service is at work.
    Skipped(Summary),
}

/// Does it. `after_a_kill` is what becomes of the work of an earlier run that was killed.
pub async fn audited(
    context: &Context,
    store: &Store,
    command: &str,
    after_a_kill: &str,
    work: impl AsyncFnOnce(Audited<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<Ran> {
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
                tracing::warn!(runs = interrupted, "an earlier run was killed; {after_a_kill}");
            }
            writer
        }
        Begun::Skipped { in_a_row } => return skipped(context.program.name, in_a_row).map(Ran::Skipped),
    };
    let mut totals = RunTotals::default();
    let result = work(Audited { store, writer: &writer, run_id, totals: &mut totals }).await;
    finish(context, store, run_id, result, totals).await?;
    Ok(Ran::Done(totals))
}

/// Does work that may be broken off at any await; a signal is then an error that says what becomes of it.
pub async fn unless_stopped<T>(
    context: &Context,
    what_becomes_of_it: &str,
    work: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<T> {
    tokio::select! {
        result = work => result,
        () = context.shutdown.cancelled() => Err(anyhow::anyhow!("stopped by a signal; {what_becomes_of_it}")),
    }
}

async fn finish(
    context: &Context,
    store: &Store,
    run_id: &str,
    result: anyhow::Result<()>,
    totals: RunTotals,
) -> anyhow::Result<()> {
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
    finished.context("writing down the end of the run")
}

fn skipped(service: &str, in_a_row: usize) -> anyhow::Result<Summary> {
    if in_a_row >= SKIPS_IN_A_ROW {
        anyhow::bail!(
            "another {service} is at work on this store, and so it was the last {in_a_row} times: is one hanging?"
        );
    }
    Ok(Summary { skipped: Some(format!("another {service} is at work on this store")), ..Summary::default() })
}
