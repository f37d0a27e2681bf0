//! What the warehouse holds: the number of rows, and a sum over their hashes.

use anyhow::Context as _;

use super::{job::Jobs, merge::Dataset};
use crate::{
    checksum::{Checksum, Checksums},
    schema::Tables,
};

/// Asks for the sum of each table; gives also the bytes that were charged.
pub(super) async fn of_tables(
    jobs: &Jobs<'_>,
    dataset: Dataset<'_>,
    tables: &Tables,
    most_bytes: u64,
) -> anyhow::Result<(Checksums, u64)> {
    let one = |name: &str| {
        format!(
            "SELECT '{name}', COUNT(*), COALESCE(BIT_XOR(CAST(CONCAT('0x', SUBSTR(row_hash, 1, 15)) AS INT64)), 0) FROM {}",
            dataset.table(name)
        )
    };
    let sql = tables.iter().map(|table| one(table.name)).collect::<Vec<_>>().join(" UNION ALL ");
    let (rows, billed) = jobs.ask(&sql, most_bytes).await?;
    let sums = tables.iter().map(|table| {
        // UNION ALL promises no order, so each row has the name of its table
        let row = rows.iter().find(|row| row.first().and_then(Option::as_deref) == Some(table.name));
        let found = row.and_then(|row| Some(Checksum { rows: number(row, 1)?, hashes: number(row, 2)? }));
        found.with_context(|| format!("BigQuery did not say how many rows {} has", table.name))
    });
    Ok((sums.collect::<anyhow::Result<_>>()?, billed))
}

fn number(row: &[Option<String>], place: usize) -> Option<i64> {
    row.get(place)?.as_deref()?.parse().ok()
}
