//! Records that could not be read are listed, and tried again.

use rig::{counts, on_each_backend};
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};

use crate::fixture::{BODY, Rig, store_only, stored};

on_each_backend!(
    they_are_listed_without_what_they_hold,
    what_can_be_read_by_now_lands,
    what_is_newer_in_the_store_stays,
    a_run_that_is_old_is_not_fresh,
    unknown_fields_are_counted,
);

async fn they_are_listed_without_what_they_hold(rig: &Rig) {
    rig.source.applications(|applications| applications.push(json!({"id": "bad", "created": 17, "firstName": BODY})));
    rig.ingest().run().must(0, &[]);
    let shown = store_only(&rig.database.url_of("ingest")).argument("rejected").run();
    assert_eq!(shown.code(), Some(0));
    assert!(shown.out.contains("application.created: expected a string, found a number"), "{}", shown.out);
    let shown = store_only(&rig.database.url_of("ingest")).argument("rejected").argument("--json").run();
    let records: Vec<Value> = serde_json::from_str(&shown.out).unwrap();
    assert_eq!((records.len(), records[0]["stream"].as_str()), (1, Some("application")));
    assert_eq!(records[0]["fingerprint"].as_str().map(str::len), Some(64));
    assert!(!shown.out.contains(BODY));
}

/// As if an older program had not understood them.
async fn keep_aside(rig: &Rig, records: &[Value]) {
    let db = rig.database.connect().await;
    for (number, record) in records.iter().enumerate() {
        let stream = if record["mediaId"].is_null() { "application" } else { "posting" };
        let payload = record.to_string().replace('\'', "''");
        db.execute_unprepared(&format!(
            "insert into rejected_record (fingerprint, stream, reason, payload, run_id, first_seen, last_seen) values \
             ('{number:064}', '{stream}', 'unknown', '{payload}', 'x', '2026-01-01 00:00:00+00:00', '2026-01-01 00:00:00+00:00')"
        ))
        .await
        .unwrap();
    }
}

async fn what_can_be_read_by_now_lands(rig: &Rig) {
    rig.source.applications(|applications| applications.push(json!({"id": "bad", "created": 17})));
    rig.ingest().run().must(0, &[]);
    keep_aside(rig, &[crate::fixture::application(50), crate::fixture::posting(50)]).await;
    let ended = store_only(&rig.database.url_of("ingest")).argument("replay-rejected").run();
    assert_eq!(ended.must(0, &[]).counts(), counts! { fetched: 3, inserted: 2, rejected: 1 });
    let rows = rig.database.rows().await;
    assert_eq!(rows.counts(), stored! { postings: 13, applications: 21, candidates: 11, events: 21, rejected: 1 });
    assert_eq!(rows.rejected[0].reason, "application.created: expected a string, found a number", "as it is seen now");
    assert_eq!(rig.database.last_run().await.command, "replay-rejected");
    // the second time nothing can be read that could not be before
    let again = store_only(&rig.database.url_of("ingest")).argument("replay-rejected").run();
    assert_eq!(again.must(0, &[]).counts(), counts! { fetched: 1, rejected: 1 });
}

async fn what_is_newer_in_the_store_stays(rig: &Rig) {
    let before = rig.fill().await;
    let mut old = crate::fixture::application(3);
    old["updated"] = json!("2026-05-10T00:00:00Z");
    old["status"] = json!(0);
    keep_aside(rig, &[old]).await;
    let ended = store_only(&rig.database.url_of("ingest")).argument("replay-rejected").run();
    assert_eq!(ended.must(0, &[]).counts(), counts! { fetched: 1, unchanged: 1 });
    let after = rig.database.rows().await;
    assert!(after.applications == before.applications && after.rejected.is_empty());
}

async fn a_run_that_is_old_is_not_fresh(rig: &Rig) {
    let fresh = |age: &str| {
        store_only(&rig.database.url_of("ingest")).argument("fresh").argument("--max-age").argument(age).run()
    };
    fresh("3h").must(1, &["there has never been a good run"]);
    rig.fill().await;
    assert!(fresh("3h").must(0, &[]).out.contains("the last good run ended at"));
    // a failed one, and one that was no run, do not count
    rig.source.answer_next(crate::fixture::On::Postings, rig::http::Answer::whole("401 Unauthorized", &[], ""));
    rig.ingest().run().must(2, &[]);
    let db = rig.database.connect().await;
    let back = "update sync_run set started_at = '2026-01-01 00:00:00+00:00', finished_at = '2026-01-01 00:00:09+00:00' \
                where outcome = 'succeeded'";
    db.execute_unprepared(back).await.unwrap();
    store_only(&rig.database.url_of("ingest")).argument("replay-rejected").run().must(0, &[]);
    fresh("3h").must(1, &["2026-01-01 00:00:09", "longer than 3h"]);
    assert_eq!(fresh("soon").code(), Some(2));
}

async fn unknown_fields_are_counted(rig: &Rig) {
    rig.source.applications(|applications| {
        for record in applications.iter_mut().take(3) {
            record["score"] = json!(BODY);
        }
    });
    let ended = rig.ingest().run();
    ended.must(0, &["a field that the contract does not name", r#""field":"application.score""#, r#""records":3"#]);
    let rows = rig.database.rows().await;
    assert!(rows.applications.iter().filter(|row| row.raw.contains("score")).count() == 3, "it is kept");
}
