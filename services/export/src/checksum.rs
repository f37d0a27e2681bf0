//! What a table holds, in two numbers: so that store and warehouse can be held against each other.

use anyhow::bail;

use crate::schema::Tables;

/// Rows that a table has, without those that are removed and leave it, and a sum of their hashes that does not depend on their
/// order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Checksum {
    pub(crate) rows: i64,
    /// Of the first 15 hex digits of each hash: a number that is never negative.
    pub(crate) hashes: i64,
}

impl Checksum {
    pub(crate) fn add(&mut self, hash: u64) {
        self.rows += 1;
        // 15 of the 16 digits: 60 bits are never negative, here as in the signed numbers of BigQuery
        self.hashes ^= (hash >> 4).cast_signed();
    }

    pub(crate) fn add_digits(&mut self, hash: &str) {
        // what is no hash counts as a row all the same, so that numbers of rows agree and the sums do not
        self.add(u64::from_str_radix(hash, 16).unwrap_or_default());
    }
}

/// Of each table, in the order in which they are sent.
pub(crate) type Checksums = Vec<Checksum>;

/// Holds the store (here) against the warehouse (there); a difference is an error that names the tables.
pub(crate) fn compare(tables: &Tables, here: &Checksums, there: &Checksums) -> anyhow::Result<()> {
    let mut differing = Vec::new();
    for ((table, here), there) in tables.iter().map(|table| table.name).zip(here).zip(there) {
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
    use crate::transform::tables::tables;

    #[test]
    fn what_differs_is_named() {
        let mut sum = Checksum::default();
        sum.add(0x0123_4567_89ab_cdef);
        sum.add_digits("fedcba9876543210");
        assert_eq!((sum.rows, sum.hashes), (2, 0xfff_ffff_ffff_ffff));
        let sums = |candidate| vec![sum, sum, candidate, sum, sum, sum];
        assert!(compare(&tables(), &sums(sum), &sums(sum)).is_ok());
        let said = |there| compare(&tables(), &sums(sum), &sums(there)).unwrap_err().to_string();
        let mut other = sum;
        other.hashes ^= 1;
        assert!(said(other).contains("candidate has 2 rows here and there, and not the same ones"));
        other.add_digits("no hash");
        assert!(said(other).contains("candidate has 2 rows here and 3 there"));
    }
}
