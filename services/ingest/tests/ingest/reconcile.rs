//! What the source no longer has, or has changed, is found by reading everything again.

use chrono::TimeDelta;
use chrono::{DateTime, Utc};
use rig::{Program, counts, http::Answer, on_each_backend};
use sea_orm::{ActiveModelTrait as _, ActiveValue::Set, ConnectionTrait as _, EntityTrait as _, IntoActiveModel as _};
use serde_json::json;
use store::entity::sync_cursor;

use crate::fixture::{On, Rig, application, stored};

on_each_backend!(
    deletions_and_edits_of_old_applications_are_found,
    it_is_due_by_itself,
    it_is_due_every_day_or_every_week_where_there_are_many,
    one_that_is_cut_off_goes_on,
    too_many_are_not_believed_and_not_asked_for_every_hour,
    requests_are_capped,
);

/// A run that looks back one hour only, in slices of a day.
fn run(rig: &Rig) -> Program {
    rig.ingest().with("INGEST_LOOKBACK_HOURS", "1").with("INGEST_SLICE_HOURS", "24")
}

/// Applications that the store has and the source has lost.
async fn gone(rig: &Rig) -> Vec<String> {
    let rows = rig.database.rows().await.applications;
    rows.into_iter().filter(|row| row.removed_at.is_some()).map(|row| row.id).collect()
}

/// Questions for applications since the last time.
fn asked(rig: &Rig) -> usize {
    rig.source.take_requests().iter().filter(|request| request.path().contains("find-by-date")).count()
}

/// Makes the last reconcile one of long ago.
async fn let_time_pass(rig: &Rig, stream: &str) {
    let db = rig.database.connect().await;
    let statement = format!("update sync_cursor set position = '2020-01-01 00:00:00+00:00' where stream = '{stream}'");
    assert_eq!(db.execute_unprepared(&statement).await.unwrap().rows_affected(), 1, "{stream}");
}

async fn deletions_and_edits_of_old_applications_are_found(rig: &Rig) {
    rig.fill().await;
    rig.source.applications(|applications| {
        applications.remove(3);
        applications[0]["status"] = json!(0);
    });
    assert_eq!(
        run(rig).run().must(0, &[]).counts(),
        counts! { fetched: 12, unchanged: 12 },
        "an hourly run looks back an hour"
    );
    assert_eq!(gone(rig).await, Vec::<String>::new());

    let ended = run(rig).argument("--reconcile").run();
    assert_eq!(
        ended.must(0, &["everything is read again"]).counts(),
        counts! { fetched: 32, updated: 1, unchanged: 31, removed: 1 }
    );
    assert_eq!(gone(rig).await, ["application-3"]);
    let rows = rig.database.rows().await;
    let events = rows.events.iter().filter(|event| event.application_id == "application-3");
    assert!(events.clone().count() == 1 && events.clone().all(|event| event.removed_at.is_some()));
    assert_eq!(rig.database.last_run().await.command, "reconcile");

    // it comes back
    rig.source.applications(|applications| applications.push(application(3)));
    assert_eq!(
        run(rig).argument("--reconcile").run().must(0, &[]).counts(),
        counts! { fetched: 33, updated: 1, unchanged: 32 }
    );
    assert_eq!(gone(rig).await, Vec::<String>::new());
    let before = rig.database.rows().await;
    assert_eq!(run(rig).argument("--reconcile").run().must(0, &[]).counts(), counts! { fetched: 33, unchanged: 33 });
    assert!(rig.database.rows().await.without_times() == before.without_times(), "the second one wrote a row");
}

async fn it_is_due_by_itself(rig: &Rig) {
    rig.fill().await;
    run(rig).run().must(0, &[]);
    assert_eq!(asked(rig), 1, "the first run was one, so it is not due");
    rig.source.applications(|applications| drop(applications.remove(3)));
    let_time_pass(rig, "applications/reconciled").await;
    run(rig).run().must(0, &["everything is read again"]);
    assert!(asked(rig) > 3);
    assert_eq!(gone(rig).await, ["application-3"]);
    run(rig).run().must(0, &[]);
    assert_eq!(asked(rig), 1);
}

/// Makes the last reconcile one of so many hours before it was.
async fn let_hours_pass(rig: &Rig, hours: i64) {
    let db = rig.database.connect().await;
    let mark = sync_cursor::Entity::find_by_id("applications/reconciled").one(&db).await.unwrap().unwrap();
    let position = mark.position - TimeDelta::hours(hours);
    sync_cursor::ActiveModel { position: Set(position), ..mark.into_active_model() }.update(&db).await.unwrap();
}

/// Puts so many applications into the store that nobody has sent, of before what is asked for.
async fn make_many(rig: &Rig, count: u64) {
    let db = rig.database.connect().await;
    let many = format!(
        "INSERT INTO application (id, candidate_key, candidate_hash, created, created_at_source, raw, content_hash, raw_hash, \
         first_seen, changed_seq) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) \
         SELECT 'many-' || i, 'k', 'h', '2020-01-01 00:00:00+00:00', '2020-01-01 00:00:00+00:00', '{{}}', 'h', 'h', \
         '2020-01-01 00:00:00+00:00', 1 FROM n"
    );
    assert_eq!(db.execute_unprepared(&many).await.unwrap().rows_affected(), count);
}

