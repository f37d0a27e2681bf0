//! The real program over marts as dbt hands them over: what it prints, and how it refuses what it cannot read.

#![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod marts;
mod refusals;

use serde_json::{Value, json};

use marts::Bundle;

const MONTHS: [&str; 2] = ["2026-01-01", "2026-02-01"];

/// Two months of two departments and three cities. In the first month Bonn's are too few.
fn bundle() -> Bundle {
    let mut bundle = Bundle::new();
    bundle.export_run(5, true);
    bundle.cohorts(&json!([
        [MONTHS[0], "Ward", "Köln", "hired", true, 10, false, 4],
        [MONTHS[0], "Ward", "Köln", "rejected", true, 0, false, 2],
        [MONTHS[0], "Ward", "Köln", "open", true, 58, false, 2],
        [MONTHS[0], "Ward", "Köln", "rejected", false, null, false, 3],
        [MONTHS[0], "small groups", "small groups", "withdrawn", true, 3, false, 6],
        [MONTHS[1], "Lab", "Bonn", "hired", true, 20, false, 5],
        [MONTHS[1], "Lab", "Bonn", "other", true, 17, true, 3],
        [MONTHS[1], "small groups", "small groups", "too few", false, null, false, 2],
    ]));
    bundle.closings(&json!([
        ["2026-01-05", "Ward", "rejected", 0, 5],
        ["2026-01-12", "Ward", "hired", 10, 6],
        ["2026-01-12", "Ward", "hired", 13, 1],
        ["2026-01-12", "small groups", "too few", null, 2],
        ["2026-02-23", "Lab", "hired", 20, 5],
    ]));
    bundle.hires(&json!([
        ["history", "Ward", 7, 2, 10428, 11500],
        ["history", "Lab", 5, 1, 20000, 20000],
        ["last_28_days", "Lab", 4, null, null, null],
    ]));
    bundle
}

fn asked(words: &[&str]) -> Value {
    let (code, told, log) = bundle().ask(&[&["--json"], words].concat());
    assert_eq!(code, 0, "{log}");
    serde_json::from_str(&told).unwrap()
}

#[test]
fn all_of_it() {
    let told = asked(&[]);
    assert_eq!((&told["version"], &told["as_of_on"], &told["min_group"]), (&json!(1), &json!("2026-02-25"), &json!(5)));
    let closed = &told["closed"];
    assert_eq!(
        (&closed["counting"], &closed["applications"], &closed["untold"]),
        (&json!("activity"), &json!(19), &json!(2))
    );
    assert_eq!(closed["period"], json!({"first": "2026-01-05", "last": "2026-02-25"}));
    let hired = json!({"n": 12, "is_few": true, "mean": 14.416_666_666_666_666, "median": 10, "p90": 20});
    assert_eq!(closed["figures"]["by_outcome"]["hired"], hired);
    assert_eq!(closed["figures"]["by_outcome"]["withdrawn"], json!("too few"));
    let created = &told["created"];
    let counts = ["applications", "followed", "frozen", "untold"].map(|name| (name, created[name].as_u64().unwrap()));
    assert_eq!(counts, [("applications", 27), ("followed", 22), ("frozen", 3), ("untold", 2)]);
    assert_eq!(created["period"], json!({"first": "2026-01-01", "last": "2026-02-25"}));
    assert_eq!((&created["figures"]["open"], &created["figures"]["median"]["day"]), (&json!(2), &json!(10)));
    let steps: Vec<_> =
        created["figures"]["curve"].as_array().unwrap().iter().map(|step| step["at_risk"].clone()).collect();
    assert_eq!(steps, [22, 20, 14, 10, 7]);
    // nobody was followed for 60 days, and two are still open
    assert_eq!(created["figures"]["hired_within"][1], json!({"days": 60, "share": null}));
}

#[test]
fn emplys_two_times_to_hire_are_named() {
    let told = asked(&["--department", "Ward"]);
    let hires = &told["times_to_hire"];
    assert!(hires["over_jobs"].as_str().unwrap().contains("Emply's Overview"));
    assert!(hires["over_candidates"].as_str().unwrap().contains("Emply's report Time to hire"));
    let expected = json!([{"period": "history", "department": "Ward", "hires": 7,
        "means": {"jobs": 2, "over_jobs": 11.5, "over_candidates": 10.428}}]);
    assert_eq!(hires["of"], expected);
    assert_eq!(asked(&["--department", "Lab"])["times_to_hire"]["of"][1]["means"], json!("too few"));
}

