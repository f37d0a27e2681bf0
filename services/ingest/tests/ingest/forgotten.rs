//! Whoever is forgotten stays so; whoever Emply lets go is let go here; and a command says what it did.

use std::fmt::Write as _;

use rig::{Backend, Ended, PATIENCE, Program, http::Answer, on_each_backend};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, Statement, TransactionTrait as _};
use serde_json::{Value, json};
use store::{NewRun, OpenOptions, Store};

use crate::fixture::{On, Rig, application, head, posting, store_only};

on_each_backend!(
    another_key_is_refused_by_whatever_uses_it,
    a_key_is_rotated_for_those_of_whom_it_can_be,
    what_emply_deletes_is_blanked_and_may_come_back,
    what_emply_deletes_waits_for_its_days,
    a_command_waits_and_then_says_that_nothing_was_done,
    a_command_that_waits_does_its_work_when_the_other_is_done,
    a_record_that_no_parser_takes_is_found_all_the_same,
    a_record_that_became_readable_leaves_nothing_behind,
    a_record_that_says_another_address_makes_its_application_theirs,
    who_shares_an_address_is_left_alone,
    what_cannot_be_read_does_not_come_again_either,
    a_record_of_before_goes_with_the_one_that_names_them,
    an_address_is_found_wherever_it_stands,
    an_empty_name_is_nobody,
    who_has_several_addresses_is_forgotten_by_each,
    somebody_without_an_application_is_found,
    nothing_of_an_event_stays_but_its_month,
    a_key_made_of_an_address_does_not_outlive_it,
    a_scrub_that_is_hindered_is_said_and_done_by_the_next_run,
    whom_comes_by_standard_input_or_a_file,
    nobody_in_charge_of_a_posting_is_stored,
    anonymous_applications_are_not_one_person,
    who_was_forgotten_after_a_dump_is_forgotten_again,
    what_is_held_of_a_person_is_told,
);

const PII_KEY: &str = "0123456789abcdef-of-the-tests";
const OTHER_KEY: &str = "fedcba9876543210-of-the-tests";

fn command(rig: &Rig, words: &[&str]) -> Program {
    let program = store_only(&rig.database.url_of("ingest")).with("PII_KEY", PII_KEY);
    words.iter().fold(program, |program, word| program.argument(*word))
}

fn ingest(rig: &Rig) -> Program {
    rig.ingest().with("PII_KEY", PII_KEY)
}

async fn connect(rig: &Rig) -> DatabaseConnection {
    rig.database.connect().await
}

