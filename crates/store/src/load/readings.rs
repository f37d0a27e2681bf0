//! When applications were read before: what has changed since then happened since then.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait as _, Statement, Value};

use super::staged::Change;
use crate::StoreError;

/// Runs that are looked at, the last ones. One of them should have read everything, however often there is a run.
const RUNS: u64 = 2_000;

/// Earlier runs that have read applications, the last one first: those created since when, and the source's time at the run's
/// beginning. Each reaches farther back than those before it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Earlier(Vec<(DateTime<Utc>, DateTime<Utc>)>);

pub(super) async fn earlier(change: &Change<'_>) -> Result<Earlier, StoreError> {
    // of runs that have come to a good end: one that was cut off has read only a part, which nobody has written down
    let sql = "SELECT window_from, window_to FROM sync_run WHERE service = 'ingest' AND outcome = 'succeeded' \
               AND command IN ('run', 'reconcile') AND window_from IS NOT NULL AND window_to <= $1 \
               ORDER BY started_at DESC LIMIT $2";
    let backend = change.transaction.get_database_backend();
    let values = [change.observed.into(), Value::from(i64::try_from(RUNS).unwrap_or(i64::MAX))];
    let rows = change.transaction.query_all_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    let windows = rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)));
    Ok(Earlier::of(windows.collect::<Result<_, StoreError>>()?))
}

impl Earlier {
    fn of(mut windows: Vec<(DateTime<Utc>, DateTime<Utc>)>) -> Self {
        windows.sort_unstable_by_key(|(from, to)| (std::cmp::Reverse(*to), *from));
        let mut farthest = None;
        windows.retain(|(from, _)| {
            let reaches_farther = farthest.is_none_or(|farthest| *from < farthest);
            if reaches_farther {
                farthest = Some(*from);
            }
            reaches_farther
        });
        Self(windows)
    }

    /// What [`Earlier::last_read`] reads, to stand before the query. Its values are the third and those that follow.
    pub(super) fn with(&self) -> String {
        if self.0.is_empty() {
            return String::new();
        }
        let rows = (0..self.0.len()).map(|row| format!("(${}, ${})", 3 + 2 * row, 4 + 2 * row));
        format!("WITH earlier(read_from, read_to) AS (VALUES {})", rows.collect::<Vec<_>>().join(", "))
    }

    /// When an application of this alias was last read, as SQL; adds the values. It was read too when its last event was seen.
    pub(super) fn last_read(&self, alias: &str, values: &mut Vec<Value>) -> String {
        let seen = format!("SELECT e.observed AS at FROM application_event e WHERE e.application_id = {alias}.id");
        if self.0.is_empty() {
            return format!("(SELECT max(at) FROM ({seen}) seen)");
        }
        values.extend(self.0.iter().flat_map(|(from, to)| [(*from).into(), (*to).into()]));
        let read = format!("SELECT r.read_to AS at FROM earlier r WHERE r.read_from <= {alias}.created_at_source");
        format!("(SELECT max(at) FROM ({seen} UNION ALL {read}) seen)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_runs_those_matter_that_reach_farther_back_than_later_ones() {
        let at = |hour: i64| DateTime::UNIX_EPOCH + chrono::TimeDelta::hours(hour);
        let window = |from, to| (at(from), at(to));
        let runs = [window(0, 100), window(60, 110), window(50, 105), window(62, 112), window(10, 90), window(60, 104)];
        let those = [window(62, 112), window(60, 110), window(50, 105), window(0, 100)];
        assert_eq!(Earlier::of(runs.to_vec()), Earlier(those.to_vec()));
        assert_eq!(Earlier::of(Vec::new()).with(), "");
    }
}
