//! A person is forgotten: nothing of them stays, and nothing comes back.

use std::path::Path;

use rig::{Program, on_each_backend};
use sea_orm::ConnectionTrait as _;
use serde_json::json;

use crate::fixture::{Rig, SECRETS, application, store_only, stored};

on_each_backend!(
    an_address_is_forgotten_everywhere,
    a_candidate_stays_forgotten,
    one_application_is_forgotten_and_its_sender_is_not,
    closed_applications_are_forgotten_when_their_time_is_over,
    once_somebody_is_forgotten_the_key_is_needed,
);

const PII_KEY: &str = "0123456789abcdef-of-the-tests";

fn forget(rig: &Rig, what: &str, who: &str) -> Program {
    store_only(&rig.database.url_of("ingest")).with("PII_KEY", PII_KEY).argument("forget").argument(what).argument(who)
}

/// Every byte of the database's files, where it has files of its own.
fn bytes(rig: &Rig) -> Vec<u8> {
    let Some(path) = rig.database.url.strip_prefix("sqlite://") else { return Vec::new() };
    let parts = ["", "-wal", "-shm"].map(|ending| format!("{path}{ending}"));
    parts.iter().filter(|part| Path::new(part).exists()).flat_map(|part| std::fs::read(part).unwrap()).collect()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window.eq_ignore_ascii_case(text.as_bytes()))
}

/// Every value of every table, as text.
async fn dump(rig: &Rig) -> String {
    let rows = rig.database.rows().await;
    format!("{:?} {:?} {:?} {:?}", rows.applications, rows.candidates, rows.events, rows.rejected)
}

/// Somebody whose name is nowhere else: two applications, an older version of one, and a record that cannot be read.
async fn fill_with_trillian(rig: &Rig) {
    rig.source.applications(|applications| {
        for number in [200, 201] {
            let mut one = application(number - 180);
            one["id"] = json!(format!("trillian-{number}"));
            one["candidateId"] = json!("candidate-trillian");
            one["email"] = json!("Trillian@Example.org");
            one["firstName"] = json!("Tricia");
            one["lastName"] = json!("McMillan");
            applications.push(one);
        }
        applications.push(json!({"id": "trillian-bad", "created": 7, "email": "trillian@example.org"}));
    });
    rig.ingest().run().must(0, &[]);
    rig.source.applications(|applications| applications[20]["middleName"] = json!("Marie-Tricia"));
    rig.ingest().run().must(0, &[]);
    assert_eq!(
        rig.database.rows().await.counts(),
        stored! { postings: 12, applications: 22, candidates: 11, events: 22, rejected: 1 }
    );
    assert!(rig.database.url.starts_with("postgres") || holds(&bytes(rig), "McMillan"), "the search finds nothing");
}