async fn number(rig: &Rig, sql: &str) -> i64 {
    let db = connect(rig).await;
    let statement = Statement::from_string(db.get_database_backend(), sql);
    db.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

async fn execute(rig: &Rig, sql: &str) {
    connect(rig).await.execute_unprepared(sql).await.unwrap();
}

/// As after an export of everything, in this mode.
async fn exported(rig: &Rig, mode: &str) {
    let fingerprint = domain::Pseudonymiser::new(PII_KEY).unwrap().fingerprint();
    execute(
        rig,
        &format!(
            "INSERT INTO export_cursor (target, sent, attempt, pii_mode, pii_key_fingerprint, moved_at) \
             SELECT 'lake:x', value, 0, '{mode}', '{fingerprint}', '2026-06-01T00:00:00Z' FROM change_counter WHERE true \
             ON CONFLICT (target) DO UPDATE SET sent = excluded.sent"
        ),
    )
    .await;
}

async fn another_key_is_refused_by_whatever_uses_it(rig: &Rig) {
    rig.fill().await;
    command(rig, &["forget", "--application", "application-1"]).run().must(0, &[]);
    let words = &["PII_KEY is not the one that persons of this store were forgotten with", "ingest rotate-key"];
    let before = rig.database.rows().await;
    let other = |program: Program| program.with("PII_KEY", OTHER_KEY).run();
    other(rig.ingest().argument("--reconcile")).must(2, words);
    other(command(rig, &["forget", "--application", "application-2"])).must(2, words);
    other(command(rig, &["replay-rejected"])).must(2, words);
    let checked = other(rig.ingest().argument("check"));
    assert_eq!(checked.code(), Some(2), "{checked:#?}");
    assert!(checked.out.contains("PII_KEY is not the one"), "{checked:#?}");
    assert!(rig.database.rows().await == before, "nobody is back, and nobody else is gone");
    ingest(rig).argument("--reconcile").run().must(0, &[]);

    // also when nobody was forgotten yet, and only the warehouse has the key
    execute(rig, "DELETE FROM suppression").await;
    exported(rig, "pseudonymise").await;
    other(command(rig, &["forget", "--application", "application-2"])).must(2, &["the warehouse was filled with"]);
}

async fn a_key_is_rotated_for_those_of_whom_it_can_be(rig: &Rig) {
    rig.fill().await;
    command(rig, &["forget", "--application", "application-1", "--candidate", "candidate-3"]).run().must(0, &[]);
    let rotate = |words: &[&str]| {
        let program = command(rig, &["rotate-key"]).with("PII_KEY", OTHER_KEY).with("PII_KEY_OLD", PII_KEY);
        words.iter().fold(program, |program, word| program.argument(*word)).run()
    };
    command(rig, &["rotate-key"]).run().must(2, &["PII_KEY_OLD is missing"]);
    // neither of the two is the one that was used
    let strange = command(rig, &["rotate-key"]).with("PII_KEY", OTHER_KEY).with("PII_KEY_OLD", "a key that nobody had");
    strange.run().must(2, &["neither is PII_KEY_OLD"]);
    let moved = rotate(&[]);
    moved.must(0, &[]);
    assert!(moved.out.contains("4 pseudonyms"), "three applications and a candidate: {}", moved.out);
    rig.ingest().with("PII_KEY", PII_KEY).run().must(2, &["PII_KEY is not the one"]);
    let again = rig.ingest().with("PII_KEY", OTHER_KEY).argument("--reconcile").run();
    assert_eq!(again.must(0, &[]).summary()["suppressed"], 3);

    // of whom the store has never had anything, it cannot tell what the pseudonym was made of
    let forget = command(rig, &["forget", "--application", "never-here"]).with("PII_KEY", OTHER_KEY);
    forget.run().must(0, &[]);
    let back = |words: &[&str]| {
        let program = command(rig, &["rotate-key"]).with("PII_KEY", PII_KEY).with("PII_KEY_OLD", OTHER_KEY);
        words.iter().fold(program, |program, word| program.argument(*word)).run()
    };
    let refused = back(&[]);
    refused.must(2, &["nothing was done: of 1 it is not known", "--lose 1"]);
    assert!(refused.out.contains("cannot be moved: application, forgotten "), "{}", refused.out);
    assert_eq!(number(rig, "SELECT count(DISTINCT key_fingerprint) FROM suppression").await, 1, "as it was");
    back(&["--lose", "1"]).must(0, &[]);
    assert_eq!(number(rig, "SELECT count(*) FROM suppression").await, 4);
}

/// The source has deleted the first two applications, which are all that one person has sent.
fn delete_at_the_source(rig: &Rig) {
    rig.source.applications(|applications| {
        applications.drain(..2);
    });
}

async fn what_emply_deletes_is_blanked_and_may_come_back(rig: &Rig) {
    let before = rig.fill().await;
    let deleted: Vec<Value> = (0..2).map(application).collect();
    delete_at_the_source(rig);
    let run = || ingest(rig).with("INGEST_GONE_DAYS", "0").argument("--reconcile").run();
    run().must(0, &["Emply has let them go", r#""applications":2"#, r#""candidates":1"#]);
    let rows = rig.database.rows().await;
    for row in &rows.applications[..2] {
        let kept = (&row.email, &row.first_name, row.raw.as_str(), &row.vacancy_id, row.candidate_key.as_str());
        assert_eq!(kept, (&None, &None, "", &None, "forgotten"));
        assert_eq!(row.created.to_rfc3339(), "2026-05-01T00:00:00+00:00", "the month, for the warehouse's partition");
    }
    let candidate = rows.candidates.iter().find(|row| row.key == "id:candidate-0").unwrap();
    assert!(candidate.removed_at.is_some() && candidate.first_name.is_none() && candidate.candidate_id.is_none());
    assert_eq!(number(rig, "SELECT count(*) FROM suppression").await, 0);
    let again = run();
    again.must(0, &[]);
    assert!(rig.database.rows().await.applications == rows.applications, "the second run wrote a row");

    // a return is welcome, and begins a new history
    rig.source.applications(|applications| applications.extend(deleted));
    assert_eq!(run().must(0, &[]).count("updated"), 2);
    let rows = rig.database.rows().await;
    for (row, before) in rows.applications[..2].iter().zip(&before.applications) {
        assert_eq!((&row.raw, row.created, &row.email), (&before.raw, before.created, &before.email));
        assert!(row.first_seen > before.first_seen, "it was seen by nobody in between");
        let events: Vec<_> = rows.events.iter().filter(|event| event.application_id == row.id).collect();
        assert!(events[0].removed_at.is_some() && events[0].to_stage.is_none(), "{events:?}");
        assert!(events[1].removed_at.is_none() && events[1].to_stage.is_some(), "{events:?}");
    }
}

async fn what_emply_deletes_waits_for_its_days(rig: &Rig) {
    rig.fill().await;
    delete_at_the_source(rig);
    rig.source.applications(|applications| {
        applications.push(json!({"id": "unreadable", "created": 7, "email": "x@example.org"}));
    });
    ingest(rig).argument("--reconcile").run().must(0, &[]);
    let rows = rig.database.rows().await;
    assert!(rows.applications[0].removed_at.is_some() && rows.applications[0].email.is_some(), "thirty days");
    rig.source.applications(|applications| {
        applications.pop();
    });
    // everything was gone and seen long ago, and everything was read since
    for (table, column) in
        [("application", "removed_at"), ("candidate", "removed_at"), ("rejected_record", "last_seen")]
    {
        let sql = format!("UPDATE {table} SET {column} = '2020-01-01T00:00:00Z' WHERE {column} IS NOT NULL");
        execute(rig, &sql).await;
    }
    ingest(rig).run().must(0, &["Emply has let them go", r#""applications":2"#, r#""rejected":1"#]);
    let rows = rig.database.rows().await;
    assert!(rows.applications[0].email.is_none() && rows.rejected.is_empty());
    assert_eq!(rows.applications.iter().filter(|row| row.raw.is_empty()).count(), 2);
}

/// Another ingest that has begun.
async fn at_work(rig: &Rig) -> store::Writer {
    let options = OpenOptions { service: "ingest", max_connections: 1, wait: PATIENCE };
    let store = Store::open(&rig.database.url, &options).await.unwrap();
    let started_at = chrono::DateTime::UNIX_EPOCH;
    let run = NewRun { id: "another", command: "run", trigger: "test", started_at, version: "0" };
    loop {
        if let Some((writer, _)) = store.try_begin_run(&run).await.unwrap() {
            return writer;
        }
    }
}

async fn a_command_waits_and_then_says_that_nothing_was_done(rig: &Rig) {
    rig.fill().await;
    let before = rig.database.rows().await;
    let other = at_work(rig).await;
    for words in [
        &["forget", "--application", "application-1"][..],
        &["replay-rejected"],
        &["about", "--application", "application-1"],
    ] {
        let ended = command(rig, words).argument("--wait").argument("1s").run();
        ended.must(1, &["another ingest is at work on this store; waiting for its end", "nothing was done"]);
        assert_eq!(
            ended.out, "nothing was done: another ingest was at work on this store for all of 1s\n",
            "{words:?}"
        );
        assert_eq!(rig.database.last_run().await.outcome, "failed");
    }
    for words in [&["--reconcile"][..], &["--from", "2026-05-01"], &["--adopt"], &["--accept-removals", "1"]] {
        let run = words.iter().fold(ingest(rig), |program, word| program.argument(*word));
        run.argument("--wait").argument("1s").run().must(1, &["nothing was done"]);
    }
    ingest(rig).run().must_be_skipped("another ingest is at work on this store");
    let stopped = command(rig, &["forget", "--application", "application-1"]).start();
    std::thread::sleep(std::time::Duration::from_secs(1));
    stopped.terminate();
    let ended = stopped.wait();
    assert_eq!(ended.code(), Some(1), "{ended:#?}");
    assert!(ended.out.starts_with("nothing was done: stopped by a signal"), "{}", ended.out);
    assert!(rig.database.rows().await == before);
    drop(other);
}

async fn a_command_that_waits_does_its_work_when_the_other_is_done(rig: &Rig) {
    rig.fill().await;
    let other = at_work(rig).await;
    let forgetting = command(rig, &["forget", "--application", "application-1"]).start();
    // a server is given some seconds to notice that a session is over
    tokio::time::sleep(std::time::Duration::from_secs(5)).await;
    drop(other);
    forgetting.wait().must(0, &["waiting for its end", r#""applications":1"#]);
}

/// The source gives these records, as they stand here, beside the ones it has.
fn give(rig: &Rig, records: &[&str]) {
    let body = rig.source.body(On::Applications);
    let body = format!("{},{}]", body.strip_suffix(']').unwrap(), records.join(","));
    rig.source.answer_next(On::Applications, Answer::raw(head(body.len()) + &body));
}

async fn a_record_that_no_parser_takes_is_found_all_the_same(rig: &Rig) {
    let deep = format!("{}1{}", "[".repeat(150), "]".repeat(150));
    let with = |id: &str, more: &str| {
        format!(r#"{{"id":"{id}","created":7,"email":"{}",{more}}}"#, r"tr\u0069llian@example.org")
    };
    let records = [
        with("t-1", r#""firstName":"T\ud800""#),
        with("t-2", r#""number":1e999"#),
        with("t-3", &format!(r#""source":{deep}"#)),
        r#"{"id":"other","created":7,"email":"not-trillian@example.org","number":1e999}"#.to_owned(),
    ];
    give(rig, &records.each_ref().map(String::as_str));
    rig.ingest().run().must(0, &[]);
    assert_eq!(rig.database.rows().await.rejected.len(), 4);
    let ended = command(rig, &["forget", "--email", "Trillian@Example.org"]).run();
    ended.must(0, &[r#""rejected":3"#]);
    let left = rig.database.rows().await.rejected;
    assert_eq!(left.iter().map(|row| row.record_key.as_deref()).collect::<Vec<_>>(), [Some("other")]);
    // by its key, whatever else can be read of it
    command(rig, &["forget", "--application", "other"]).run().must(0, &[r#""rejected":1"#]);
}

/// An application of a person whose records are to go wrong.
fn of(id: &str, candidate: &str, email: &str) -> Value {
    let mut one = application(40);
    (one["id"], one["candidateId"], one["email"]) = (json!(id), json!(candidate), json!(email));
    (one["firstName"], one["lastName"]) = (json!(format!("First-{candidate}")), json!(format!("Last-{candidate}")));
    one
}

fn broken(mut one: Value) -> Value {
    one["created"] = json!("bad");
    one
}

fn list(rig: &Rig, records: &[Value]) {
    rig.source.applications(|applications| {
        applications.truncate(20);
        applications.extend_from_slice(records);
    });
}

async fn text_of_everything(rig: &Rig) -> String {
    format!("{:?}", rig.database.rows().await)
}

async fn a_record_that_says_another_address_makes_its_application_theirs(rig: &Rig) {
    list(rig, &[of("a1", "c1", "old@pers.org")]);
    rig.ingest().run().must(0, &[]);
    list(rig, &[broken(of("a1", "c1", "new@pers.org"))]);
    rig.ingest().run().must(0, &[]);
    let ended = command(rig, &["forget", "--email", "new@pers.org"]).run();
    ended.must(0, &[r#""applications":1"#, r#""candidates":1"#, r#""rejected":1"#]);
    assert!(!text_of_everything(rig).await.contains("First-c1"), "half forgotten");
}

async fn who_shares_an_address_is_left_alone(rig: &Rig) {
    list(rig, &[of("pa", "ca", "family@x.org"), of("pb", "cb", "family@x.org")]);
    rig.ingest().run().must(0, &[]);
    list(rig, &[of("pa", "ca", "family@x.org"), broken(of("pb", "cb", "family@x.org"))]);
    rig.ingest().run().must(0, &[]);
    let ended = command(rig, &["forget", "--candidate", "ca"]).run();
    ended.must(0, &[r#""applications":1"#, r#""rejected":0"#]);
    let all = text_of_everything(rig).await;
    assert!(all.contains("First-cb") && !all.contains("First-ca"));
    list(rig, &[of("pb", "cb", "family@x.org")]);
    assert_eq!(ingest(rig).run().must(0, &[]).summary()["suppressed"], 0, "they may come in still");
}

async fn what_cannot_be_read_does_not_come_again_either(rig: &Rig) {
    let without_key = json!({"id": 7, "email": "e@pers.org", "lastName": "Keyless", "created": "bad"});
    list(rig, &[of("e1", "ce", "e@pers.org"), without_key.clone()]);
    rig.ingest().run().must(0, &[]);
    command(rig, &["forget", "--candidate", "ce"]).run().must(0, &[r#""applications":1"#, r#""rejected":1"#]);
    list(rig, &[of("e1", "ce", "e@pers.org"), without_key, broken(of("e2", "ce", "other@pers.org"))]);
    assert_eq!(ingest(rig).run().must(0, &[]).summary()["suppressed"], 3);
    let all = text_of_everything(rig).await;
    assert!(!all.contains("Keyless") && !all.contains("First-ce"));
}

async fn a_record_of_before_goes_with_the_one_that_names_them(rig: &Rig) {
    for email in ["old@pers.org", "new@pers.org"] {
        list(rig, &[broken(of("r1", "cr", email))]);
        rig.ingest().run().must(0, &[]);
    }
    assert_eq!(rig.database.rows().await.rejected.len(), 2);
    command(rig, &["forget", "--email", "new@pers.org"]).run().must(0, &[r#""rejected":2"#]);
    // a dump of before is restored
    let db = connect(rig).await;
    let suppressed = number(rig, "SELECT count(*) FROM suppression").await;
    assert_eq!(suppressed, 1);
    let list_of =
        Statement::from_string(db.get_database_backend(), "SELECT pseudonym, kind, key_fingerprint FROM suppression");
    let row = db.query_one_raw(list_of).await.unwrap().unwrap();
    let [pseudonym, kind, fingerprint]: [String; 3] = [0, 1, 2].map(|at| row.try_get_by_index(at).unwrap());
    execute(rig, "DELETE FROM suppression").await;
    ingest(rig).run().must(0, &[]);
    assert_eq!(rig.database.rows().await.rejected.len(), 1, "it is back");
    let text = format!(
        "pseudonym,kind,suppressed_at,key_fingerprint\n{pseudonym},{kind},2026-06-02 03:04:05+00,{fingerprint}\n"
    );
    command(rig, &["forget", "--suppressed", "-"]).input(&text).run().must(0, &[r#""rejected":1"#]);
    assert_eq!(rig.database.rows().await.rejected, []);
}

async fn an_address_is_found_wherever_it_stands(rig: &Rig) {
    let records = [
        r#"{"id":"w1","created":7,"email":"text@pers.org","email":"x@y.org"}"#,
        r#"{"id":"w2","created":7,"note":"Max Text <text@pers.org>"}"#,
        r#"{"id":"w3","created":7,"text@pers.org":1}"#,
        r#"{"id":"w4","created":7,"candidateId":"1","language":"de"}"#,
        r#"{"id":"w5","created":7,"language":"1"}"#,
    ];
    give(rig, &records);
    rig.ingest().with("INGEST_MAX_REJECTED_RATIO", "1").run().must(0, &[]);
    command(rig, &["forget", "--email", "text@pers.org"]).run().must(0, &[r#""rejected":3"#]);
    // an id may be any short word
    command(rig, &["forget", "--candidate", "1"]).run().must(0, &[r#""rejected":1"#]);
    let left = rig.database.rows().await.rejected;
    assert_eq!(left.iter().map(|row| row.record_key.as_deref()).collect::<Vec<_>>(), [Some("w5")]);
}

async fn an_empty_name_is_nobody(rig: &Rig) {
    rig.fill().await;
    let before = rig.database.rows().await;
    for words in [
        ["forget", "--email", ""],
        ["forget", "--email", " "],
        ["forget", "--candidate", "id:"],
        ["forget", "--application", " "],
        ["about", "--email", ""],
    ] {
        command(rig, &words).run().must(2, &["names nobody"]);
    }
    assert!(rig.database.rows().await == before);
}

async fn who_has_several_addresses_is_forgotten_by_each(rig: &Rig) {
    list(rig, &[of("m1", "cm", "old@m.org"), of("m2", "cm", "new@m.org")]);
    rig.ingest().run().must(0, &[]);
    command(rig, &["forget", "--email", "new@m.org"]).run().must(0, &[r#""applications":2"#, r#""candidates":1"#]);
    assert!(!text_of_everything(rig).await.contains("First-cm"));
}

async fn somebody_without_an_application_is_found(rig: &Rig) {
    list(rig, &[of("solo", "cs", "solo@pers.org")]);
    rig.ingest().run().must(0, &[]);
    list(rig, &[]);
    ingest(rig).argument("--reconcile").run().must(0, &[]);
    execute(
        rig,
        "UPDATE application SET raw = '', content_hash = '', email = NULL, candidate_key = 'forgotten' \
                  WHERE removed_at IS NOT NULL",
    )
    .await;
    let about = command(rig, &["about", "--email", "solo@pers.org"]).run();
    let told: Value = serde_json::from_str(&about.out).unwrap();
    assert_eq!(told["candidates"][0]["key"], "id:cs");
    command(rig, &["forget", "--candidate", "cs"]).run().must(0, &[r#""candidates":1"#]);
}

async fn a_record_that_became_readable_leaves_nothing_behind(rig: &Rig) {
    rig.source.applications(|applications| applications[3]["created"] = json!(7));
    rig.source.postings(|postings| postings[2]["title"] = json!("no object"));
    rig.ingest().run().must(0, &[]);
    assert_eq!(rig.database.rows().await.rejected.len(), 2);
    rig.source.applications(|applications| applications[3] = application(3));
    rig.source.postings(|postings| postings[2] = posting(2));
    rig.ingest().run().must(0, &[]);
    assert_eq!(rig.database.rows().await.rejected, []);
    // and back again: what the store has is recognised, and what was kept beside it goes
    rig.source.applications(|applications| applications[3]["created"] = json!(7));
    rig.ingest().run().must(0, &[]);
    assert_eq!(rig.database.rows().await.rejected.len(), 1);
    rig.source.applications(|applications| applications[3] = application(3));
    let again = rig.ingest().run().must(0, &[]).counts();
    assert_eq!((again.inserted, again.updated), (0, 0), "no row is another one");
    assert_eq!(rig.database.rows().await.rejected, []);
}

async fn nothing_of_an_event_stays_but_its_month(rig: &Rig) {
    rig.fill().await;
    let ended = command(rig, &["forget", "--application", "application-1"]).run();
    ended.must(0, &[r#""events":1"#]);
    let rows = rig.database.rows().await;
    let event = rows.events.iter().find(|event| event.application_id == "application-1").unwrap();
    let kept = (&event.vacancy_id, &event.from_stage, &event.to_stage, event.from_status, event.to_status);
    assert_eq!(kept, (&None, &None, &None, None, None));
    assert_eq!(event.occurred.to_rfc3339(), "2026-05-01T00:00:00+00:00");
    assert_eq!(event.observed, event.occurred);
}

/// Without Emply's key, a person is known by address and name.
async fn fill_with_known_by_address(rig: &Rig) -> String {
    rig.source.applications(|applications| {
        for application in &mut applications[..2] {
            application.as_object_mut().unwrap().remove("candidateId");
        }
    });
    rig.ingest().run().must(0, &[]);
    let rows = rig.database.rows().await;
    let mut keys = rows.candidates.iter().map(|row| row.key.clone()).filter(|key| key.starts_with("email:"));
    let key = keys.next().unwrap();
    assert_eq!(keys.next(), None);
    key
}

async fn a_key_made_of_an_address_does_not_outlive_it(rig: &Rig) {
    let key = fill_with_known_by_address(rig).await;
    let pseudonym = domain::Pseudonymiser::new(PII_KEY).unwrap().id(&key);
    exported(rig, "pseudonymise").await;
    command(rig, &["forget", "--email", "zaphodine.0@example.com"]).run().must(0, &[r#""candidates":1"#]);
    let gone = |rows: &crate::fixture::Rows| {
        let mut gone = rows.candidates.iter().filter(|row| row.key.starts_with("gone:"));
        let one = gone.next().unwrap().clone();
        assert!(gone.next().is_none() && one.removed_at.is_some());
        one
    };
    let rows = rig.database.rows().await;
    assert!(!format!("{rows:?}").contains(&key[6..]), "the key is still there");
    assert_eq!(gone(&rows).exported_key.as_ref(), Some(&pseudonym), "what the warehouse knows");
    // until it has been told
    ingest(rig).run().must(0, &[]);
    assert_eq!(gone(&rig.database.rows().await).exported_key.as_ref(), Some(&pseudonym));
    exported(rig, "pseudonymise").await;
    ingest(rig).run().must(0, &[]);
    assert_eq!(gone(&rig.database.rows().await).exported_key, None);
    assert_eq!(number(rig, "SELECT count(*) FROM pending_scrub").await, 0, "and that is overwritten, too");

    // where persons are kept, the warehouse knows the key itself
    execute(rig, "DELETE FROM suppression").await;
    execute(rig, "UPDATE export_cursor SET pii_mode = 'keep'").await;
    assert_eq!(ingest(rig).argument("--reconcile").run().must(0, &[]).count("updated"), 2, "they are back");
    command(rig, &["forget", "--email", "zaphodine.0@example.com"]).run().must(0, &[]);
    let rows = rig.database.rows().await;
    assert_eq!(rows.candidates.iter().filter_map(|row| row.exported_key.as_ref()).collect::<Vec<_>>(), [&key]);
}

async fn a_scrub_that_is_hindered_is_said_and_done_by_the_next_run(rig: &Rig) {
    rig.fill().await;
    // somebody reads, as an export does
    let db = connect(rig).await;
    let reading = db.begin().await.unwrap();
    if db.get_database_backend() == DbBackend::Postgres {
        reading.execute_unprepared("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY").await.unwrap();
    }
    let look = Statement::from_string(db.get_database_backend(), "SELECT count(*) FROM application");
    reading.query_one_raw(look).await.unwrap();
    let ended = command(rig, &["forget", "--application", "application-1"]).run();
    ended.must(0, &["somebody still reads the database as it was before"]);
    assert!(ended.out.contains("not overwritten yet"), "{}", ended.out);
    assert_eq!(number(rig, "SELECT count(*) FROM pending_scrub").await, 1);
    reading.rollback().await.unwrap();
    drop(db);
    ingest(rig).run().must(0, &[]);
    assert_eq!(number(rig, "SELECT count(*) FROM pending_scrub").await, 0, "the next run has done it");
}

/// VACUUM passes over tables of another owner with a warning that nobody sees.
#[tokio::test]
async fn tables_that_may_not_be_vacuumed_are_an_error() {
    if !Backend::Postgres.is_there() {
        return;
    }
    let rig = Rig::new(Backend::Postgres).await;
    rig.fill().await;
    let role = format!("guest_{}", uuid::Uuid::new_v4().simple());
    execute(&rig, &format!("CREATE ROLE {role} LOGIN PASSWORD 'guest'")).await;
    execute(&rig, &format!("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")).await;
    let mut url: url::Url = rig.database.url.parse().unwrap();
    let database = url.path()[1..].to_owned();
    execute(&rig, &format!("GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {role}")).await;
    url.set_username(&role).unwrap();
    url.set_password(Some("guest")).unwrap();
    let guest = store_only(url.as_str()).with("PII_KEY", PII_KEY).argument("forget").argument("--application");
    let ended = guest.argument("application-1").run();
    ended
        .must(2, &["VACUUM has left out application, application_event, candidate, rejected_record", "GRANT MAINTAIN"]);
    assert!(rig.database.rows().await.applications[1].raw.is_empty(), "it is forgotten all the same");
    assert_eq!(number(&rig, "SELECT count(*) FROM pending_scrub").await, 1);
    ingest(&rig).run().must(0, &[]);
    assert_eq!(number(&rig, "SELECT count(*) FROM pending_scrub").await, 0);
    execute(&rig, &format!("DROP OWNED BY {role}")).await;
    execute(&rig, &format!("DROP ROLE {role}")).await;
}

fn forgotten(ended: &Ended, applications: u64) {
    ended.must(0, &[&format!(r#""applications":{applications},"#)]);
}

async fn whom_comes_by_standard_input_or_a_file(rig: &Rig) {
    rig.fill().await;
    forgotten(&command(rig, &["forget", "--email", "-"]).input("zaphodine.0@example.com\n").run(), 2);
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "# of today\nzaphodine.1@example.com\napplication application-4\n").unwrap();
    forgotten(&command(rig, &["forget", "--file", file.path().to_str().unwrap()]).run(), 3);
    let bad = command(rig, &["forget", "--file", "-"]).input("candidate candidate-4\nsome person\n").run();
    bad.must(2, &["line 2 of standard input", "nothing was done"]);
    command(rig, &["forget", "--email", "-"]).run().must(2, &["nobody is named"]);
    // a long list is read whole
    let line = |number| format!("application nobody-{number}-of-a-list-that-is-long\n");
    let many: String = (0..60_000).map(line).collect();
    let long = command(rig, &["about", "--file", "-"]).input(&format!("{many}some person\n")).run();
    long.must(2, &["line 60001 of standard input"]);
    command(rig, &["forget", "--file", "/none"]).run().must(2, &["/none cannot be read"]);
    assert_eq!(rig.database.rows().await.applications.iter().filter(|row| row.raw.is_empty()).count(), 5);
}

async fn nobody_in_charge_of_a_posting_is_stored(rig: &Rig) {
    rig.source.postings(|postings| {
        for posting in postings.iter_mut() {
            posting["projectManagerUserId"] = json!("m4nager");
            posting["projectManagerFullName"] = json!("Marvin Android");
        }
        postings[3]["title"] = json!(7);
    });
    rig.ingest().run().must(0, &[]);
    let rows = rig.database.rows().await;
    assert_eq!((rows.postings.len(), rows.rejected.len()), (11, 1));
    let all = format!("{rows:?}");
    for name in ["m4nager", "Marvin", "projectManager"] {
        assert!(!all.contains(name), "{name}");
    }
    // somebody else is in charge: nothing has changed
    rig.source.postings(|postings| postings[0]["projectManagerFullName"] = json!("Eddie"));
    assert_eq!(rig.ingest().run().must(0, &[]).count("updated"), 0);
}

async fn anonymous_applications_are_not_one_person(rig: &Rig) {
    rig.source.applications(|applications| {
        for application in &mut applications[..5] {
            let application = application.as_object_mut().unwrap();
            for name in ["candidateId", "firstName", "lastName"] {
                application.remove(name);
            }
            application.insert("email".to_owned(), json!("anonymised@example.org"));
        }
    });
    rig.ingest().run().must(0, &[]);
    let rows = rig.database.rows().await;
    let keys: Vec<&str> = rows.candidates.iter().map(|row| row.key.as_str()).collect();
    assert_eq!(keys.iter().filter(|key| key.starts_with("application:")).count(), 5, "{keys:?}");
}

async fn who_was_forgotten_after_a_dump_is_forgotten_again(rig: &Rig) {
    rig.fill().await;
    command(rig, &["forget", "--application", "application-1", "--candidate", "candidate-3"]).run().must(0, &[]);
    let db = connect(rig).await;
    let rows = db
        .query_all_raw(Statement::from_string(
            db.get_database_backend(),
            "SELECT pseudonym, kind, key_fingerprint FROM suppression",
        ))
        .await
        .unwrap();
    let mut list = "pseudonym,kind,suppressed_at,key_fingerprint\n".to_owned();
    for row in rows {
        let [pseudonym, kind, fingerprint]: [String; 3] = [0, 1, 2].map(|at| row.try_get_by_index(at).unwrap());
        writeln!(list, "{pseudonym},{kind},2026-06-02 03:04:05.678901+00,{fingerprint}").expect("a text takes it");
    }
    // a dump of before is restored: they are back, and nobody is suppressed
    execute(rig, "DELETE FROM suppression").await;
    assert_eq!(ingest(rig).argument("--reconcile").run().must(0, &[]).count("updated"), 3);
    let restored = command(rig, &["forget", "--suppressed", "-"]).input(&list).run();
    forgotten(&restored, 3);
    assert!(restored.out.contains("4 more are kept out, of 4 on the list"), "{}", restored.out);
    let again = ingest(rig).argument("--reconcile").run();
    assert_eq!(again.must(0, &[]).summary()["suppressed"], 3);
    let other = command(rig, &["forget", "--suppressed", "-"]).with("PII_KEY", OTHER_KEY).input(&list).run();
    other.must(2, &["PII_KEY is not the one"]);
    execute(rig, "DELETE FROM suppression").await;
    let other = command(rig, &["forget", "--suppressed", "-"]).with("PII_KEY", OTHER_KEY).input(&list).run();
    other.must(2, &["the list was made with another PII_KEY"]);
    let odd = command(rig, &["forget", "--suppressed", "-"]).input("max@example.com\n").run();
    odd.must(2, &["is no list of those who are to stay forgotten"]);
}

async fn what_is_held_of_a_person_is_told(rig: &Rig) {
    rig.source.applications(|applications| {
        let mut one = application(30);
        one["email"] = json!("Arthur@example.org");
        (one["firstName"], one["lastName"], one["candidateId"]) = (json!("Arthur"), json!("Dent"), json!("arthur"));
        one["source"] = json!({"channel": "fair"});
        applications.push(one);
        applications.push(json!({"id": "arthur-bad", "created": 7, "email": "arthur@example.org"}));
    });
    rig.source.postings(|postings| {
        postings[0]["content"] = json!({"localization": [{"locale": "en-GB", "value": "Ask Arthur  Dent."}]});
    });
    rig.ingest().run().must(0, &[]);
    exported(rig, "pseudonymise").await;
    let before = rig.database.rows().await;
    let ended = command(rig, &["about", "--email", "-"]).input("arthur@example.org").run();
    ended.must(0, &[]);
    assert!(!ended.err.contains("rthur"), "{}", ended.err);
    let told: Value = serde_json::from_str(&ended.out).unwrap();
    let application = &told["applications"][0];
    assert_eq!((&application["last_name"], &application["raw"]["firstName"]), (&json!("Dent"), &json!("Arthur")));
    assert_eq!(application["source"], json!({"channel": "fair"}));
    assert_eq!(told["candidates"][0]["key"], "id:arthur");
    assert_eq!(told["application_events"].as_array().unwrap().len(), 1);
    assert_eq!(told["rejected_records"][0]["payload"]["id"], "arthur-bad");
    assert_eq!((&told["postings_that_name_them"], &told["went_to"][0]["warehouse"]), (&json!(1), &json!("lake:x")));
    assert!(rig.database.rows().await == before, "asking changes nothing");
    assert_eq!(rig.database.last_run().await.command, "about");
    let forgot = command(rig, &["forget", "--email", "-"]).input("arthur@example.org").run();
    forgotten(&forgot, 1);
    assert!(forgot.out.contains("posting") && forgot.out.contains("change them in Emply"), "{}", forgot.out);
}
