//! What of the tenant's own words leaves, by the vocabulary.

use domain::{CanonicalValue, Fact, FactValue, Localization, Posting};
use rig::{Program, on_each_backend};
use serde_json::json;
use store::entity::{application, posting};

use crate::fixture::{Lake, Rig, Row, application_of, posting_of, row_of, row_of_application};

on_each_backend!(
    what_is_not_listed_does_not_leave,
    without_a_vocabulary_nothing_is_listed,
    everything_leaves_where_persons_are_kept,
    another_vocabulary_is_sent_again,
    a_wrong_one_is_named_with_its_place,
    one_to_begin_with_is_printed,
);

pub(crate) const WORDS: &str = "\
facts = ['working time']
tags = ['Care']

[stages]
'Gespräch' = 'interview'

[reasons]
'Withdrawn' = 'candidate'

[sources]
'indeed' = 'Indeed'
";

/// Who has no business in the warehouse.
pub(crate) const NOBODY: &str = "Trillian";

fn text(german: &str, english: &str) -> Localization {
    [("de-DE", german), ("en-GB", english)]
        .map(|(locale, text)| (locale.to_owned(), text.to_owned()))
        .into_iter()
        .collect()
}

fn fact(id: &str, title: &str, says: &str) -> Fact {
    let values = vec![FactValue { id: None, text: text(says, says) }];
    Fact { id: id.to_owned(), title: text(title, ""), values, other: None }
}

/// A posting and two applications, one of which is turned down.
pub(crate) async fn filled(rig: &Rig) {
    let posting = Posting {
        title: text("Pflege, Tel. 0171 2345678", "Nurse (max@example.com)"),
        tags: ["Care", NOBODY].into_iter().filter_map(|tag| CanonicalValue::of(json!(tag))).collect(),
        facts: vec![
            fact("f1", "Working  Time", "full time, ask max@example.com"),
            fact("f2", "Contact", NOBODY),
            Fact { other: CanonicalValue::of(json!({ "who": NOBODY })), ..fact("f3", NOBODY, "") },
        ],
        ..posting_of(0)
    };
    let row: posting::Model = row_of(posting);
    rig.database.list_postings(vec![row]).await;
    let application = |number: i64, reason: Localization, source: serde_json::Value| -> application::Model {
        row_of_application(domain::Application {
            stage: text("Gespräch", "Interview"),
            disqualify_reason: reason,
            source: CanonicalValue::of(source),
            ..application_of(number, "")
        })
    };
    let known = application(20, text("Abgesagt", "Withdrawn"), json!({ "id": NOBODY, "title": { "en-GB": "Indeed" } }));
    let unknown = application(21, text(NOBODY, NOBODY), json!({ "recommended by": NOBODY }));
    rig.database.add_applications(vec![known, unknown]).await;
}

fn vocabulary(rig: &Rig, words: &str) -> String {
    let path = rig.lake.path.with_file_name("vocabulary.toml");
    std::fs::write(&path, words).unwrap();
    path.display().to_string()
}

fn export(rig: &Rig, words: &str) -> Program {
    rig.export().with("VOCABULARY_FILE", vocabulary(rig, words))
}

fn latest(rig: &Rig, table: &str, key: &[&str], is: impl Fn(&Row) -> bool) -> Vec<Row> {
    rig.lake.latest(table, key).into_values().filter(|row| row["removed"] == false && is(row)).collect()
}

fn applications(rig: &Rig) -> Vec<Row> {
    let mut rows = latest(rig, "application", &["application_id"], |row| !row["disqualify_reason"].is_null());
    rows.sort_by_key(|row| row["created"].to_string());
    rows
}

fn one_posting(rig: &Rig) -> Row {
    latest(rig, "job_posting", &["vacancy_id", "media_id"], |row| row["vacancy_id"] == "vacancy-0").remove(0)
}