async fn an_address_is_forgotten_everywhere(rig: &Rig) {
    fill_with_trillian(rig).await;
    let before = rig.database.rows().await;
    let ended = forget(rig, "--email", " TRILLIAN@example.org").run();
    ended.must(0, &["forgotten", r#""applications":2"#, r#""candidates":1"#, r#""rejected":1"#]);
    for name in ["McMillan", "Tricia", "trillian@example.org"] {
        assert!(!holds(&bytes(rig), name), "{name} is in the file");
        assert!(!holds(dump(rig).await.as_bytes(), name), "{name} is in a table");
        assert!(!holds(ended.err.as_bytes(), name), "{name} is in the log");
    }
    let after = rig.database.rows().await;
    assert_eq!(
        after.counts(),
        stored! { postings: 12, applications: 22, candidates: 11, events: 22 },
        "tombstones stay, so that the warehouse drops its rows"
    );
    let number = after.change_counter[0].value;
    let theirs = |id: &str| id.starts_with("trillian");
    for row in &after.applications {
        assert_eq!(row.removed_at.is_some(), theirs(&row.id), "{}", row.id);
        assert_eq!(row.changed_seq == number, theirs(&row.id), "{}", row.id);
    }
    assert!(after.events.iter().all(|event| event.removed_at.is_some() == theirs(&event.application_id)));
    assert_eq!(after.candidates.iter().filter(|row| row.removed_at.is_some()).count(), 1);
    let others = |rows: &crate::fixture::Rows| -> Vec<_> {
        rows.applications.iter().filter(|row| !theirs(&row.id)).cloned().collect()
    };
    assert_eq!(others(&before), others(&after), "somebody else was touched");
    assert_eq!(rig.database.last_run().await.command, "forget");

    // what was forgotten does not come back, and a new application from the same address does
    let again = rig.ingest().with("PII_KEY", PII_KEY).argument("--reconcile").run();
    assert_eq!(again.must(0, &[]).summary()["suppressed"], 3);
    assert!(!holds(dump(rig).await.as_bytes(), "McMillan"));
    rig.source.applications(|applications| {
        let mut new = applications[20].clone();
        new["id"] = json!("trillian-is-back");
        applications.push(new);
    });
    assert_eq!(rig.ingest().with("PII_KEY", PII_KEY).run().must(0, &[]).count("inserted"), 1);
    let run = rig.database.last_run().await;
    assert_eq!(run.fetched, run.inserted + run.updated + run.unchanged + run.rejected + run.suppressed);
}

async fn a_candidate_stays_forgotten(rig: &Rig) {
    fill_with_trillian(rig).await;
    forget(rig, "--candidate", "Candidate-Trillian").run().must(0, &[r#""applications":2"#]);
    rig.source.applications(|applications| {
        let mut new = applications[20].clone();
        new["id"] = json!("trillian-once-more");
        applications.push(new);
    });
    let again = rig.ingest().with("PII_KEY", PII_KEY).argument("--reconcile").run();
    assert_eq!(again.must(0, &[]).summary()["suppressed"], 4);
    assert!(!holds(dump(rig).await.as_bytes(), "McMillan"));
}

async fn one_application_is_forgotten_and_its_sender_is_not(rig: &Rig) {
    fill_with_trillian(rig).await;
    forget(rig, "--application", "trillian-200").run().must(0, &[r#""applications":1"#, r#""candidates":0"#]);
    let rows = rig.database.rows().await;
    let of = |id: &str| rows.applications.iter().find(|row| row.id == id).unwrap();
    assert_eq!((of("trillian-200").last_name.as_deref(), of("trillian-200").raw.as_str()), (None, ""));
    assert_eq!(of("trillian-201").last_name.as_deref(), Some("McMillan"));
    let candidate = rows.candidates.iter().find(|row| row.key == "id:candidate-trillian").unwrap();
    assert!(candidate.removed_at.is_none() && candidate.last_name.as_deref() == Some("McMillan"));
    forget(rig, "--application", "nobody").run().must(0, &["nothing of them is in the store"]);
}

async fn closed_applications_are_forgotten_when_their_time_is_over(rig: &Rig) {
    rig.fill().await;
    rig.source.applications(|applications| {
        for (number, updated) in [(2, "2020-03-01T00:00:00Z"), (4, "2026-05-25T00:00:00Z")] {
            applications[number]["status"] = json!(0);
            applications[number]["updated"] = json!(updated);
        }
    });
    // three years; the clock is the real one
    let run = || rig.ingest().with("INGEST_RETENTION_DAYS", "1095").with("PII_KEY", PII_KEY);
    run().run().must(0, &["closed so long ago that they are forgotten"]);
    let rows = rig.database.rows().await;
    let gone: Vec<&str> =
        rows.applications.iter().filter(|row| row.removed_at.is_some()).map(|row| row.id.as_str()).collect();
    assert_eq!(gone, ["application-2"]);
    let again = run().run();
    assert_eq!(again.must(0, &[]).summary()["suppressed"], 1);
    assert!(rig.database.rows().await.applications == rows.applications, "the second run wrote a row");
    rig.ingest()
        .with("INGEST_RETENTION_DAYS", "1095")
        .run()
        .must(2, &["PII_KEY is missing, and INGEST_RETENTION_DAYS"]);
}

async fn once_somebody_is_forgotten_the_key_is_needed(rig: &Rig) {
    rig.fill().await;
    let without = store_only(&rig.database.url_of("ingest"))
        .argument("forget")
        .argument("--application")
        .argument("application-1");
    without.run().must(2, &["PII_KEY is missing"]);
    assert_eq!(
        store_only(&rig.database.url_of("ingest")).argument("forget").run().code(),
        Some(2),
        "somebody must be named"
    );
    forget(rig, "--application", "application-1").run().must(0, &[]);
    rig.ingest().run().must(2, &["PII_KEY is missing: somebody was forgotten"]);
    let db = rig.database.connect().await;
    let row = db
        .query_one_raw(sea_orm::Statement::from_string(db.get_database_backend(), "select pseudonym from suppression"));
    let pseudonym: String = row.await.unwrap().unwrap().try_get_by_index(0).unwrap();
    assert!(pseudonym.len() == domain::Pseudonymiser::DIGITS && !pseudonym.contains("application"), "{pseudonym}");
    for secret in SECRETS {
        assert!(!pseudonym.contains(secret));
    }
}
