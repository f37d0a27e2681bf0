//! Records that cannot be read, among others that can.

use rig::{counts, on_each_backend};
use serde_json::json;

use crate::fixture::{BODY, Rig, application, posting, stored};

on_each_backend!(
    one_among_good_ones,
    a_posting_that_may_be_known,
    a_posting_of_which_the_key_can_be_read_is_listed,
    too_many,
    any_bytes,
);

async fn one_among_good_ones(rig: &Rig) {
    rig.source.applications(|applications| {
        applications.insert(7, json!({"id": "bad", "created": 17, "firstName": BODY}));
    });
    rig.source.postings(|postings| {
        postings[3].as_object_mut().unwrap().remove("title");
    });
    let ended = rig.ingest().run();
    ended.must(0, &["application.created: expected a string, found a number", "posting.title: missing"]);
    assert_eq!(ended.counts(), counts! { fetched: 33, inserted: 31, rejected: 2 });
    let first = rig.database.rows().await;
    assert_eq!(first.counts(), stored! { postings: 11, applications: 20, candidates: 10, events: 20, rejected: 2 });
    let kept = first.rejected.iter().find(|row| row.stream == "application").unwrap();
    assert_eq!(kept.reason, "application.created: expected a string, found a number");
    assert_eq!(kept.payload, format!(r#"{{"created":17,"firstName":"{BODY}","id":"bad"}}"#));

    // kept once, however often it comes
    assert_eq!(rig.ingest().run().must(0, &[]).counts(), counts! { fetched: 33, unchanged: 31, rejected: 2 });
    let second = rig.database.rows().await;
    assert_eq!(second.rejected.len(), 2);
    for (first, second) in first.rejected.iter().zip(&second.rejected) {
        assert!(first.first_seen == second.first_seen && first.last_seen < second.last_seen);
    }
    let blank = |mut rows: crate::fixture::Rows| {
        rows.rejected.clear();
        rows
    };
    assert!(blank(first) == blank(second), "the good ones were written again");

    // once it is mended it lands
    rig.source.postings(|postings| postings[3] = posting(3));
    assert_eq!(
        rig.ingest().run().must(0, &[]).counts(),
        counts! { fetched: 33, inserted: 1, unchanged: 31, rejected: 1 }
    );
}

async fn a_posting_that_may_be_known(rig: &Rig) {
    rig.fill().await;
    // the list has eleven, and one more that may be the twelfth
    rig.source.postings(|postings| {
        postings[0] = json!({"vacancyId": null, "mediaId": "5d3c1c5e-7f0a-4b52-9c11-0a6f2d8e4b01"});
    });
    let ended = rig.ingest().run();
    ended.must(0, &["no posting of this medium is taken for gone in this run", "1 records without a readable key"]);
    assert_eq!(ended.counts(), counts! { fetched: 32, unchanged: 31, rejected: 1 });
    assert!(rig.database.rows().await.postings.iter().all(|row| row.removed_at.is_none()));
    // the audit says so, and so does everything that says how it stands
    let why = rig.database.last_run().await.unjudged;
    assert_eq!(
        why.as_deref(),
        Some("postings of medium 5d3c1c5e-7f0a-4b52-9c11-0a6f2d8e4b01: 1 records without a readable key")
    );
    let fresh = || rig.ingest().argument("fresh").argument("--max-age").argument("1h").run();
    let told = "none of the postings of medium 5d3c1c5e-7f0a-4b52-9c11-0a6f2d8e4b01 can be taken for gone";
    assert!(fresh().out.contains(told) && rig.ingest().argument("check").run().out.contains(told));
    let since = fresh().out;
    rig.ingest().run().must(0, &[]);
    assert_eq!(since.lines().last(), fresh().out.lines().last(), "since when it is so stays");
    // until the list can be read again
    rig.source.postings(|postings| drop(postings.remove(0)));
    assert_eq!(rig.ingest().run().must(0, &[]).counts(), counts! { fetched: 31, unchanged: 31, removed: 1 });
    assert!(!fresh().out.contains(told));
    assert_eq!(rig.database.last_run().await.unjudged, None);
}

async fn a_posting_of_which_the_key_can_be_read_is_listed(rig: &Rig) {
    rig.fill().await;
    rig.source.postings(|postings| {
        // nothing but its key can be read, of one not even the medium, which is that of the list; another one is gone
        postings[0] =
            json!({"vacancyId": "VACANCY-0", "mediaId": "5d3c1c5e-7f0a-4b52-9c11-0a6f2d8e4b01", "title": BODY});
        postings[1] = json!({"vacancyId": "vacancy-1", "mediaId": [BODY]});
        drop(postings.remove(7));
    });
    let ended = rig.ingest().run();
    assert_eq!(
        ended.must(0, &["posting.title"]).counts(),
        counts! { fetched: 31, unchanged: 29, removed: 1, rejected: 2 }
    );
    let gone = |rows: crate::fixture::Rows| -> Vec<String> {
        rows.postings.into_iter().filter(|row| row.removed_at.is_some()).map(|row| row.vacancy_id).collect()
    };
    assert_eq!(gone(rig.database.rows().await), ["vacancy-7"]);
    assert_eq!(rig.database.last_run().await.unjudged, None);
    // all that is left of the list cannot be read: it is not empty
    rig.source.postings(|postings| postings.truncate(2));
    let ended = rig.ingest().run();
    assert_eq!(ended.must(0, &[]).count("removed"), 9);
    assert_eq!(gone(rig.database.rows().await).len(), 10);
}

async fn too_many(rig: &Rig) {
    rig.fill().await;
    let bad = |count: u32| (0..count).map(|number| json!({"id": format!("bad-{number}")})).collect::<Vec<_>>();
    rig.source.applications(|applications| applications.extend(bad(4)));
    // 4 of 24 are more than a tenth, but so few never fail a run
    rig.ingest().run().must(0, &[]);
    let before = rig.database.rows().await;
    assert_eq!(before.rejected.len(), 4);

    rig.source.applications(|applications| {
        applications.extend(bad(6).into_iter().skip(4));
        applications.push(application(50));
    });
    let ended = rig.ingest().run();
    ended.must(2, &["6 of 27 records cannot be read", "INGEST_MAX_REJECTED_RATIO", "nothing of this slice was kept"]);
    ended.must(2, &["application.created: missing"]);
    assert!(rig.database.rows().await == before, "something of the slice was kept");
    assert_eq!(rig.database.last_run().await.outcome, "failed");

    rig.ingest().with("INGEST_MAX_REJECTED_RATIO", "0.3").run().must(0, &[]);
    assert_eq!(
        rig.database.rows().await.counts(),
        stored! { postings: 12, applications: 21, candidates: 11, events: 21, rejected: 6 }
    );
}

async fn any_bytes(rig: &Rig) {
    rig.source.applications(|applications| {
        // a database's text cannot hold NUL, and COPY has characters of its own
        applications[0]["lastName"] = json!("a\u{0}b");
        applications[1]["lastName"] = json!("tab\there \\N \\. \r\n \u{2028} \u{1f600} \"");
    });
    rig.ingest().run().must(0, &["half a character or NUL, replaced by U+FFFD"]);
    let rows = rig.database.rows().await;
    assert_eq!(rows.counts(), stored! { postings: 12, applications: 20, candidates: 10, events: 20 });
    let nul = rows.applications.iter().find(|row| row.id == "application-0").unwrap();
    assert_eq!(nul.last_name.as_deref(), Some("a\u{fffd}b"));
    assert!(nul.raw.contains(r"a\u0000b"), "it is kept as it came");
    let odd = rows.applications.iter().find(|row| row.id == "application-1").unwrap();
    assert_eq!(odd.last_name.as_deref(), Some("tab\there \\N \\. \r\n \u{2028} \u{1f600} \""));
}
