//! What an export counted.

use runtime::Summary;
use store::{RunTotals, SliceCounts};

use crate::{load::Written, transform::persons::Unlisted};

pub(crate) fn totals(written: &Written) -> RunTotals {
    // every row that was read was sent, as an update of the warehouse; tombstones are counted once more
    let counts = SliceCounts {
        fetched: written.rows,
        updated: written.rows,
        removed: written.removed,
        ..SliceCounts::default()
    };
    let Written { bytes, jobs, bytes_billed, requests, retries, .. } = *written;
    RunTotals { bytes, jobs, bytes_billed, requests, retries, counts: Some(counts), ..RunTotals::default() }
}

pub(crate) fn summary(written: &Written, unlisted: &Unlisted) -> Summary {
    Summary {
        rows: Some(written.rows),
        removed: Some(written.removed),
        bytes: Some(written.bytes),
        unlisted: Some(unlisted.count()),
        ..Summary::default()
    }
}
