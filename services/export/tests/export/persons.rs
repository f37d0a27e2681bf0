//! What of a person reaches the lake.

use std::collections::BTreeSet;

use domain::Pseudonymiser;
use rig::on_each_backend;
use store::{Person, entity::application};

use crate::fixture::{FIRST_NAME, IDS, KEY, LAST_NAME, Rig, Row};

on_each_backend!(
    pseudonyms_by_default,
    everything_if_kept,
    keys_alone_if_dropped,
    another_key_or_mode,
    another_key_than_persons_were_forgotten_with,
    who_is_known_by_address_leaves_the_lake,
    who_is_known_by_address_leaves_the_lake_where_persons_are_kept,
);

/// What only `keep` lets through.
const PERSONAL: [&str; 6] = [FIRST_NAME, LAST_NAME, "@example.com", IDS[0], IDS[1], IDS[2]];

fn texts(rows: &[Row], column: &str) -> BTreeSet<String> {
    rows.iter().map(|row| row[column].as_str().unwrap().to_owned()).collect()
}

fn all_null(rows: &[Row], columns: &[&str]) -> bool {
    rows.iter().all(|row| columns.iter().all(|column| row[*column].is_null()))
}

/// In every mode applications point at candidates, and events at applications.
fn rows_join(rig: &Rig) -> (Vec<Row>, Vec<Row>) {
    let (applications, candidates) = (rig.lake.rows("application"), rig.lake.rows("candidate"));
    assert_eq!((applications.len(), candidates.len(), rig.lake.rows("job_posting").len()), (6, 3, 3));
    assert_eq!(texts(&applications, "candidate_key"), texts(&candidates, "candidate_key"));
    let events = rig.lake.rows("application_event");
    assert_eq!(texts(&events, "application_id"), texts(&applications, "application_id"));
    assert_eq!(texts(&events, "application_id").len(), 6);
    (applications, candidates)
}

async fn pseudonyms_by_default(rig: &Rig) {
    let ended = rig.export().run();
    assert_eq!(ended.must(0, &["succeeded"]).written(), (21, 0));
    assert_eq!(rig.lake.find(&PERSONAL), [""; 0]);
    assert_eq!(rig.lake.find(&[KEY]), [""; 0]);

    let (applications, candidates) = rows_join(rig);
    let pseudonyms = Pseudonymiser::new(KEY).unwrap();
    let id = |text: &str| pseudonyms.id(text);
    let application = applications.iter().find(|row| row["application_id"] == id("appl1cation-4")).unwrap();
    assert_eq!(application["application_number"], id("7700004"));
    assert_eq!(application["candidate_key"], id("id:cand1date-2"));
    assert_eq!((&application["stage"], &application["vacancy_id"]), (&"New".into(), &"vacancy-1".into()));
    let candidate = candidates.iter().find(|row| row["candidate_key"] == id("id:cand1date-2")).unwrap();
    assert_eq!(candidate["candidate_id"], id("cand1date-2"));
    assert_eq!(candidate["email"], id("zaphodine.2@example.com"));
    assert!(all_null(&candidates, &["first_name", "middle_name", "last_name"]));
    assert!(all_null(&applications, &["source"]));
}

