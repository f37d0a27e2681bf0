//! However a source reads `from` and `to`, the same is in the store in the end, and nothing valid is taken for gone.

use chrono::{DateTime, TimeDelta, Utc};
use rig::{Program, on_each_backend};
use serde_json::json;

use crate::fixture::{Reads, Rig, application};

on_each_backend!(
    every_way_of_reading_leaves_the_same,
    a_slice_with_records_from_elsewhere_is_asked_for_again_and_what_was_kept_before_it,
    what_comes_from_outside_is_counted_and_is_no_evidence,
    a_first_run_asks_for_nothing_twice_when_bounds_are_only_exclusive,
    a_slice_of_many_is_given_up_too,
    what_was_delivered_elsewhere_is_not_gone,
);

/// Slices of a day and more, which look back two days.
fn run(rig: &Rig) -> Program {
    rig.ingest().with("INGEST_SLICE_HOURS", "24").with("INGEST_LOOKBACK_HOURS", "48")
}

/// The source has an application each hour, from the start on, and some on the bounds of slices.
fn fill_hours(rig: &Rig) {
    let start: DateTime<Utc> = "2026-05-01T00:00:00Z".parse().unwrap();
    rig.source.applications(|applications| {
        applications.clear();
        for number in 0..700 {
            let mut record = application(number);
            let at = start + TimeDelta::hours(number.into());
            record["created"] = json!(at.to_rfc3339());
            record["updated"] = json!(null);
            applications.push(record);
        }
    });
}

const ALL: [Reads; 8] = [
    Reads::HalfOpen,
    Reads::Inclusive,
    Reads::Exclusive,
    Reads::Local(2),
    Reads::Local(-5),
    Reads::Local(14),
    Reads::Days(0),
    Reads::Days(2),
];

async fn every_way_of_reading_leaves_the_same(rig: &Rig) {
    for reads in ALL {
        let other = Rig::new(rig.database.backend).await;
        fill_hours(&other);
        other.source.reads(reads);
        let first = run(&other).run();
        first.must(0, &[]);
        let is_wide = matches!(reads, Reads::Local(_) | Reads::Days(_));
        let checked = run(&other).argument("check").run();
        assert_eq!(checked.out.contains("with 24 hours on both sides"), is_wide, "{reads:?}: {}", checked.out);
        assert_eq!(checked.code(), Some(0));
        assert_eq!(other.database.rows().await.applications.len(), 700, "{reads:?}");
        // everything is read again, in other slices; nothing of it is gone
        let reconciled = run(&other).with("INGEST_SLICE_HOURS", "31").argument("--reconcile").run();
        assert_eq!(reconciled.must(0, &[]).count("removed"), 0, "{reads:?}");
        assert_eq!((reconciled.count("inserted"), reconciled.count("updated")), (0, 0), "{reads:?}");
        let rows = other.database.rows().await;
        assert!(rows.applications.iter().all(|row| row.removed_at.is_none()), "{reads:?}");
        for ended in [&first, &reconciled] {
            let counts = ["inserted", "updated", "unchanged", "rejected", "suppressed", "outside"];
            let accounted: u64 = counts.iter().map(|name| ended.count(name)).sum();
            assert_eq!(ended.count("fetched"), accounted, "{reads:?}");
        }
        assert_eq!(reconciled.count("outside") > 0, is_wide, "{reads:?}");
        let run = other.database.last_run().await;
        assert_eq!((run.outside > 0, run.unjudged.is_some()), (is_wide, is_wide), "{reads:?}: {run:?}");
        // what is gone is found where the answers are what was asked for
        other.source.applications(|applications| drop(applications.remove(300)));
        let removed = removed_by_reconcile(&other);
        assert_eq!(removed, u64::from(!is_wide), "{reads:?}");
    }
}

fn removed_by_reconcile(rig: &Rig) -> u64 {
    run(rig).argument("--reconcile").run().must(0, &[]).count("removed")
}

