//! Whether the warehouse has what the store has: the number of rows, and a sum over their hashes.

use anyhow::{Context as _, bail};
use futures_util::{StreamExt as _, TryStreamExt as _};
use store::Snapshot;

use super::{job::Jobs, merge::Place};
use crate::{
    schema::{Application, ApplicationEvent, Candidate, JobPosting, Table, hashed_row},
    transform::Persons,
};

/// Rows of a table, and the sum of their hashes, which does not depend on their order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sum {
    rows: i64,
    hashes: i64,
}

/// Compares every table; a difference is an error that names it. Gives the bytes that were charged.
pub(super) async fn compare(
    jobs: &Jobs<'_>,
    place: Place<'_>,
    most_bytes: u64,
    snapshot: &Snapshot,
    up_to: i64,
    persons: &Persons,
) -> anyhow::Result<u64> {
    let here = [
        (JobPosting::NAME, of_store::<JobPosting>(snapshot, up_to, persons).await?),
        (Candidate::NAME, of_store::<Candidate>(snapshot, up_to, persons).await?),
        (Application::NAME, of_store::<Application>(snapshot, up_to, persons).await?),
        (ApplicationEvent::NAME, of_store::<ApplicationEvent>(snapshot, up_to, persons).await?),
    ];
    // the first 15 digits of a hash are a number that is never negative
    let one = |name: &str| {
        format!(
            "SELECT '{name}', COUNT(*), COALESCE(BIT_XOR(CAST(CONCAT('0x', SUBSTR(row_hash, 1, 15)) AS INT64)), 0) FROM {}",
            place.table(name)
        )
    };
    let sql = here.iter().map(|(name, _)| one(name)).collect::<Vec<_>>().join(" UNION ALL ");
    let (rows, billed) = jobs.ask(&sql, most_bytes).await?;
    let mut differing = Vec::new();
    for (name, here) in here {
        let row = rows.iter().find(|row| row.first().and_then(Option::as_deref) == Some(name));
        let there = row.and_then(|row| Some(Sum { rows: number(row, 1)?, hashes: number(row, 2)? }));
        let there = there.with_context(|| format!("BigQuery did not say how many rows {name} has"))?;
        if here != there {
            differing.push(format!("{name} has {} rows here and {} there", here.rows, there.rows));
        }
        tracing::debug!(table = name, rows = here.rows, same = here == there, "held against the store");
    }
    if !differing.is_empty() {
        bail!("the warehouse differs from the store: {}; the next run sends everything again", differing.join(", "));
    }
    tracing::info!(tables = rows.len(), bytes_billed = billed, "the warehouse has what the store has");
    Ok(billed)
}

fn number(row: &[Option<String>], place: usize) -> Option<i64> {
    row.get(place)?.as_deref()?.parse().ok()
}

async fn of_store<T: Table>(snapshot: &Snapshot, up_to: i64, persons: &Persons) -> anyhow::Result<Sum> {
    let rows = snapshot.changed::<T::Source>(0, up_to).await?;
    let mut rows = std::pin::pin!(rows.map_err(anyhow::Error::from));
    let mut sum = Sum::default();
    while let Some(row) = rows.next().await {
        let row = hashed_row::<T>(row?, persons);
        if !row.is_removed {
            sum.rows += 1;
            sum.hashes ^= i64::from_str_radix(&row.hash[..15], 16).unwrap_or_default();
        }
    }
    Ok(sum)
}
