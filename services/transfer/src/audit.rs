//! Every command that writes does so under the lock and with a row in the audit.

use anyhow::Context as _;
use runtime::{Context, Summary};
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
    /// What is written down at the end, however it ends.
    pub(crate) totals: &'a mut RunTotals,
}

/// Does it. A signal does not break it off: work looks at it between two calls, since one that is broken off is one whose
/// answer is lost.
pub(crate) async fn run(
    context: &Context,
    store: &Store,
    command: &str,
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
                tracing::warn!(runs = interrupted, "an earlier transfer was killed; this one goes on where it stopped");
            }
            writer
        }
        Begun::Skipped { in_a_row } => return report::skipped(in_a_row),
    };
    let mut totals = RunTotals::default();
    let result = work(Audited { store, writer: &writer, run_id, totals: &mut totals }).await;
    let outcome = match &result {
        Ok(()) => Outcome::Succeeded,
        Err(error) => Outcome::Failed(format!("{error:#}")),
    };
    let finished = store.finish_run(run_id, &outcome, totals, context.clock.now()).await;
    result?;
    finished.context("writing down the end of the run")?;
    Ok(report::summary(&totals))
}
