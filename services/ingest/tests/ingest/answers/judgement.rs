//! Answers that are well formed and not believed until somebody has looked.

use rig::{counts, on_each_backend};
use serde_json::json;

use crate::fixture::{MEDIUM, Rig, posting};

on_each_backend!(
    another_customer,
    another_slug_gives_nobody_a_second_candidate,
    another_address,
    too_many_are_gone,
    none_is_left,
    a_few_are_gone,
);

async fn another_customer(rig: &Rig) {
    rig.fill().await;
    let other = rig.ingest().with("EMPLY_CUSTOMER", "other");
    let words = ["the data of acme at", "not of other at", "another DATABASE_URL", "--adopt"];
    rig.must_fail(other.clone(), 2, &words).await;
    assert!(rig.source.take_requests().is_empty());

    other.clone().argument("--adopt").run().must(0, &[]);
    assert_eq!(rig.database.rows().await.source[0].customer, "other");
    other.run().must(0, &[]);
    rig.must_fail(rig.ingest(), 2, &["the data of other at"]).await;
}

async fn another_slug_gives_nobody_a_second_candidate(rig: &Rig) {
    // known by their addresses, which the slug is part of
    rig.source.applications(|applications| {
        for record in applications {
            record.as_object_mut().unwrap().remove("candidateId");
        }
    });
    rig.ingest().run().must(0, &[]);
    let before = rig.database.rows().await;
    assert!(before.candidates.len() == 10 && before.candidates.iter().all(|row| row.key.starts_with("email:")));
    // a run that looks back an hour sees none of them, unless everything is read again
    let other = rig.ingest().with("EMPLY_CUSTOMER", "other").with("INGEST_LOOKBACK_HOURS", "1");
    let ended = other.clone().argument("--adopt").run();
    ended.must(0, &["everything is read again"]);
    assert_eq!((ended.count("updated"), ended.count("removed")), (20, 0), "of the same bytes another row is made");
    let after = rig.database.rows().await;
    let live: Vec<_> = after.candidates.iter().filter(|row| row.removed_at.is_none()).collect();
    assert_eq!(live.len(), 10, "{live:?}");
    assert!(live.iter().all(|row| before.candidates.iter().all(|held| held.key != row.key)));
    assert!(after.applications.iter().all(|row| live.iter().any(|person| person.key == row.candidate_key)));
    assert_eq!(after.events, before.events, "nothing has happened to them");
    assert_eq!(other.run().must(0, &[]).count("updated"), 0);
}

async fn another_address(rig: &Rig) {
    rig.fill().await;
    let moved = format!("{}/behind/a/proxy", rig.source.url());
    rig.must_fail(rig.ingest().with("EMPLY_BASE_URL", &moved), 2, &["/behind/a/proxy", "--adopt"]).await;
    rig.ingest().with("EMPLY_BASE_URL", format!("{}/", rig.source.url())).run().must(0, &[]);
}

async fn too_many_are_gone(rig: &Rig) {
    rig.fill().await;
    rig.source.postings(|postings| {
        postings.truncate(1);
        postings.extend((100..120).map(posting));
    });
    let words = ["11 of 12 are gone from the source", "more than the 10", "--accept-removals 11"];
    rig.must_fail(rig.ingest(), 2, &words).await;
    rig.must_fail(rig.ingest().argument("--accept-removals=10"), 2, &["--accept-removals 11"]).await;

    let ended = rig.ingest().argument("--accept-removals=11").run();
    assert_eq!(ended.must(0, &[]).count("removed"), 11);
    let rows = rig.database.rows().await.postings;
    assert_eq!(rows.iter().filter(|row| row.removed_at.is_some()).count(), 11);
    // what is gone is not gone once more
    assert_eq!(rig.ingest().run().must(0, &[]).count("removed"), 0);
}

async fn none_is_left(rig: &Rig) {
    rig.source.postings(|postings| postings.truncate(2));
    rig.ingest().run().must(0, &[]);
    rig.source.postings(Vec::clear);
    let ended = rig.ingest().run();
    ended.must(2, &["2 of 2 are gone from the source", "--accept-removals 2"]);
    assert!(rig.database.rows().await.postings.iter().all(|row| row.removed_at.is_none()));
    rig.ingest().argument("--accept-removals=2").run().must(0, &[]);
    assert!(rig.database.rows().await.postings.iter().all(|row| row.removed_at.is_some()));
}

async fn a_few_are_gone(rig: &Rig) {
    let before = rig.fill().await;
    rig.source.postings(|postings| drop(postings.drain(..3)));
    assert_eq!(rig.ingest().run().must(0, &[]).counts(), counts! { fetched: 29, unchanged: 29, removed: 3 });
    let after = rig.database.rows().await;
    let gone = after.postings.iter().filter(|row| row.removed_at.is_some()).collect::<Vec<_>>();
    assert_eq!(gone.len(), 3);
    assert!(gone.iter().all(|row| row.changed_seq > before.change_counter[0].value));
    // one comes back; another medium's list says nothing about this one's
    rig.source.postings(|postings| postings.push(posting(0)));
    assert_eq!(rig.ingest().run().must(0, &[]).counts(), counts! { fetched: 30, updated: 1, unchanged: 29 });
    rig.source.postings(|postings| {
        *postings = vec![posting(50)];
        postings[0]["mediaId"] = json!("7e1f4b2a-03c9-4d3d-8a55-6b1c9d0e2f02");
    });
    let ended = rig.ingest().with("EMPLY_MEDIA_IDS", "7e1f4b2a-03c9-4d3d-8a55-6b1c9d0e2f02").run();
    ended.must(0, &["EMPLY_MEDIA_IDS no longer lists a medium", MEDIUM]);
    assert_eq!(ended.count("removed"), 0);
}