async fn a_slice_with_records_from_elsewhere_is_asked_for_again_and_what_was_kept_before_it(rig: &Rig) {
    fill_hours(rig);
    // the second slice is the first to show it: in the first, what is from elsewhere would be before all
    rig.source.applications(|applications| drop(applications.drain(0..3)));
    rig.source.reads(Reads::Local(2));
    let ended = run(rig).run();
    ended.must(0, &["the source reads `from` and `to` otherwise than as UTC", "are asked for again"]);
    let asked: Vec<String> =
        rig.source.take_requests().iter().filter_map(|request| request.parameter("from")).collect();
    let begun_anew: Vec<_> = asked.iter().filter(|from| from.starts_with("2026-04-30T00:00:00")).collect();
    assert_eq!(asked[0], "2026-04-30T23:59:00.000000Z");
    assert_eq!(begun_anew.len(), 1, "{asked:?}");
    assert_eq!(rig.database.rows().await.applications.len(), 697);
    // all later ones are asked for so, without being begun twice
    run(rig).run().must(0, &[]);
    let asked: Vec<_> = rig.source.take_requests().iter().filter_map(|request| request.parameter("from")).collect();
    let of_two_slices = ["2026-05-29T12:00:00.000000Z", "2026-05-30T12:00:00.000000Z"];
    assert_eq!(asked, of_two_slices, "the source's now, less two days, and a day more");
}

async fn what_comes_from_outside_is_counted_and_is_no_evidence(rig: &Rig) {
    fill_hours(rig);
    run(rig).run().must(0, &[]);
    rig.source.reads(Reads::Local(2));
    let reconciled = run(rig).argument("--reconcile").run();
    assert_eq!(reconciled.must(0, &["no application is taken for gone in this reconcile"]).count("removed"), 0);
    assert!(reconciled.count("outside") > 0);
    let why = rig.database.last_run().await.unjudged.unwrap();
    assert!(why.contains("records from outside the window that was asked for"), "{why}");
    let fresh = run(rig).argument("fresh").argument("--max-age").argument("1h").run();
    assert_eq!(fresh.code(), Some(0));
    assert!(fresh.out.contains("none of the applications can be taken for gone"), "{}", fresh.out);
    // once it reads them as we do, all can be judged again, though more is asked for
    rig.source.reads(Reads::HalfOpen);
    rig.source.applications(|applications| drop(applications.remove(300)));
    let again = run(rig).argument("--reset-marks").run();
    assert_eq!(again.must(0, &["everything is read again"]).count("removed"), 1);
    assert_eq!(rig.database.last_run().await.unjudged, None);
    let fresh = run(rig).argument("fresh").argument("--max-age").argument("1h").run();
    assert!(!fresh.out.contains("taken for gone"), "{}", fresh.out);
    assert!(run(rig).argument("check").run().out.contains("24 hours"), "that it read them otherwise is not forgotten");
}

async fn a_first_run_asks_for_nothing_twice_when_bounds_are_only_exclusive(rig: &Rig) {
    fill_hours(rig);
    let asked = |reads| {
        rig.source.reads(reads);
        run(rig).argument("--reconcile").run().must(0, &[]);
        rig.source.take_requests().len()
    };
    assert_eq!(asked(Reads::HalfOpen), asked(Reads::Exclusive));
    assert_eq!(asked(Reads::HalfOpen), asked(Reads::Inclusive));
}

async fn a_slice_of_many_is_given_up_too(rig: &Rig) {
    fill_hours(rig);
    rig.source.reads(Reads::Local(2));
    // more than is inserted by one statement, so that it is still on its way into the temporary table
    rig.source.applications(|applications| {
        for record in applications {
            record["source"] = json!({"note": "x".repeat(5_000)});
        }
    });
    let ended = rig.ingest().with("INGEST_LOOKBACK_HOURS", "48").with("INGEST_SLICE_HOURS", "200").run();
    ended.must(0, &["are asked for again"]);
    assert_eq!(rig.database.rows().await.applications.len(), 700);
}

async fn what_was_delivered_elsewhere_is_not_gone(rig: &Rig) {
    fill_hours(rig);
    run(rig).run().must(0, &[]);
    // a source that goes by another date: one application comes with those of days later
    rig.source.reads(Reads::Otherwise("application-100", 240));
    let reconciled = run(rig).argument("--reconcile").run();
    reconciled.must(0, &["are asked for again", "no application is taken for gone"]);
    assert_eq!((reconciled.count("removed"), reconciled.count("outside") > 0), (0, true));
    assert!(rig.database.rows().await.applications.iter().all(|row| row.removed_at.is_none()));
}
