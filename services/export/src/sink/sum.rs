//! What a table holds, in two numbers: so that the two sides can be held against each other.

use anyhow::bail;
use store::Snapshot;

use super::rows::fold;
use crate::{
    schema::{Table, tables},
    transform::Privacy,
};

/// Rows that a table has, without those that are removed and leave it, and the sum of their hashes, which does not depend on their order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) rows: i64,
    /// Of the first 15 hex digits of each hash: a number that is never negative.
    pub(super) hashes: i64,
}

impl Sum {
    /// Adds a row, by its hash.
    pub(super) fn add(&mut self, hash: u64) {
        self.rows += 1;
        self.hashes ^= (hash >> 4).cast_signed();
    }

    /// Adds a row, by the hex digits of its hash. One that is no hash counts as a row all the same.
    pub(super) fn add_digits(&mut self, hash: &str) {
        self.add(u64::from_str_radix(hash, 16).unwrap_or_default());
    }
}

/// The sum of each table, in the order of [`tables`].
pub(super) type Sums = Vec<Sum>;

/// What the store holds, up to this change.
pub(super) async fn of_store(snapshot: &mut Snapshot, up_to: i64, privacy: &Privacy) -> anyhow::Result<Sums> {
    let mut sums = Sums::new();
    for table in tables() {
        sums.push(of_table(table, snapshot, up_to, privacy).await?);
    }
    Ok(sums)
}

async fn of_table(
    table: &'static Table,
    snapshot: &mut Snapshot,
    up_to: i64,
    privacy: &Privacy,
) -> anyhow::Result<Sum> {
    fold(table, snapshot, (0, up_to), privacy, Sum::default(), |sum, _, row| {
        if !row.leaves {
            sum.add(row.hash);
        }
    })
    .await
}

/// Holds the store (here) against the warehouse (there); a difference is an error that names the tables.
pub(super) fn compare(here: &Sums, there: &Sums) -> anyhow::Result<()> {
    let mut differing = Vec::new();
    for ((table, here), there) in tables().iter().map(|table| table.name).zip(here).zip(there) {
        tracing::debug!(
            table,
            rows.here = here.rows,
            rows.there = there.rows,
            sum.here = here.hashes,
            sum.there = there.hashes,
            "held against the store"
        );
        if here.rows != there.rows {
            differing.push(format!("{table} has {} rows here and {} there", here.rows, there.rows));
        } else if here != there {
            differing.push(format!("{table} has {} rows here and there, and not the same ones", here.rows));
        }
    }
    if !differing.is_empty() {
        bail!("the warehouse differs from the store: {}; the next run sends everything again", differing.join(", "));
    }
    let rows = here.iter().map(|sum| sum.rows).sum::<i64>();
    tracing::info!(tables = here.len(), rows, "the warehouse has what the store has");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_named() {
        let mut sum = Sum::default();
        sum.add(0x0123_4567_89ab_cdef);
        sum.add_digits("fedcba9876543210");
        assert_eq!((sum.rows, sum.hashes), (2, 0xfff_ffff_ffff_ffff));
        let sums = |candidate| vec![sum, sum, candidate, sum, sum, sum];
        assert!(compare(&sums(sum), &sums(sum)).is_ok());
        let said = |there| compare(&sums(sum), &sums(there)).unwrap_err().to_string();
        let mut other = sum;
        other.hashes ^= 1;
        assert!(said(other).contains("candidate has 2 rows here and there, and not the same ones"));
        other.add_digits("no hash");
        assert!(said(other).contains("candidate has 2 rows here and 3 there"));
    }
}
