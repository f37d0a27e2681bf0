//! One run after another, two at once, one that is stopped.

use rig::{counts, on_each_backend};
use serde_json::json;

use crate::fixture::{On, Rig, stored};

on_each_backend!(
    a_second_run_changes_nothing,
    what_changed_is_written,
    when_it_came_in_stays_as_it_was_first_seen,
    sigterm,
    two_at_once,
);

async fn a_second_run_changes_nothing(rig: &Rig) {
    let first = rig.fill().await;
    let second = rig.ingest().run();
    assert_eq!(second.must(0, &[]).counts(), counts! { fetched: 32, unchanged: 32 });
    // every row and every column, changed_seq and the counter behind it among them
    assert!(rig.database.rows().await == first, "a row was written");
    let run = rig.database.last_run().await;
    assert_eq!((run.fetched, run.inserted, run.updated, run.unchanged), (32, 0, 0, 32));
    assert_eq!((run.outcome.as_str(), run.service.as_str(), run.trigger.as_str()), ("succeeded", "ingest", "manual"));
    assert!(run.bytes > 0 && run.window_from < run.window_to, "{run:?}");
}

async fn what_changed_is_written(rig: &Rig) {
    let first = rig.fill().await;
    rig.source.bring_news();
    rig.source.applications(|applications| {
        applications[1]["stage"] = json!({"localization": [{"locale": "en-GB", "value": "Interview"}]});
        applications[1]["updated"] = json!("2026-05-31T00:00:00Z");
    });
    assert_eq!(
        rig.ingest().with("RUN_TRIGGER", "schedule").run().must(0, &[]).counts(),
        counts! { fetched: 34, inserted: 2, updated: 3, unchanged: 29 }
    );
    assert_eq!(rig.database.last_run().await.trigger, "schedule");
    let second = rig.database.rows().await;
    // a new application, another status, another stage: an event each
    assert_eq!(second.counts(), stored! { postings: 13, applications: 21, candidates: 11, events: 23 });
    let before = first.change_counter[0].value;
    let moved = second.events.iter().find(|event| event.to_stage.as_deref() == Some("Interview")).unwrap();
    assert_eq!(moved.from_stage.as_deref(), Some("New applications"));
    assert_eq!(moved.occurred, domain::instant::parse("2026-05-31T00:00:00Z").unwrap());
    let changed = second.applications.iter().filter(|row| row.changed_seq > before).count();
    assert_eq!((changed, second.postings.iter().filter(|row| row.changed_seq > before).count()), (3, 2));
}

async fn when_it_came_in_stays_as_it_was_first_seen(rig: &Rig) {
    let first = rig.fill().await.applications;
    // somebody has corrected it at the source, into another month
    rig.source.applications(|applications| applications[0]["created"] = json!("2026-05-31T00:00:00Z"));
    assert_eq!(rig.ingest().run().must(0, &[]).count("updated"), 1);
    let rows = rig.database.rows().await.applications;
    let of = |rows: &[store::entity::application::Model]| {
        rows.iter().find(|row| row.id == "application-0").map(|row| (row.created, row.created_at_source)).unwrap()
    };
    assert_eq!(of(&rows).0, of(&first).0, "the warehouse has it in the partition of its month");
    assert_eq!(of(&rows).1, domain::instant::parse("2026-05-31T00:00:00Z").unwrap());
    // by the other it is looked for, and found where it is now
    let reconciled = rig.ingest().with("INGEST_SLICE_HOURS", "24").argument("--reconcile").run();
    assert_eq!((reconciled.must(0, &[]).count("removed"), reconciled.count("updated")), (0, 0));
}

async fn sigterm(rig: &Rig) {
    rig.fill().await;
    rig.source.bring_news();
    for on in [On::Postings, On::Applications] {
        let before = rig.database.rows().await;
        let gate = rig.source.stop_in_the_middle(on);
        let running = rig.ingest().start();
        gate.wait_until_reached();
        if on == On::Applications {
            // they are asked for while the list of postings is committed
            for _ in 0..500 {
                if rig.database.rows().await.postings.len() == 13 {
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        }
        running.terminate();
        // not "not done 20 s later", which would mean that the run was cut short
        let words = ["SIGTERM", "stopped by a signal; what was committed stays, the rest is read by the next run"];
        running.wait().must(1, &words);
        gate.open();
        let run = rig.database.last_run().await;
        assert_eq!(run.outcome, "failed");
        assert!(run.error.unwrap().contains("stopped by a signal") && run.finished_at.is_some());
        assert_eq!(run.window_to.is_some(), on == On::Applications, "what was asked for");
        let mut after = rig.database.rows().await;
        if on == On::Applications {
            // the list of postings had been read to its end
            assert_eq!(after.postings.len(), 13);
            (after.postings, after.change_counter) = (before.postings.clone(), before.change_counter.clone());
        }
        assert!(after == before, "half an answer was kept");
    }
    rig.ingest().run().must(0, &[]);
    assert_eq!(
        rig.database.rows().await.counts(),
        stored! { postings: 13, applications: 21, candidates: 11, events: 22 }
    );
    assert!(rig.database.runs().await.iter().all(|run| run.outcome != "running"));
}

async fn two_at_once(rig: &Rig) {
    let gate = rig.source.stop_in_the_middle(On::Postings);
    let first = rig.ingest().start();
    gate.wait_until_reached();
    for _ in 0..2 {
        rig.ingest().run().must_be_skipped("another ingest is at work on this store");
        assert_eq!(rig.database.last_run().await.outcome, "skipped");
    }
    rig.ingest().run().must(1, &["so it was the last 3 times", "is one hanging?"]);
    assert_eq!(rig.source.take_requests().len(), 1, "only the first has asked");

    gate.open();
    first.wait().must(0, &["succeeded"]);
    let runs = rig.database.runs().await;
    let outcomes = runs.iter().map(|run| run.outcome.as_str()).collect::<Vec<_>>();
    assert_eq!(outcomes, ["succeeded", "skipped", "skipped", "skipped"]);
    // the lock is free again, and the row of skips begins anew
    rig.ingest().run().must(0, &["succeeded"]);
    assert_eq!(
        rig.database.rows().await.counts(),
        stored! { postings: 12, applications: 20, candidates: 10, events: 20 }
    );
}
