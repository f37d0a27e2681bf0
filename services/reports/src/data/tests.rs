//! What dbt writes (tests/bundle, held against dbt by its own tests) is read, and what is not as described is named.

use std::{fs, os::unix::fs::symlink, path::Path, sync::Arc};

use chrono::NaiveDate;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{
    held::{Held, Holder},
    read::{read, read_counts},
};
use crate::{
    bundle::Shelf,
    figures::counts::{Closing, Cohort, Means, Outcome},
    marts::{Check, Marts, Reached, SourceWeek, Volume, Week},
};

const MOST_BYTES: u64 = 1 << 20;
const BUNDLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bundle");

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

fn marts() -> Marts {
    read(Path::new(BUNDLE), MOST_BYTES).unwrap()
}

#[test]
fn counts_are_read() {
    let counts = read_counts(Path::new(BUNDLE), MOST_BYTES).unwrap();
    assert_eq!(counts, marts().counts);
    let told = &counts.run;
    assert_eq!((told.as_of.as_deref(), told.as_of_on), (Some("2026-03-28T23:30:00.250000Z"), Some(day(2, 2))));
    assert_eq!((&*told.time_zone, told.min_group, told.compares_departments), ("Europe/Berlin", 5, false));
    let cohorts = &counts.cohorts;
    assert_eq!((&cohorts.months, &*cohorts.departments[1], cohorts.rows.len()), (&vec![day(2, 2)], "Größe \"1\"", 3));
    let longest = Cohort {
        month: 0,
        department: 1,
        city: 0,
        days: Some(3),
        applications: 1,
        outcome: Outcome::Hired,
        is_frozen: false,
    };
    assert_eq!((cohorts.rows[0].days, cohorts.rows[2]), (None, longest));
    let few = Closing { week: 1, department: 0, days: None, closed: 2, outcome: Outcome::TooFew };
    assert!(counts.closings.rows.contains(&few) && counts.closings.weeks == [day(1, 26), day(2, 2)]);
    let means = Means { jobs: 1, over_candidates_millidays: 30_000, over_jobs_millidays: 30_000 };
    assert_eq!(counts.hires.iter().map(|hires| hires.means).collect::<Vec<_>>(), [Some(means), None]);
}

#[test]
fn volumes_are_read() {
    let marts = marts();
    let full = Week { monday: day(1, 26), iso_year: 2026, iso_week: 5, is_full: true };
    let begun = Week { monday: day(2, 2), iso_year: 2026, iso_week: 6, is_full: false };
    assert_eq!(marts.weeks, [full, begun]);
    let volume =
        |begins, applications| Volume { begins, department: 0, city: 0, source: 0, posting_type: 0, applications };
    assert_eq!(marts.weekly.rows, [volume(day(1, 19), 7), volume(day(2, 2), 7)]);
    let source_week = |week, source: &str, applications| SourceWeek { week, source: Arc::from(source), applications };
    let [before, site, few] = &marts.sources[..] else { panic!("{:?}", marts.sources) };
    assert_eq!([before, site], [&source_week(day(1, 26), "Site", 6), &source_week(day(2, 2), "Site", 7)]);
    assert_eq!(few, &source_week(day(1, 26), "small groups", 2));
    let first = NaiveDate::from_ymd_opt(2025, 12, 5).unwrap();
    assert_eq!(marts.daily.rows, [volume(first, 3), volume(day(2, 2), 2)]);
    assert_eq!((&*marts.daily.sources[0], &*marts.weekly.posting_types[0]), ("Site", "job"));
    let [nurse, same, none] = &marts.postings[..] else { panic!("{:?}", marts.postings) };
    assert_eq!((nurse, &*nurse.title, nurse.days_online, nurse.is_none), (same, "Nurse", 9, false));
    assert_eq!((nurse.went_online_on(), nurse.deadline_on, nurse.applications), (Some(day(2, 2)), None, 4));
    assert!(none.is_none && none.applications == 3 && none.first_online.is_none());
}

#[test]
fn outcomes_are_read() {
    let marts = marts();
    let frozen = Reached {
        month: day(2, 2),
        week: None,
        applications: 2,
        department: 0,
        stage_kind: 0,
        outcome: Outcome::Hired,
    };
    assert_eq!((marts.funnel.rows[0], &*marts.funnel.stage_kinds[0], marts.funnel.rows.len()), (frozen, "offer", 2));
    assert_eq!((marts.open.len(), marts.reasons.len(), marts.reasons[0].closed), (0, 1, 9));
    let check = |name: &str, value, per_mille| Check { name: Arc::from(name), value, per_mille };
    assert_eq!(marts.checks, [check("applications", 9, Some(1000)), check("change_gap_hours_p50", 3, None)]);
}

/// A bundle that may be changed.
fn copied(to: &Path) {
    fs::create_dir_all(to.join("data")).unwrap();
    fs::write(to.join("index.html"), "docs").unwrap();
    for file in fs::read_dir(Path::new(BUNDLE).join("data")).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), to.join("data").join(file.file_name())).unwrap();
    }
}

fn change(bundle: &Path, mart: &str, change: impl FnOnce(&mut Value)) {
    let file = bundle.join("data").join(mart).with_extension("json");
    let mut text = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    change(&mut text);
    fs::write(file, text.to_string()).unwrap();
}

/// Writes a column in another way.
fn column(text: &mut Value, name: &str, way: &str, values: Value) {
    let column = text["columns"][name].as_object_mut().unwrap();
    for way in ["values", "runs", "steps"] {
        column.remove(way);
    }
    column.insert(way.to_owned(), values);
}

type Case = (&'static str, fn(&mut Value), [&'static str; 2]);

