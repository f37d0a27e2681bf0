//! The audit of runs, for the summary line and for people.

use std::time::Duration;

use chrono::{DateTime, Utc};
use runtime::{Context, Summary, answer};
use store::{Store, entity::sync_run};

use crate::{
    due::{STREAM, UNJUDGED},
    transform::Counts,
};

pub(crate) async fn summary(store: &Store, run_id: &str) -> anyhow::Result<Summary> {
    let Some(run) = store.run(run_id).await? else { return Ok(Summary::default()) };
    let count = |count: i64| u64::try_from(count).ok();
    Ok(Summary {
        fetched: count(run.fetched),
        inserted: count(run.inserted),
        updated: count(run.updated),
        unchanged: count(run.unchanged),
        removed: count(run.removed),
        rejected: count(run.rejected),
        suppressed: count(run.suppressed),
        outside: count(run.outside),
        bytes: count(run.bytes),
        requests: count(run.requests),
        retries: count(run.retries),
        ..Summary::default()
    })
}

/// Whether the last good run is young enough; and of what nothing can be said to be gone, which does not make it older.
pub(crate) async fn fresh(context: &Context, store: &Store, max_age: Duration) -> anyhow::Result<Summary> {
    let found = one_shot::fresh(context, store, &["run", "reconcile"], max_age).await;
    for line in unjudged(store).await? {
        answer::line(line);
    }
    found
}

/// A sentence for each stream of which nothing can be said to be gone.
pub(crate) async fn unjudged(store: &Store) -> anyhow::Result<Vec<String>> {
    let marks = store.marks(UNJUDGED).await?;
    Ok(marks
        .iter()
        .map(|mark| {
            let what = match mark.stream.trim_start_matches(UNJUDGED).split_once('/') {
                Some((stream, medium)) => format!("{stream} of medium {medium}"),
                None => STREAM.to_owned(),
            };
            let since = mark.position.format("%Y-%m-%d %H:%M:%S");
            format!(
                "since {since} none of the {what} can be taken for gone: `ingest runs --json` says why (unjudged), `ingest rejected` \
                 lists records that cannot be read"
            )
        })
        .collect())
}

pub(crate) fn noticed(counts: Counts) {
    for (field, records) in counts.unknown {
        tracing::warn!(field, records, "a field that the contract does not name; it stays in the raw payload");
    }
    for ((field, what), records) in counts.remarks {
        tracing::warn!(field, records, what, "a value was not taken as it came; it stays in the raw payload");
    }
}

pub(crate) async fn print_runs(context: &Context, store: &Store, limit: u64, as_json: bool) -> anyhow::Result<Summary> {
    let runs = store.runs(Some(context.program.name), limit).await?;
    if as_json {
        let runs: Vec<_> = runs.iter().map(sync_run::Model::to_json).collect();
        answer::line(serde_json::to_string_pretty(&runs)?);
    } else {
        let header = [
            "started",
            "seconds",
            "command",
            "outcome",
            "fetched",
            "inserted",
            "updated",
            "unchanged",
            "removed",
            "rejected",
            "error",
        ];
        answer::table(&header, &runs.iter().map(to_row).collect::<Vec<_>>());
    }
    Ok(Summary::default())
}

pub(crate) async fn print_rejected(store: &Store, limit: u64, as_json: bool) -> anyhow::Result<Summary> {
    let records = store.rejected(None, "", limit).await?;
    if as_json {
        // without what they hold: that may be of a person
        let records = records.iter().map(|record| {
            serde_json::json!({
                "fingerprint": record.fingerprint, "stream": record.stream, "reason": record.reason,
                "first_seen": record.first_seen, "last_seen": record.last_seen, "run_id": record.run_id,
            })
        });
        answer::line(serde_json::to_string_pretty(&records.collect::<Vec<_>>())?);
        return Ok(Summary::default());
    }
    let minute = |at: DateTime<Utc>| at.format("%Y-%m-%d %H:%M").to_string();
    let rows = records.iter().map(|record| {
        let fingerprint = record.fingerprint.chars().take(12).collect();
        vec![
            minute(record.first_seen),
            minute(record.last_seen),
            fingerprint,
            record.stream.clone(),
            record.reason.clone(),
        ]
    });
    answer::table(&["first seen", "last seen", "fingerprint", "stream", "reason"], &rows.collect::<Vec<_>>());
    Ok(Summary::default())
}

fn to_row(run: &sync_run::Model) -> Vec<String> {
    let counts = [run.fetched, run.inserted, run.updated, run.unchanged, run.removed, run.rejected];
    let seconds = run.finished_at.map(|end| format!("{:.1}", (end - run.started_at).as_seconds_f64()));
    let mut row = vec![
        run.started_at.format("%Y-%m-%d %H:%M:%S").to_string(),
        seconds.unwrap_or_default(),
        run.command.clone(),
        run.outcome.clone(),
    ];
    row.extend(counts.iter().map(ToString::to_string));
    row.push(run.error.clone().unwrap_or_default());
    row
}
