//! Every command that writes does so under the lock and with a row in the audit.

use one_shot::{Audited, Patience, Ran, audited};
use runtime::{Context, Summary};
use store::{RunTotals, Store};

pub(crate) async fn run(
    context: &Context,
    store: &Store,
    how: (&str, Patience),
    work: impl AsyncFnOnce(Audited<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<Summary> {
    // without `unless_stopped`: a call to the board that is broken off is one whose answer is lost, so work looks for a signal
    // between two of them
    match audited(context, store, how, "this one goes on where it stopped", work).await? {
        Ran::Done(totals) => Ok(summary(&totals)),
        Ran::Skipped(summary) => Ok(summary),
    }
}

fn summary(totals: &RunTotals) -> Summary {
    let counts = totals.counts.unwrap_or_default();
    Summary {
        fetched: Some(counts.fetched),
        inserted: Some(counts.inserted),
        updated: Some(counts.updated),
        unchanged: Some(counts.unchanged),
        removed: Some(counts.removed),
        rejected: Some(counts.rejected),
        suppressed: Some(counts.suppressed),
        requests: Some(totals.requests),
        retries: Some(totals.retries),
        ..Summary::default()
    }
}
