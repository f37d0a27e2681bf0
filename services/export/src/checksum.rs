//! What a table holds, in two numbers: so that store and warehouse can be held against each other.

use std::collections::BTreeMap;

use anyhow::bail;
use serde::{Deserialize, Serialize};

use crate::schema::Tables;

/// Rows, and a sum of their hashes that does not depend on their order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
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

    pub(crate) fn add_all(&mut self, other: &Self) {
        self.rows += other.rows;
        self.hashes ^= other.hashes;
    }
}

/// Of each table, in the order in which they are sent: of the rows that it has now, without those that are removed and leave it.
pub(crate) type Checksums = Vec<Checksum>;

/// Of all versions that the files of tables have, by the tables' names. As JSON it is kept in the store and in the lake: a table or
/// a number more, by a later release, is no other JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Sums(BTreeMap<String, Checksum>);

impl Sums {
    pub(crate) fn add(&mut self, table: &str, sum: &Checksum) {
        self.0.entry(table.to_owned()).or_default().add_all(sum);
    }

    /// What was kept as JSON; none where that says nothing to this release.
    pub(crate) fn parse(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }

    pub(crate) fn to_json(&self) -> String {
        // numbers by names, which are always JSON
        serde_json::to_string(self).unwrap_or_default()
    }

    fn of(&self, table: &str) -> Checksum {
        self.0.get(table).copied().unwrap_or_default()
    }
}

/// How the one side differs from the other, table by table.
fn differences<'a>(
    compared: impl Iterator<Item = (&'a str, Checksum, Checksum)>,
    (here, there): (&str, &str),
) -> Vec<String> {
    let mut differing = Vec::new();
    for (table, ours, theirs) in compared {
        tracing::debug!(
            table,
            rows.here = ours.rows,
            rows.there = theirs.rows,
            sum.here = ours.hashes,
            sum.there = theirs.hashes,
            "compared"
        );
        if ours.rows != theirs.rows {
            differing.push(format!("{table} has {} rows {here} and {} {there}", ours.rows, theirs.rows));
        } else if ours != theirs {
            differing.push(format!("{table} has {} rows {here} and {there}, and not the same ones", ours.rows));
        }
    }
    differing
}

/// Holds the store (here) against the warehouse (there); a difference is an error that names the tables.
pub(crate) fn compare(tables: &Tables, here: &Checksums, there: &Checksums) -> anyhow::Result<()> {
    let compared = tables.iter().zip(here).zip(there).map(|((table, here), there)| (table.name, *here, *there));
    let differing = differences(compared, ("here", "there"));
    if !differing.is_empty() {
        bail!("the warehouse differs from the store: {}; the next run sends everything again", differing.join(", "));
    }
    Ok(())
}

/// Holds what was written down of a warehouse against what it says of itself; a difference is an error that names the tables.
pub(crate) fn compare_sums(tables: &Tables, sent: &Sums, found: &Sums) -> anyhow::Result<()> {
    let compared = tables.iter().map(|table| (table.name, sent.of(table.name), found.of(table.name)));
    let differing = differences(compared, ("as it was sent", "in its files"));
    if !differing.is_empty() {
        bail!(
            "the lake is not the one that was written last, but perhaps an older copy of it: {}; the next run writes it anew",
            differing.join(", ")
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::tables::tables;

    fn a_sum() -> Checksum {
        let mut sum = Checksum::default();
        sum.add(0x0123_4567_89ab_cdef);
        sum.add_digits("fedcba9876543210");
        sum
    }

    #[test]
    fn what_differs_is_named() {
        let sum = a_sum();
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

    #[test]
    fn sums_are_kept_as_json_that_may_say_more() {
        let mut sums = Sums::default();
        sums.add("candidate", &a_sum());
        sums.add("candidate", &a_sum());
        assert_eq!(sums.to_json(), r#"{"candidate":{"rows":4,"hashes":0}}"#);
        assert_eq!(Sums::parse(&sums.to_json()).as_ref(), Some(&sums));
        let later = r#"{"candidate":{"rows":4,"hashes":0,"bytes":7},"interview":{"rows":1,"hashes":2}}"#;
        let later = Sums::parse(later).unwrap();
        assert!(compare_sums(&tables(), &sums, &later).is_ok(), "a table that this release does not know");
        assert_eq!(Sums::parse("[]"), None);
        let said = compare_sums(&tables(), &sums, &Sums::default()).unwrap_err().to_string();
        assert!(said.contains("candidate has 4 rows as it was sent and 0 in its files"), "{said}");
    }
}
