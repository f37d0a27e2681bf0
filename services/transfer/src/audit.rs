//! Every command that writes does so under the lock and with a row in the audit.

use one_shot::{Audited, Patience, Ran, audited};
use runtime::{Context, Summary};
use store::Store;

use crate::report;

/// Does it. A signal does not break it off: work looks at it between two calls, since one that is broken off is one whose
/// answer is lost.
pub(crate) async fn run(
    context: &Context,
    store: &Store,
    how: (&str, Patience),
    work: impl AsyncFnOnce(Audited<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<Summary> {
    match audited(context, store, how, "this one goes on where it stopped", work).await? {
        Ran::Done(totals) => Ok(report::summary(&totals)),
        Ran::Skipped(summary) => Ok(summary),
    }
}
