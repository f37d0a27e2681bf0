//! Which numbers stay of those whose time is over.

use rig::{Program, on_each_backend};
use serde_json::json;
use store::entity::application_month;
use tempfile::TempDir;

use crate::fixture::{Rig, store_only};

on_each_backend!(
    what_they_came_to_stays_and_nobody_comes_back,
    without_a_vocabulary_it_is_said_what_will_be_missing,
    who_is_forgotten_later_makes_a_group_too_small,
    what_cannot_be_is_refused_before_anything_is_done,
);

const PII_KEY: &str = "0123456789abcdef-of-the-tests";
const WORDS: &str =
    "[stages]\n'new applications' = 'applied'\nTalk = 'interview'\n[reasons]\nWithdrawn = 'candidate'\n";

/// A run by which everybody's time is over who was last touched three years ago; the clock is the real one.
fn run(rig: &Rig) -> Program {
    rig.ingest().with("INGEST_RETENTION_DAYS", "1095").with("PII_KEY", PII_KEY)
}

fn with_words(program: Program, folder: &TempDir) -> Program {
    let path = folder.path().join("vocabulary.toml");
    std::fs::write(&path, WORDS).unwrap();
    program.with("VOCABULARY_FILE", path.display().to_string())
}

/// On 7 May, six of twenty are seen in time; three weeks later, four of these are over, and one that was seen too late.
async fn closed(rig: &Rig) {
    rig.source.it_is("2026-05-07T12:00:00Z".parse().unwrap());
    rig.fill().await;
    rig.source.it_is("2026-05-28T12:00:00Z".parse().unwrap());
    rig.source.applications(|applications| {
        for (number, stage, reason) in [
            (14, "Talk", "Withdrawn"),
            (16, "Talk", "Withdrawn"),
            (18, "Talk", "Not now"),
            (19, "Elsewhere", ""),
            (2, "Elsewhere", ""),
        ] {
            let one = &mut applications[number];
            one["status"] = json!(0);
            one["updated"] = json!("2020-03-01T00:00:00Z");
            one["stage"] = json!({"localization": [{"locale": "en-GB", "value": stage}]});
            if !reason.is_empty() {
                one["disqualifyReason"] = json!({"localization": [{"locale": "en-GB", "value": reason}]});
            }
        }
    });
}

/// What is counted, sorted.
async fn told(rig: &Rig) -> Vec<String> {
    let there = rig.database.rows().await.months.into_iter().filter(|row| row.removed_at.is_none());
    let mut told: Vec<String> = there
        .map(|row| {
            let application_month::Model { month, department, furthest_stage_kind, outcome, reason_kind, .. } = row;
            let weeks = row.weeks.map_or("?".to_owned(), |weeks| weeks.to_string());
            let count = row.applications;
            format!("{month} {department} {furthest_stage_kind} {outcome} {reason_kind} {weeks}w: {count}")
        })
        .collect();
    told.sort();
    told
}