const WEEKLY: &str = "fct_applications_weekly";
const CASES: [Case; 18] = [
    (WEEKLY, |text| text["version"] = json!(1), ["version 1", "reads 2"]),
    (WEEKLY, |text| text["rows"] = json!(1_u64 << 40), ["1099511627776 rows", "REPORT_HISTORY_MONTHS"]),
    (WEEKLY, |text| column(text, "applications", "values", json!([1, 0])), ["column applications is 0", "row 1"]),
    (WEEKLY, |text| column(text, "applications", "values", json!([-1, 1])), ["column applications", "row 0"]),
    (WEEKLY, |text| column(text, "applications", "values", json!([1, 1_u64 << 33])), ["column applications", "row 1"]),
    (WEEKLY, |text| column(text, "applications", "values", json!([1, null])), ["column applications is null", "row 1"]),
    (
        WEEKLY,
        |text| column(text, "applications", "values", json!([1, "x"])),
        ["columns.applications.values[1]", "anew"],
    ),
    (WEEKLY, |text| column(text, "applications", "runs", json!([7, 1])), ["1 values for 2 rows", "anew"]),
    (WEEKLY, |text| column(text, "applications", "runs", json!([7, 1_u64 << 60])), ["more values than 2 rows", "anew"]),
    (WEEKLY, |text| column(text, "applications", "runs", json!([7, 2, 7])), ["middle of a run", "column applications"]),
    (WEEKLY, |text| column(text, "applications", "runs", json!([7, -2])), ["without a length", "column applications"]),
    (WEEKLY, |text| column(text, "applications", "steps", json!([7, null])), ["a step", "column applications"]),
    (WEEKLY, |text| column(text, "applications", "steps", json!([7, -8])), ["no such value in row 1", "applications"]),
    (WEEKLY, |text| column(text, "source", "steps", json!([0, 9])), ["column source", "row 1"]),
    (WEEKLY, |text| text["columns"]["source"]["values"] = json!([0, 0]), ["column source", "not one of values"]),
    ("dim_date", |text| column(text, "iso_week", "values", json!([5, 54])), ["column iso_week", "row 1"]),
    ("dim_date", |text| column(text, "week_start", "values", json!([1, 1])), ["column week_start", "same"]),
    (
        "fct_funnel",
        |text| text["columns"]["outcome"]["dictionary"][0] = json!("fired"),
        ["column outcome", "\"fired\""],
    ),
];

#[test]
fn what_is_not_as_described_is_named() {
    for (mart, wrong, expected) in CASES {
        let bundle = tempfile::tempdir().unwrap();
        copied(bundle.path());
        change(bundle.path(), mart, wrong);
        let problem = read(bundle.path(), MOST_BYTES).unwrap_err();
        let said = problem.to_string();
        for words in [expected[0], expected[1], mart] {
            assert!(said.contains(words), "{words}: {said}");
        }
        assert!(problem.is_final(), "{said}");
    }
}

/// A shelf with this bundle on show.
fn shelf() -> (TempDir, Shelf) {
    let dir = tempfile::tempdir().unwrap();
    let shelf = Shelf::open(dir.path()).unwrap();
    (dir, shelf)
}

fn put(dir: &Path, name: &str, wrong: impl FnOnce(&Path)) {
    let bundle = dir.join("bundles").join(name);
    copied(&bundle);
    wrong(&bundle);
    symlink(Path::new("bundles").join(name), dir.join("next")).unwrap();
    fs::rename(dir.join("next"), dir.join("current")).unwrap();
}

fn min_group(held: &Held) -> Option<u64> {
    held.marts.as_ref().map(|marts| marts.counts.run.min_group)
}

#[tokio::test]
async fn the_bundle_on_show_is_held_and_the_last_good_one_stays() {
    let (dir, shelf) = shelf();
    let holder = Holder::new(shelf, MOST_BYTES);
    let held = holder.caught_up().await;
    assert!(held.marts.is_none() && held.problem.is_none());
    put(dir.path(), "one", |_| {});
    // it is not waited for
    assert!(holder.current().marts.is_none());
    let first = holder.caught_up().await;
    assert_eq!(min_group(&first), Some(5));
    assert!(Arc::ptr_eq(&holder.current().marts.unwrap(), first.marts.as_ref().unwrap()), "it is read once");
    put(dir.path(), "two", |bundle| fs::write(bundle.join("data/dim_date.json"), "{").unwrap());
    let held = holder.caught_up().await;
    assert!(Arc::ptr_eq(&held.marts.unwrap(), &first.marts.unwrap()));
    assert!(held.problem.unwrap().to_string().contains("dim_date.json"));
    put(dir.path(), "three", |bundle| {
        change(bundle, "export_run", |text| column(text, "min_group", "values", json!([9])));
    });
    assert_eq!(min_group(&holder.current()), Some(5), "the last one, while it is read");
    let held = holder.caught_up().await;
    assert!(min_group(&held) == Some(9) && held.problem.is_none());
    fs::remove_file(dir.path().join("current")).unwrap();
    assert!(holder.caught_up().await.marts.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_ask_at_once_get_the_same() {
    let (dir, shelf) = shelf();
    put(dir.path(), "one", |_| {});
    let holder = Holder::new(shelf, MOST_BYTES);
    let asked: Vec<_> = (0..50)
        .map(|_| {
            tokio::spawn({
                let holder = holder.clone();
                async move { holder.caught_up().await.marts.unwrap() }
            })
        })
        .collect();
    let first = holder.caught_up().await.marts.unwrap();
    for asked in asked {
        assert!(Arc::ptr_eq(&asked.await.unwrap(), &first));
    }
}