async fn everything_if_kept(rig: &Rig) {
    // without a key, since none is needed
    rig.export().without("PII_KEY").with("PII_MODE", "keep").run().must(0, &[]);
    // this also shows that the search finds what is there
    assert_eq!(rig.lake.find(&PERSONAL), PERSONAL);
    let (applications, candidates) = rows_join(rig);
    let candidate = candidates.iter().find(|row| row["candidate_key"] == "id:cand1date-1").unwrap();
    assert_eq!((&candidate["first_name"], &candidate["last_name"]), (&FIRST_NAME.into(), &LAST_NAME.into()));
    assert_eq!(candidate["email"], "Zaphodine.1@Example.com");
    assert_eq!(applications[0]["source"], format!(r#"{{"recommended by":"{LAST_NAME}"}}"#));
}

async fn keys_alone_if_dropped(rig: &Rig) {
    rig.export().with("PII_MODE", "drop").run().must(0, &[]);
    assert_eq!(rig.lake.find(&PERSONAL), [""; 0]);
    let (applications, candidates) = rows_join(rig);
    assert!(all_null(&applications, &["application_number", "source"]));
    assert!(all_null(&candidates, &["candidate_id", "email", "first_name", "middle_name", "last_name"]));
    let pseudonyms = Pseudonymiser::new(KEY).unwrap();
    assert!(texts(&applications, "application_id").contains(&pseudonyms.id("appl1cation-0")));
}

/// An application of somebody whom the source gives no key.
fn known_by_address() -> application::Model {
    let mut row = crate::fixture::application(9, "New");
    let key = "email:0123456789abcdef";
    (row.candidate_id, row.candidate_key) = (None, key.to_owned());
    row
}

async fn left_the_lake(rig: &Rig, mode: &str) {
    let export = || rig.export().with("PII_MODE", mode);
    rig.database.add_applications(vec![known_by_address()]).await;
    export().run().must(0, &[]);
    let key = known_by_address().candidate_key;
    let shown = if mode == "keep" { key.clone() } else { Pseudonymiser::new(KEY).unwrap().id(&key) };
    let found = || {
        let latest = rig.lake.latest("candidate", &["candidate_key"]);
        latest.values().filter(|row| row["candidate_key"] == shown && row["removed"] == false).count()
    };
    assert_eq!(found(), 1);
    let address = known_by_address().email.unwrap();
    rig.database.forget_with(KEY, Person::Email(address)).await;
    export().argument("--verify").run().must(0, &["the warehouse has what the store has"]);
    assert_eq!((found(), rig.lake.find(&[&key, &shown])), (0, Vec::new()));
    // gone and back within one range: the later of the two counts
    rig.database.add_applications(vec![known_by_address()]).await;
    export().run().must(0, &[]);
    rig.database.forget_with(KEY, Person::Email(known_by_address().email.unwrap())).await;
    rig.database.add_applications(vec![known_by_address()]).await;
    export().argument("--verify").run().must(0, &["the warehouse has what the store has"]);
    assert_eq!(found(), 1);
}

async fn who_is_known_by_address_leaves_the_lake(rig: &Rig) {
    left_the_lake(rig, "pseudonymise").await;
}

async fn who_is_known_by_address_leaves_the_lake_where_persons_are_kept(rig: &Rig) {
    left_the_lake(rig, "keep").await;
}

async fn another_key_than_persons_were_forgotten_with(rig: &Rig) {
    let person = Person::Candidate("id:cand1date-0".to_owned());
    rig.database.forget_with("another-key-of-pseudonyms", person).await;
    rig.export()
        .run()
        .must(2, &["PII_KEY is not the one that persons of this store were forgotten with", "rotate-key"]);
    assert!(!rig.lake.path.join("lake.json").exists(), "nothing was written");
    rig.export().with("PII_KEY", "another-key-of-pseudonyms").run().must(0, &[]);
}

async fn another_key_or_mode(rig: &Rig) {
    rig.export().run().must(0, &[]);
    // something is waiting to be sent
    rig.database.add_applications(vec![crate::fixture::application(9, "New")]).await;
    let (files, cursor) = (rig.lake.snapshot(), rig.database.cursor(&rig.lake.target()).await);
    let way_out = "let LAKE_PATH name an empty folder";
    for (program, reason) in [
        (rig.export().with("PII_KEY", "another-key-of-pseudonyms"), "it was filled with another PII_KEY"),
        (rig.export().with("PII_MODE", "drop"), "it was filled with PII_MODE=pseudonymise"),
        (rig.export().with("PII_MODE", "keep"), "it was filled with PII_MODE=pseudonymise"),
        (rig.export().with("PII_MODE", "keep").without("PII_KEY"), "it was filled with PII_MODE=pseudonymise"),
    ] {
        program.run().must(2, &["cannot be continued", reason, way_out]);
        assert!(rig.lake.snapshot() == files, "something was written");
        assert_eq!(rig.database.cursor(&rig.lake.target()).await, cursor);
    }
    assert!(rig.export().run().must(0, &[]).written().0 > 0);
}
