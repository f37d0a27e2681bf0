//! The statement that brings changes into their table.

use std::collections::BTreeSet;

use crate::{load::Month, schema::Table};

/// More are named by the first and the last.
const MOST_MONTHS: usize = 500;

/// What is in the staging table.
#[derive(Debug, Clone, Copy)]
pub(super) enum What<'a> {
    /// Changes of rows in the partitions of these months.
    Changes(&'a BTreeSet<Month>),
    /// All that there is: whatever else is in the table goes.
    Everything,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Dataset<'a> {
    pub(super) project: &'a str,
    pub(super) name: &'a str,
}

impl Dataset<'_> {
    pub(super) fn table(&self, name: &str) -> String {
        format!("`{}.{}.{name}`", self.project, self.name)
    }
}

/// Merges the staging table, which has one row of each key ([`super::keys`]). Rows are updated only when they differ, and removed
/// ones are deleted, unless the table keeps them.
pub(super) fn statement(table: &Table, dataset: Dataset<'_>, stage: &str, what: What<'_>) -> String {
    let (partitions, gone) = match what {
        // as literals: from a condition that compares columns, BigQuery would not see which partitions to leave out, and would
        // read, and charge, the whole table
        What::Changes(months) => (partitions(table, months), ""),
        // a row that has wandered to another partition is not the same
        What::Everything => (
            table.partition.map(|column| format!("t.{column} = s.{column}")),
            "\nWHEN NOT MATCHED BY SOURCE THEN DELETE",
        ),
    };
    let source = dataset.table(stage);
    let on = table.key.iter().map(|column| format!("t.{column} = s.{column}")).chain(partitions);
    let columns: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
    let updates = columns.iter().filter(|column| !table.key.contains(column));
    let updates = updates.map(|column| format!("{column} = s.{column}")).collect::<Vec<_>>().join(", ");
    let values = columns.iter().map(|column| format!("s.{column}")).collect::<Vec<_>>().join(", ");
    // the first WHEN that fits counts, so DELETE stands before UPDATE; what came and went since the last export is not inserted
    let (delete, is_there) =
        if table.keeps_removed { ("", "") } else { ("WHEN MATCHED AND s.removed THEN DELETE\n", " AND NOT s.removed") };
    // the export that tells of an earlier one again gives it its own number, which is not in the hash
    let differs = if table.tells_of_exports() { "t.changed_seq != s.changed_seq" } else { "t.row_hash != s.row_hash" };
    format!(
        "MERGE {target} t USING {source} s ON {on}\n\
         {delete}WHEN MATCHED AND {differs} THEN UPDATE SET {updates}\n\
         WHEN NOT MATCHED{is_there} THEN INSERT ({columns}) VALUES ({values}){gone}",
        target = dataset.table(table.name),
        on = on.collect::<Vec<_>>().join(" AND "),
        columns = columns.join(", "),
    )
}

fn partitions(table: &Table, months: &BTreeSet<Month>) -> Option<String> {
    let column = table.partition?;
    let (first, last) = (*months.first()?, *months.last()?);
    let stretches = if months.len() > MOST_MONTHS { vec![(first, last)] } else { stretches(months) };
    let written = stretches.into_iter().map(|(first, last)| {
        let from = format!("t.{column} >= {}", literal(first));
        // after December 9999 there is nothing
        match next(last) {
            (10_000.., _) => from,
            end => format!("{from} AND t.{column} < {}", literal(end)),
        }
    });
    Some(format!("({})", written.collect::<Vec<_>>().join(" OR ")))
}

/// Months that follow each other, as their first and last.
fn stretches(months: &BTreeSet<Month>) -> Vec<(Month, Month)> {
    let mut stretches: Vec<(Month, Month)> = Vec::new();
    for month in months {
        match stretches.last_mut() {
            Some((_, last)) if next(*last) == *month => *last = *month,
            _ => stretches.push((*month, *month)),
        }
    }
    stretches
}

