//! What an export counted.

use std::time::Duration;

use runtime::{Context, Summary, answer};
use store::{RunTotals, SliceCounts, Store};

use crate::sink::Written;

/// This many runs in a row that found another one at work are a failure.
const SKIPS_IN_A_ROW: usize = 3;

/// What a run comes to that found another one at work.
pub(crate) fn skipped(in_a_row: usize) -> anyhow::Result<Summary> {
    if in_a_row >= SKIPS_IN_A_ROW {
        anyhow::bail!(
            "another export is at work on this store, and so it was the last {in_a_row} times: is one hanging?"
        );
    }
    Ok(Summary { skipped: Some("another export is at work on this store".to_owned()), ..Summary::default() })
}

/// For the audit: every row that was read was sent, as an update of the warehouse; tombstones are counted once more.
pub(crate) fn totals(written: &Written) -> RunTotals {
    let counts = SliceCounts {
        fetched: written.rows,
        updated: written.rows,
        removed: written.removed,
        ..SliceCounts::default()
    };
    let Written { bytes, jobs, bytes_billed, requests, retries, .. } = *written;
    RunTotals { bytes, jobs, bytes_billed, requests, retries, counts: Some(counts), ..RunTotals::default() }
}

/// Whether the last good run is young enough.
pub(crate) async fn fresh(context: &Context, store: &Store, max_age: Duration) -> anyhow::Result<Summary> {
    let found = store.freshness(&["run", "full"], max_age, context.clock.now()).await?;
    if found.is_stale {
        anyhow::bail!(found.sentence(max_age));
    }
    answer::line(found.sentence(max_age));
    Ok(Summary::default())
}

/// For the summary line.
pub(crate) fn summary(written: &Written) -> Summary {
    Summary {
        rows: Some(written.rows),
        removed: Some(written.removed),
        bytes: Some(written.bytes),
        ..Summary::default()
    }
}