async fn it_is_due_every_day_or_every_week_where_there_are_many(rig: &Rig) {
    rig.fill().await;
    let every_week = "\"hours\":168";
    let json = || run(rig).with("LOG_FORMAT", "json");
    let_hours_pass(rig, 23).await;
    json().run().must(0, &["INGEST_RECONCILE_HOURS is not set", "\"hours\":24"]);
    assert_eq!(asked(rig), 1);
    let_hours_pass(rig, 2).await;
    json().with("INGEST_RECONCILE_HOURS", "26").run().must(0, &[]);
    assert_eq!(asked(rig), 1, "who says how often is not asked how many there are");
    json().run().must(0, &["everything is read again"]);
    asked(rig);

    let few = rig.database.rows().await.applications.len() as u64;
    make_many(rig, 200_001 - few).await;
    let_hours_pass(rig, 25).await;
    for _ in 0..2 {
        json().run().must(0, &[every_week]);
        assert_eq!(asked(rig), 1);
    }
    let_hours_pass(rig, 144).await;
    json().run().must(0, &[every_week, "everything is read again"]);

    let db = rig.database.connect().await;
    db.execute_unprepared("DELETE FROM application WHERE id LIKE 'many-%'").await.unwrap();
    let_hours_pass(rig, 169).await;
    json().run().must(0, &["\"hours\":24", "everything is read again"]);
}

async fn one_that_is_cut_off_goes_on(rig: &Rig) {
    rig.fill().await;
    rig.source.applications(|applications| drop(applications.remove(18)));
    let_time_pass(rig, "applications/reconciled").await;
    let first_asked = || {
        let requests = rig.source.take_requests();
        requests.iter().find_map(|request| request.parameter("from")).unwrap()
    };
    // two slices pass; the third is cut off
    let cut_off = || {
        rig.source.pass_by(On::Applications, 2);
        rig.source.answer_next(On::Applications, Answer::whole("500 Internal Server Error", &[], ""));
        run(rig).with("EMPLY_MAX_RETRY_SECONDS", "0").run().must(1, &["500"]);
        assert_eq!(first_asked(), "2026-04-30T23:59:00.000000Z");
    };
    cut_off();
    assert_eq!(gone(rig).await, Vec::<String>::new(), "nothing goes before all was read");
    run(rig).run().must(0, &["it goes on"]);
    assert_eq!(first_asked(), "2026-05-03T23:59:00.000000Z", "after slices of a day and of two");
    assert_eq!(gone(rig).await, ["application-18"]);

    // what was missing may be back: then it begins anew, and so it does when somebody asks for it
    rig.source.applications(|applications| drop(applications.remove(1)));
    let_time_pass(rig, "applications/reconciled").await;
    cut_off();
    rig.source.applications(|applications| applications.insert(1, application(1)));
    run(rig).run().must(0, &["everything is read again"]);
    assert_eq!(gone(rig).await, ["application-18"]);
}

async fn too_many_are_not_believed_and_not_asked_for_every_hour(rig: &Rig) {
    rig.fill().await;
    rig.source.applications(Vec::clear);
    let before = rig.database.rows().await.applications;
    let refused = run(rig).argument("--reconcile").run();
    refused.must(2, &["20 of 20 are gone from the source", "--reconcile --accept-removals 20"]);
    assert!(rig.database.rows().await.applications == before);
    asked(rig);

    // the next hours read what is new, and do not ask for everything again
    let_time_pass(rig, "applications/reconciled").await;
    run(rig).run().must(0, &[]);
    assert_eq!(asked(rig), 1);
    // a day later it is tried again
    let_time_pass(rig, "applications/put-off").await;
    run(rig).run().must(2, &["20 of 20"]);

    run(rig).argument("--reconcile").argument("--accept-removals").argument("20").run().must(0, &[]);
    let rows = rig.database.rows().await;
    let now: DateTime<Utc> = rows.applications[0].removed_at.expect("gone");
    assert!(rows.applications.iter().all(|row| row.removed_at == Some(now)), "all in one transaction");
    assert!(rows.candidates.iter().all(|row| row.removed_at == Some(now)));
}

async fn requests_are_capped(rig: &Rig) {
    let capped = run(rig).with("INGEST_MAX_REQUESTS", "3").run();
    capped.must(1, &["3 requests were sent, as many as INGEST_MAX_REQUESTS allows"]);
    assert_eq!(rig.source.take_requests().len(), 3);
    assert_eq!(rig.database.last_run().await.requests, 3);
    // each run comes further
    let mut runs = 1;
    while run(rig).with("INGEST_MAX_REQUESTS", "3").run().code() != Some(0) {
        runs += 1;
        assert!(runs < 20, "it does not come on");
    }
    assert_eq!(
        rig.database.rows().await.counts(),
        stored! { postings: 12, applications: 20, candidates: 10, events: 20 }
    );
}