async fn what_they_came_to_stays_and_nobody_comes_back(rig: &Rig) {
    closed(rig).await;
    let folder = tempfile::tempdir().unwrap();
    let ended = with_words(run(rig), &folder).run();
    ended.must(0, &["closed so long ago that they are forgotten", r#""applications":5"#]);
    let expected = [
        "2026-05 none applied other none 3w: 1",
        "2026-05 none applied other none ?w: 1",
        "2026-05 none interview rejected other 3w: 1",
        "2026-05 none interview withdrawn candidate 3w: 2",
    ];
    assert_eq!(told(rig).await, expected);
    let rows = rig.database.rows().await;
    assert!(rows.months.iter().all(|row| row.city == "Muenchen"), "{:?}", rows.months);

    // nobody comes back, and nobody is counted twice
    let again = with_words(run(rig), &folder).argument("--reconcile").run();
    assert_eq!(again.must(0, &[]).count("suppressed"), 5);
    let after = rig.database.rows().await;
    assert!((&after.months, &after.applications) == (&rows.months, &rows.applications), "the second run wrote a row");
    assert_eq!(after.change_counter, rows.change_counter);
}

async fn without_a_vocabulary_it_is_said_what_will_be_missing(rig: &Rig) {
    closed(rig).await;
    let checked = run(rig).argument("check").run();
    assert!(checked.must(0, &[]).out.contains("vocabulary: VOCABULARY_FILE names none"), "{}", checked.out);
    let folder = tempfile::tempdir().unwrap();
    let checked = with_words(run(rig), &folder).argument("check").run();
    assert!(checked.must(0, &[]).out.contains("vocabulary.toml: 2 stages, 1 reasons"), "{}", checked.out);
    let checked = rig.ingest().argument("check").run();
    assert!(!checked.must(0, &[]).out.contains("vocabulary"), "nobody is forgotten by the calendar: {}", checked.out);
    run(rig).run().must(0, &["VOCABULARY_FILE names none", r#""applications":5"#]);
    let expected = [
        "2026-05 none unlisted other none 3w: 1",
        "2026-05 none unlisted other none ?w: 1",
        "2026-05 none unlisted rejected other 3w: 3",
    ];
    assert_eq!(told(rig).await, expected);
}

async fn who_is_forgotten_later_makes_a_group_too_small(rig: &Rig) {
    closed(rig).await;
    let folder = tempfile::tempdir().unwrap();
    let of_nine = |program: Program| with_words(program, &folder).with("REPORT_MIN_GROUP", "9");
    of_nine(run(rig)).run().must(0, &[]);
    let before = told(rig).await;
    assert!(before.len() == 4 && before.iter().all(|row| row.contains(" none ")), "twenty of ten people: {before:?}");
    let forget = |count: u32| {
        let whom: Vec<String> = (0..count).map(|number| format!("candidate candidate-{number}")).collect();
        let program = store_only(&rig.database.url_of("ingest")).with("PII_KEY", PII_KEY).with("REPORT_MIN_GROUP", "9");
        program.argument("forget").argument("--file").argument("-").input(&whom.join("\n")).run()
    };
    // five are counted, and of the others there are nine people, and then five, and four
    forget(5).must(0, &[]);
    assert_eq!(told(rig).await, before);
    forget(6).must(0, &[]);
    let after = told(rig).await;
    assert_eq!(after.len(), 4);
    for (row, of) in after.iter().zip(&before) {
        assert_eq!(row, &of.replacen(" none ", " small groups ", 1), "the numbers are as they were");
    }
    let rows = rig.database.rows().await.months;
    let tombstones: Vec<_> = rows.iter().filter(|row| row.removed_at.is_some()).collect();
    assert!(tombstones.len() == 4 && tombstones.iter().all(|row| row.applications == 0), "{tombstones:?}");
}

async fn what_cannot_be_is_refused_before_anything_is_done(rig: &Rig) {
    closed(rig).await;
    let before = rig.database.rows().await;
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("nowhere.toml").display().to_string();
    run(rig).with("VOCABULARY_FILE", &nowhere).run().must(2, &["VOCABULARY_FILE", "cannot be read"]);
    let wrong = folder.path().join("wrong.toml");
    std::fs::write(&wrong, "[stages]\nTalk = 'chat'\n").unwrap();
    let wrong = run(rig).with("VOCABULARY_FILE", wrong.display().to_string());
    wrong.clone().run().must(2, &["VOCABULARY_FILE", "line 2, column 8: unknown variant `chat`"]);
    let checked = wrong.argument("check").run();
    assert!(checked.code() == Some(2) && checked.out.contains("FAIL  vocabulary"), "{checked:#?}");
    let forget = store_only(&rig.database.url_of("ingest"))
        .with("PII_KEY", PII_KEY)
        .argument("forget")
        .argument("--application");
    for (name, value, told) in [
        ("REPORT_MIN_GROUP", "4", "is not a whole number from 5 to 1000000"),
        ("REPORT_TIME_ZONE", "Musterstadt", "is not the name of a time zone as IANA has it"),
        ("REPORT_TIME_ZONE", "europe/berlin", "is not the name of a time zone as IANA has it"),
    ] {
        for program in [run(rig), forget.clone().argument("application-0")] {
            let ended = program.with(name, value).run();
            ended.must(2, &[name, told]);
            assert!(!ended.err.contains(value) || value.len() == 1, "{ended:#?}");
        }
    }
    assert!(rig.database.rows().await == before, "the store has changed");
    // where nobody is forgotten by the calendar, nobody reads the file
    rig.ingest().with("VOCABULARY_FILE", nowhere).run().must(0, &[]);
}
