//! What cannot be read or asked for: it is named with the file, the column and the way out.

use std::fs;

use serde_json::{Value, json};

use crate::{bundle, marts::Bundle};

fn refused(bundle: &Bundle, words: &[&str], expected_code: i32, expected: &[&str]) {
    let (code, told, log) = bundle.ask(words);
    assert_eq!((code, told.as_str()), (expected_code, ""), "{log}");
    let last: Value = serde_json::from_str(log.lines().last().unwrap()).unwrap();
    let error = last["error"].as_str().unwrap();
    for words in expected {
        assert!(error.contains(words), "{words}: {error}");
    }
}

/// What is done to a mart's file, and what is said of it.
type Case = (&'static str, fn(&mut Value), [&'static str; 2]);

const DURATIONS: &str = "fct_application_durations";

const CASES: [Case; 13] = [
    ("fct_closed_weekly", |text| text["version"] = json!(1), ["version 1", "same release"]),
    (DURATIONS, |text| text["mart"] = json!("dim_date"), ["holds the mart \"dim_date\"", "anew"]),
    (DURATIONS, |text| cell(text, "days", 3, json!(1.5)), ["columns.days.values[3]", "anew"]),
    (DURATIONS, |text| cell(text, "days", 0, json!(-1)), ["column days", "row 0"]),
    (DURATIONS, |text| cell(text, "days", 0, json!(1_u64 << 40)), ["column days", "row 0"]),
    (DURATIONS, |text| cell(text, "days", 0, json!(true)), ["column days", "same release"]),
    (DURATIONS, |text| cell(text, "days", 3, json!(4)), ["column days", "is_eligible in row 3"]),
    (DURATIONS, |text| cell(text, "city", 1, json!(99)), ["column city", "row 1"]),
    (DURATIONS, |text| cell(text, "city", 1, Value::Null), ["column city", "is null in row 1"]),
    (DURATIONS, |text| text["columns"]["city"]["type"] = json!("bigint"), ["column city", "\"bigint\" and not text"]),
    (
        DURATIONS,
        |text| text["columns"]["created_month"]["dictionary"][0] = json!("2026-13-01"),
        ["column created_month", "has a date that is none"],
    ),
    (DURATIONS, |text| text["rows"] = json!(7), ["more values than 7 rows", "column"]),
    ("fct_times_to_hire", |text| cell(text, "jobs", 0, Value::Null), ["column jobs", "row 0"]),
];

fn cell(text: &mut Value, column: &str, row: usize, value: Value) {
    text["columns"][column]["values"][row] = value;
}

#[test]
fn a_file_that_is_not_as_described() {
    for (mart, change, expected) in CASES {
        let bundle = bundle();
        bundle.change(mart, change);
        refused(&bundle, &[], 2, &[mart, expected[0], expected[1]]);
    }
    let bundle = bundle();
    bundle.change(DURATIONS, |text| {
        text["columns"]["of_a_later_release"] = json!({"type": "text", "dictionary": [], "values": []});
    });
    assert_eq!(bundle.ask(&[]).0, 0, "a column that nobody asks for is passed over");
    bundle.change(DURATIONS, |text| {
        text["columns"].as_object_mut().unwrap().remove("is_frozen");
    });
    refused(&bundle, &[], 2, &["column is_frozen is not there"]);
}

#[test]
fn a_file_that_is_none() {
    let bundle = bundle();
    let file = bundle.file("fct_closed_weekly");
    fs::write(&file, "{\"version\": 1, ").unwrap();
    refused(&bundle, &[], 2, &["fct_closed_weekly.json", "anew"]);
    fs::write(&file, "[".repeat(100_000)).unwrap();
    refused(&bundle, &[], 2, &["fct_closed_weekly.json"]);
    fs::write(&file, vec![b' '; 5000]).unwrap();
    let (code, _, log) = bundle.ask_with(&[], &[("REPORTS_MAX_BUNDLE_BYTES", "4096")]);
    assert!(code == 2 && log.contains("more than 4096 bytes, the limit of REPORTS_MAX_BUNDLE_BYTES"), "{log}");
    // it may still come
    fs::remove_file(&file).unwrap();
    refused(&bundle, &[], 1, &["fct_closed_weekly.json", "is not there", "dbt hands it over"]);
}

#[test]
fn nothing_was_exported_or_handed_over() {
    let bundle = bundle();
    bundle.change("export_run", |text| {
        text["rows"] = json!(0);
        text["columns"].as_object_mut().unwrap().values_mut().for_each(|column| column["values"] = json!([]));
    });
    refused(&bundle, &[], 1, &["export_run.json", "nothing was exported yet"]);
    let empty = tempfile::tempdir().unwrap();
    let (code, _, log) = bundle.ask_with(&[], &[("REPORTS_DIR", empty.path().to_str().unwrap())]);
    assert!(code == 1 && log.contains("nothing is on show"), "{log}");
    assert_eq!(fs::read_dir(empty.path()).unwrap().count(), 0, "it writes nothing");
}

#[test]
fn the_bundle_on_show_is_read_without_being_named() {
    let (bundle, dir) = (bundle(), tempfile::tempdir().unwrap());
    let shown = dir.path().join("bundles/one/data");
    fs::create_dir_all(&shown).unwrap();
    fs::write(dir.path().join("bundles/one/index.html"), "docs").unwrap();
    for mart in ["export_run", "fct_application_durations", "fct_closed_weekly", "fct_times_to_hire"] {
        fs::copy(bundle.file(mart), shown.join(mart).with_extension("json")).unwrap();
    }
    std::os::unix::fs::symlink("bundles/one", dir.path().join("current")).unwrap();
    let (code, told, log) = bundle.ask_with(&["--json"], &[("REPORTS_DIR", dir.path().to_str().unwrap())]);
    assert!(code == 0 && told.contains("\"applications\":27"), "{log}");
}

#[test]
fn a_filter_that_cannot_be_right() {
    let bundle = bundle();
    refused(&bundle, &["--department", "War"], 2, &["\"War\"", "Lab, Ward", "small groups"]);
    refused(&bundle, &["--city", "Rom"], 2, &["\"Rom\"", "Bonn, Köln"]);
    refused(
        &bundle,
        &["--from", "2026-02-01", "--to", "2026-01-31"],
        2,
        &["--from 2026-02-01 is after --to 2026-01-31"],
    );
    let mut bundle = bundle;
    bundle.export_run(5, false);
    refused(&bundle, &["--department", "Ward"], 2, &["REPORT_COMPARE_DEPARTMENTS"]);
    let (code, _, said) = bundle.ask(&["--from", "yesterday"]);
    assert!(code == 2 && said.contains("is no day"), "{said}");
}
