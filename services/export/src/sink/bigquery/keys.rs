//! Whether the staging table has one row of each key.
//!
//! BigQuery refuses a MERGE of which two rows match one of the target, and inserts both where none matches. So they are counted
//! before, and by BigQuery: from here it would take the keys of all rows in memory, while there only the columns of the key
//! are read; and whichever run has loaded the table, this is what the MERGE reads.

use anyhow::{Context as _, bail};
use runtime::Final;

use super::{job::Jobs, merge::Dataset, table::stage};
use crate::schema::Table;

/// Gives the bytes that were charged.
pub(super) async fn must_be_single(
    jobs: &Jobs<'_>,
    dataset: Dataset<'_>,
    table: &Table,
    most_bytes: u64,
) -> anyhow::Result<u64> {
    let (rows, billed) = jobs.ask(&question(table, dataset), most_bytes).await?;
    let number = |at: usize| rows.first()?.get(at)?.as_deref()?.parse::<u64>().ok();
    let counts = number(0).zip(number(1));
    let (rows, keys) = counts.with_context(|| format!("BigQuery did not say how many keys {} has", stage(table)))?;
    if rows != keys {
        // no retry helps: the next run finds the same load job and the same rows
        bail!(Final::new(format!(
            "{stage} has {rows} rows and {keys} different keys ({key}), and a row of {name} can be merged with one of them at \
             most. Nothing of it was merged. export --full loads everything anew; if it says the same, the store has two rows \
             that the warehouse knows by one key, which is a defect of export",
            stage = stage(table),
            key = table.key.join(", "),
            name = table.name,
        )));
    }
    Ok(billed)
}

fn question(table: &Table, dataset: Dataset<'_>) -> String {
    let (stage, key) = (dataset.table(&stage(table)), table.key.join(", "));
    format!("SELECT COALESCE(SUM(n), 0), COUNT(*) FROM (SELECT COUNT(*) AS n FROM {stage} GROUP BY {key})")
}
