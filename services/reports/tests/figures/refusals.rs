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

#[test]
fn a_file_that_is_not_as_described() {
    let durations = "fct_application_durations";
    let none: fn(&mut Value) = |_| {};
    let cases: [(&str, fn(&mut Value), i32, &[&str]); 13] = [
        (
            "fct_closed_weekly",
            |text| text["version"] = json!(2),
            2,
            &["fct_closed_weekly.json", "version 2", "same release"],
        ),
        (durations, |text| text["mart"] = json!("dim_date"), 2, &["holds the mart \"dim_date\"", "anew"]),
        (durations, |text| text["columns"]["days"]["values"][3] = json!(1.5), 2, &["columns.days.values[3]"]),
        (
            durations,
            |text| text["columns"]["days"]["values"][0] = json!(-1),
            2,
            &["column days", "row 0", "same release"],
        ),
        (durations, |text| text["columns"]["days"]["values"][0] = json!(1_u64 << 40), 2, &["column days", "more days"]),
        (durations, |text| text["columns"]["days"]["values"][0] = json!(true), 2, &["column days", "row 0"]),
        (
            durations,
            |text| text["columns"]["days"]["values"][3] = json!(4),
            2,
            &["column days", "is_eligible in row 3"],
        ),
        (durations, |text| text["columns"]["city"]["values"][1] = json!(99), 2, &["column city", "row 1"]),
        (durations, |text| text["columns"]["city"]["values"][1] = Value::Null, 2, &["column city", "is null in row 1"]),
        (
            durations,
            |text| text["columns"]["city"]["type"] = json!("bigint"),
            2,
            &["column city", "\"bigint\" and not text"],
        ),
        (
            durations,
            |text| text["columns"]["created_month"]["dictionary"][0] = json!("2026-13-01"),
            2,
            &["created_month"],
        ),
        (durations, |text| text["rows"] = json!(7), 2, &["8 values for 7 rows"]),
        ("fct_times_to_hire", |text| text["columns"]["jobs"]["values"][0] = Value::Null, 2, &["column jobs", "row 0"]),
    ];
    for (mart, change, code, expected) in cases {
        let bundle = bundle();
        bundle.change(mart, none);
        refused_after(&bundle, mart, change, code, expected);
    }
    let bundle = bundle();
    bundle.change(durations, |text| {
        text["columns"].as_object_mut().unwrap().remove("is_frozen");
        text["columns"]["of_a_later_release"] = json!({"type": "text", "dictionary": [], "values": []});
    });
    refused(&bundle, &[], 2, &["column is_frozen is not there"]);
}

fn refused_after(bundle: &Bundle, mart: &str, change: fn(&mut Value), code: i32, expected: &[&str]) {
    bundle.change(mart, change);
    refused(bundle, &[], code, &[&[mart], expected].concat());
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