#[test]
fn a_filter_asks_for_a_part_and_says_what_may_be_missing() {
    let told = asked(&["--department", "Ward"]);
    assert_eq!((&told["created"]["applications"], &told["created"]["in_small_groups"]), (&json!(11), &json!(8)));
    assert_eq!((&told["closed"]["applications"], &told["closed"]["in_small_groups"]), (&json!(12), &json!(2)));
    let told = asked(&["--city", "Bonn"]);
    assert_eq!((&told["created"]["followed"], &told["created"]["frozen"]), (&json!(8), &json!(3)));
    assert_eq!(told["closed"]["figures"], json!("not told by city"));
    // of a month or week that begins before the first day or ends after the last, none
    let told = asked(&["--from", "2026-01-06", "--to", "2026-02-25"]);
    assert_eq!((&told["created"]["applications"], &told["closed"]["applications"]), (&json!(10), &json!(14)));
    let told = asked(&["--to", "2026-02-24"]);
    assert_eq!((&told["created"]["applications"], &told["closed"]["applications"]), (&json!(17), &json!(14)));
    assert_eq!(asked(&["--from", "2026-02-26"])["created"]["period"], Value::Null);
}

#[test]
fn fewer_than_the_smallest_group_are_not_told() {
    let mut bundle = Bundle::new();
    bundle.export_run(9, true);
    bundle.cohorts(&json!([[MONTHS[0], "Ward", "Köln", "hired", true, 3, false, 8]]));
    bundle.closings(&json!([["2026-01-05", "Ward", "hired", 3, 8]]));
    bundle.hires(&json!([["history", "Ward", 8, 1, 3000, 3000]]));
    let (code, told, log) = bundle.ask(&["--json"]);
    assert_eq!(code, 0, "{log}");
    let told: Value = serde_json::from_str(&told).unwrap();
    let untold =
        [&told["closed"]["figures"]["all"], &told["created"]["figures"], &told["times_to_hire"]["of"][0]["means"]];
    assert_eq!(untold, [&json!("too few"); 3]);
    assert_eq!(told["closed"]["applications"], json!(8));
}

#[test]
fn people_get_a_short_table() {
    let (code, told, log) = bundle().ask(&["--department", "Ward"]);
    assert_eq!(code, 0, "{log}");
    for line in [
        "As of 2026-02-25 (Europe/Berlin). Nothing is told of fewer than 5.",
        "Ended 2026-01-05 to 2026-01-18: 12, 0 untold; 2 more are in small groups, some of which may be meant",
        "hired      7        10.4           10   13",
        "withdrawn  too few",
        "days until half have ended: 10 (95 %: 0 to not reached)",
        "hired within 60 days: not followed so long",
        "history  Ward            7     2  11.5                     10.4",
    ] {
        assert!(told.lines().any(|told| told == line), "{line}\n{told}");
    }
}

#[test]
fn people_are_told_what_is_not_known_of_a_city() {
    let (code, told, log) = bundle().ask(&["--city", "Köln"]);
    assert_eq!(code, 0, "{log}");
    assert!(told.contains("\nEnded: not told by city\n\nCreated 2026-01-01 to 2026-01-31: 11, 8 followed"), "{told}");
}

#[test]
fn nothing_happened_yet() {
    let mut bundle = Bundle::new();
    bundle.export_run(5, false);
    for (mart, rows) in [("cohorts", json!([])), ("closings", json!([]))] {
        if mart == "cohorts" { bundle.cohorts(&rows) } else { bundle.closings(&rows) }
    }
    bundle.hires(&json!([["history", "all", 0, null, null, null]]));
    let (code, told, log) = bundle.ask(&["--json"]);
    assert_eq!(code, 0, "{log}");
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!((&told["created"]["figures"], &told["created"]["period"]), (&json!("too few"), &Value::Null));
}