async fn what_is_not_listed_does_not_leave(rig: &Rig) {
    filled(rig).await;
    for mode in ["pseudonymise", "drop"] {
        let lake = Lake::new();
        let path = lake.path.to_str().unwrap();
        let ended = export(rig, WORDS).with("PII_MODE", mode).with("LAKE_PATH", path).run();
        ended.must(0, &["the warehouse has what the store has"]);
        // the stage of six others, two facts, a tag, a reason, and two sources
        assert_eq!(ended.summary()["unlisted"], 7, "{ended:#?}");
        assert_eq!(lake.find(&[NOBODY, "max@example.com", "2345678"]), [""; 0], "{mode}");
    }
    export(rig, WORDS).run().must(0, &[]);
    let posting = one_posting(rig);
    assert_eq!(posting["title"], "Nurse (***)", "in the language of the text");
    assert_eq!(posting["title_localized"], r#"{"de-DE":"Pflege, Tel. ***","en-GB":"Nurse (***)"}"#);
    assert_eq!(posting["tags"], r#"["Care"]"#);
    assert_eq!(
        posting["facts"],
        r#"[{"id":"f1","title":{"de-DE":"Working  Time"},"values":[{"text":{"de-DE":"full time, ask ***","en-GB":"full time, ask ***"}}]}]"#
    );
    let [known, unknown] = &applications(rig)[..] else { panic!("two were turned down") };
    assert_eq!((&known["stage"], &known["stage_kind"]), (&"Gespräch".into(), &"interview".into()));
    assert_eq!((&known["disqualify_reason"], &known["reason_kind"]), (&"Withdrawn".into(), &"candidate".into()));
    assert_eq!(known["disqualify_reason_localized"], r#"{"en-GB":"Withdrawn"}"#);
    assert_eq!((&known["source"], &known["source_name"]), (&serde_json::Value::Null, &"Indeed".into()));
    assert_eq!((&unknown["disqualify_reason"], &unknown["reason_kind"]), (&"other".into(), &"other".into()));
    assert_eq!((&unknown["source_name"], unknown["disqualify_reason_localized"].is_null()), (&"other".into(), true));
    let events = latest(rig, "application_event", &["application_id", "event_no"], |row| row["to_stage"] == "Gespräch");
    assert!(events.len() == 2 && events.iter().all(|row| row["to_stage_kind"] == "interview"), "{events:#?}");
    assert!(events.iter().all(|row| row["from_stage_kind"].is_null()));
}

async fn without_a_vocabulary_nothing_is_listed(rig: &Rig) {
    filled(rig).await;
    let check = rig.export().argument("check").run();
    assert!(check.must(0, &[]).out.contains("warn  vocabulary: VOCABULARY_FILE names none"), "{check:#?}");
    let plan = rig.export().argument("plan").run();
    assert!(
        plan.must(0, &[]).out.contains("of different labels: 2 stages, 2 reasons, 3 sources, 3 facts, 2 tags"),
        "{plan:#?}"
    );
    rig.export().run().must(0, &[]);
    let posting = one_posting(rig);
    assert!(posting["tags"].is_null() && posting["facts"].is_null());
    let rows = applications(rig);
    assert!(rows.iter().all(|row| row["stage"] == "Gespräch" && row["stage_kind"].is_null()));
    assert!(rows.iter().all(|row| row["disqualify_reason"] == "other" && row["source_name"] == "other"));
}

async fn everything_leaves_where_persons_are_kept(rig: &Rig) {
    filled(rig).await;
    export(rig, WORDS).with("PII_MODE", "keep").run().must(0, &[]);
    let posting = one_posting(rig);
    assert_eq!(posting["title"], "Nurse (max@example.com)");
    assert_eq!(posting["tags"], format!(r#"["Care","{NOBODY}"]"#));
    let [known, unknown] = &applications(rig)[..] else { panic!("two were turned down") };
    assert_eq!((&known["disqualify_reason"], &known["reason_kind"]), (&"Abgesagt".into(), &"candidate".into()));
    assert_eq!((&unknown["disqualify_reason"], &unknown["reason_kind"]), (&NOBODY.into(), &"other".into()));
    assert_eq!((&known["source_name"], &unknown["source_name"]), (&"Indeed".into(), &"other".into()));
}

async fn another_vocabulary_is_sent_again(rig: &Rig) {
    filled(rig).await;
    export(rig, &WORDS.replace("'Care'", &format!("'Care', '{NOBODY}'"))).run().must(0, &[]);
    rig.database.add_applications(vec![crate::fixture::application(9, "New")]).await;
    export(rig, &WORDS.replace("'Care'", &format!("'Care', '{NOBODY}'"))).run().must(0, &[]);
    assert_eq!(rig.lake.find(&[NOBODY]), [NOBODY]);
    let planned = export(rig, WORDS).argument("plan").run();
    assert!(planned.must(0, &[]).out.starts_with("changes 1 to "), "{planned:#?}");
    let again = export(rig, WORDS).run();
    again.must(0, &["the vocabulary is another one", "files that were written anew are removed"]);
    assert_eq!(rig.lake.find(&[NOBODY]), [""; 0], "also not in older files");
    // the same words in another order, with a remark
    let same = format!("# mine\n{}", WORDS.replace("working time", "Working  TIME"));
    assert_eq!(export(rig, &same).run().must(0, &[]).written(), (0, 0));
}

async fn a_wrong_one_is_named_with_its_place(rig: &Rig) {
    for (words, told) in [
        ("[stages]\nNew = 'begun'\n", "line 2, column 7: unknown variant `begun`"),
        ("[stages]\nNew = 'applied'\n'new ' = 'offer'\n", "line 3, column 1: this label is there twice"),
        ("fakts = []\n", "line 1, column 1: unknown field `fakts`"),
        ("[sources\n", "line 1, column "),
    ] {
        export(rig, words).run().must(2, &["VOCABULARY_FILE", told]);
        export(rig, words).argument("plan").run().must(2, &[told]);
        let check = export(rig, words).argument("check").run();
        assert_eq!(check.code(), Some(2), "{check:#?}");
        assert!(check.out.contains("FAIL  vocabulary: VOCABULARY_FILE") && check.out.contains(told), "{check:#?}");
    }
    let missing = rig.export().with("VOCABULARY_FILE", "/nowhere/vocabulary.toml");
    missing.run().must(2, &["VOCABULARY_FILE /nowhere/vocabulary.toml cannot be read"]);
    assert!(!rig.lake.is_any_table_there());
}

async fn one_to_begin_with_is_printed(rig: &Rig) {
    filled(rig).await;
    let printed = export(rig, WORDS).argument("vocabulary").telling_names().run().must(0, &[]).out.clone();
    for line in [
        "    \"f1\",  # 1; also Working  Time",
        "    # \"f2\",  # 1; also Contact",
        "    \"Care\",  # 1",
        &format!("    # \"{NOBODY}\",  # 1"),
        "\"Gespräch\" = \"interview\"  # 2; also Interview",
        "# \"New\" = \"\"  # 6",
        "\"Withdrawn\" = \"candidate\"  # 1; also Abgesagt",
        "\"Indeed\" = \"Indeed\"  # 1",
    ] {
        assert!(printed.lines().any(|printed| printed == line), "{line} is not in\n{printed}");
    }
    // it can be used as it is
    let path = vocabulary(rig, &printed);
    rig.export().with("VOCABULARY_FILE", &path).run().must(0, &[]);
    assert_eq!(one_posting(rig)["tags"], r#"["Care"]"#);
    let again = rig.export().argument("vocabulary").argument("--base").argument(&path).telling_names().run();
    assert_eq!(again.must(0, &[]).out, printed);
}