fn next((year, month): Month) -> Month {
    if month == 12 { (year + 1, 1) } else { (year, month + 1) }
}

fn literal((year, month): Month) -> String {
    format!("TIMESTAMP '{year:04}-{month:02}-01 00:00:00+00'")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::tables::tables;

    const DATASET: Dataset<'static> = Dataset { project: "p", name: "d" };

    fn table(name: &str) -> &'static Table {
        tables().into_iter().find(|table| table.name == name).unwrap()
    }

    #[test]
    fn only_the_partitions_that_are_touched_are_named() {
        let months = BTreeSet::from([(2025, 11), (2025, 12), (2026, 1), (2026, 5)]);
        let sql = statement(table("application"), DATASET, "application_changes", What::Changes(&months));
        let on = "ON t.application_id = s.application_id AND (t.created >= TIMESTAMP '2025-11-01 00:00:00+00' \
                  AND t.created < TIMESTAMP '2026-02-01 00:00:00+00' \
                  OR t.created >= TIMESTAMP '2026-05-01 00:00:00+00' AND t.created < TIMESTAMP '2026-06-01 00:00:00+00')\n";
        assert!(sql.starts_with("MERGE `p.d.application` t USING `p.d.application_changes` s ON "), "{sql}");
        assert!(sql.contains(on), "{sql}");
        assert!(!sql.contains("application_id = s.application_id,"), "a key is not updated: {sql}");
    }

    #[test]
    fn a_table_without_partitions_is_matched_by_its_key_alone() {
        let sql = statement(table("candidate"), DATASET, "candidate_changes", What::Changes(&BTreeSet::new()));
        assert!(
            sql.contains("s ON t.candidate_key = s.candidate_key\nWHEN MATCHED AND s.removed THEN DELETE\n"),
            "{sql}"
        );
    }

    #[test]
    fn what_is_gone_stays_where_reports_name_it() {
        for name in ["job_posting", "posting_event", "export_run"] {
            let sql = statement(table(name), DATASET, "changes", What::Changes(&BTreeSet::new()));
            assert!(!sql.contains("DELETE") && !sql.contains("s.removed T") && !sql.contains("NOT s.removed"), "{sql}");
            assert!(sql.contains("\nWHEN NOT MATCHED THEN INSERT ("), "{sql}");
            let differs = if name == "export_run" { "changed_seq" } else { "row_hash" };
            assert!(sql.contains(&format!("WHEN MATCHED AND t.{differs} != s.{differs} THEN UPDATE SET ")), "{sql}");
        }
        let sql = statement(table("job_posting"), DATASET, "changes", What::Everything);
        assert!(sql.ends_with("\nWHEN NOT MATCHED BY SOURCE THEN DELETE"), "what the store has lost goes: {sql}");
    }

    #[test]
    fn everything_takes_the_place_of_what_was_there() {
        let sql = statement(table("application"), DATASET, "application_changes", What::Everything);
        assert!(sql.contains("ON t.application_id = s.application_id AND t.created = s.created\n"), "{sql}");
        assert!(sql.ends_with("\nWHEN NOT MATCHED BY SOURCE THEN DELETE"), "{sql}");
    }

    #[test]
    fn many_partitions_are_named_by_the_first_and_the_last() {
        let every_other = (1900..2000).flat_map(|year| [1, 3, 5, 7, 9, 11].map(|month| (year, month)));
        let every_other: BTreeSet<Month> = every_other.collect();
        assert!(every_other.len() > MOST_MONTHS);
        let named = partitions(table("application"), &every_other).unwrap();
        assert_eq!(named.matches("TIMESTAMP").count(), 2);
        let last = partitions(table("application"), &BTreeSet::from([(9999, 12)])).unwrap();
        assert_eq!(last, "(t.created >= TIMESTAMP '9999-12-01 00:00:00+00')");
    }
}
