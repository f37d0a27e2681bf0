//! Marts as dbt hands them over, and the program that is asked about them.

use std::{collections::BTreeMap, fs, path::PathBuf};

use rig::Program;
use serde_json::{Value, json};
use tempfile::TempDir;

const COHORTS: [(&str, &str); 8] = [
    ("created_month", "date"),
    ("department", "text"),
    ("city", "text"),
    ("outcome", "text"),
    ("is_eligible", "boolean"),
    ("days", "bigint"),
    ("is_frozen", "boolean"),
    ("applications", "bigint"),
];
const CLOSINGS: [(&str, &str); 5] =
    [("week_start", "date"), ("department", "text"), ("outcome", "text"), ("days", "bigint"), ("closed", "bigint")];
const HIRES: [(&str, &str); 6] = [
    ("period", "text"),
    ("department", "text"),
    ("hires", "bigint"),
    ("jobs", "bigint"),
    ("mean_over_candidates_millidays", "bigint"),
    ("mean_over_jobs_millidays", "bigint"),
];
const EXPORT_RUN: [(&str, &str); 8] = [
    ("run_id", "text"),
    ("started_at", "timestamp"),
    ("as_of", "timestamp"),
    ("as_of_on", "date"),
    ("time_zone", "text"),
    ("history_begins_on", "date"),
    ("min_group", "bigint"),
    ("compares_departments", "boolean"),
];

/// A folder with data/ in it.
pub(crate) struct Bundle(TempDir);

impl Bundle {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("data")).unwrap();
        Self(folder)
    }

    pub(crate) fn export_run(&mut self, min_group: u64, compares: bool) {
        let (started, as_of) = ("2026-02-25T23:00:00Z", "2026-02-25T22:30:00Z");
        let row = json!([["r1", started, as_of, "2026-02-25", "Europe/Berlin", "2023-03-01", min_group, compares]]);
        self.write("export_run", &EXPORT_RUN, &row);
    }

    pub(crate) fn cohorts(&mut self, rows: &Value) {
        self.write("fct_application_durations", &COHORTS, rows);
    }

    pub(crate) fn closings(&mut self, rows: &Value) {
        self.write("fct_closed_weekly", &CLOSINGS, rows);
    }

    pub(crate) fn hires(&mut self, rows: &Value) {
        self.write("fct_times_to_hire", &HIRES, rows);
    }

    pub(crate) fn file(&self, mart: &str) -> PathBuf {
        self.0.path().join("data").join(mart).with_extension("json")
    }

    /// Changes a file that is there.
    pub(crate) fn change(&self, mart: &str, change: impl FnOnce(&mut Value)) {
        let mut text = serde_json::from_str(&fs::read_to_string(self.file(mart)).unwrap()).unwrap();
        change(&mut text);
        fs::write(self.file(mart), text.to_string()).unwrap();
    }

    /// Exit code, answer and log. Nothing is set but what is given here: neither a store nor a token is needed.
    pub(crate) fn ask(&self, words: &[&str]) -> (i32, String, String) {
        self.ask_with(words, &[])
    }

    pub(crate) fn ask_with(&self, words: &[&str], settings: &[(&str, &str)]) -> (i32, String, String) {
        let program = Program::at(env!("CARGO_BIN_EXE_reports")).with("LOG_FORMAT", "json").with_all(settings);
        let mut program = program.argument("figures").arguments(words);
        if !settings.iter().any(|(name, _)| *name == "REPORTS_DIR") {
            program = program.argument("--folder").argument(self.0.path());
        }
        let ended = program.run();
        (ended.code().unwrap(), ended.out, ended.err)
    }

    fn write(&mut self, mart: &str, columns: &[(&str, &str)], rows: &Value) {
        let rows = rows.as_array().unwrap();
        let columns: BTreeMap<_, _> =
            columns.iter().enumerate().map(|(at, (name, kind))| (*name, column(kind, rows, at))).collect();
        let text = json!({"version": 2, "mart": mart, "rows": rows.len(), "columns": columns});
        fs::write(self.file(mart), text.to_string()).unwrap();
    }
}

fn column(kind: &str, rows: &[Value], at: usize) -> Value {
    let values: Vec<&Value> = rows.iter().map(|row| &row[at]).collect();
    if matches!(kind, "bigint" | "boolean") {
        return json!({"type": kind, "values": values});
    }
    let mut dictionary: Vec<&str> = values.iter().filter_map(|value| value.as_str()).collect();
    dictionary.sort_unstable();
    dictionary.dedup();
    let place = |value: &Value| value.as_str().map(|text| dictionary.iter().position(|known| *known == text));
    let values: Vec<_> = values.iter().map(|value| place(value)).collect();
    json!({"type": kind, "dictionary": dictionary, "values": values})
}
