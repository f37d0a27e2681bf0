//! What the warehouse holds: the number of rows, and a sum over their hashes. The numbers alone are free of charge: BigQuery knows them
//! without reading a table.

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
    let (rows, billed) = asked(jobs, tables, one, most_bytes).await?;
    let sums = tables.iter().zip(rows).map(|(table, row)| {
        let found = number(&row, 1).zip(number(&row, 2)).map(|(rows, hashes)| Checksum { rows, hashes });
        found.with_context(|| unsaid(table.name))
    });
    Ok((sums.collect::<anyhow::Result<_>>()?, billed))
}

/// Asks for the number of rows of each table; gives also the bytes that were charged.
pub(super) async fn rows_of_tables(
    jobs: &Jobs<'_>,
    dataset: Dataset<'_>,
    tables: &Tables,
    most_bytes: u64,
) -> anyhow::Result<(Vec<i64>, u64)> {
    let one = |name: &str| format!("SELECT '{name}', COUNT(*) FROM {}", dataset.table(name));
    let (rows, billed) = asked(jobs, tables, one, most_bytes).await?;
    let counts = tables.iter().zip(rows).map(|(table, row)| number(&row, 1).with_context(|| unsaid(table.name)));
    Ok((counts.collect::<anyhow::Result<_>>()?, billed))
}

/// One question of all tables; gives their rows, in the order of the tables.
async fn asked(
    jobs: &Jobs<'_>,
    tables: &Tables,
    of_table: impl Fn(&str) -> String,
    most_bytes: u64,
) -> anyhow::Result<(Vec<Vec<Option<String>>>, u64)> {
    let sql = tables.iter().map(|table| of_table(table.name)).collect::<Vec<_>>().join(" UNION ALL ");
    let (rows, billed) = jobs.ask(&sql, most_bytes).await?;
    let of_tables = tables.iter().map(|table| {
        // UNION ALL promises no order, so each row has the name of its table
        let row = rows.iter().find(|row| row.first().and_then(Option::as_deref) == Some(table.name));
        row.cloned().with_context(|| unsaid(table.name))
    });
    Ok((of_tables.collect::<anyhow::Result<_>>()?, billed))
}

fn unsaid(table: &str) -> String {
    format!("BigQuery did not say how many rows {table} has")
}

fn number(row: &[Option<String>], place: usize) -> Option<i64> {
    row.get(place)?.as_deref()?.parse().ok()
}
