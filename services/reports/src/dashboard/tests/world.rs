//! A small world that somebody can add up, and one without anything.

use std::sync::Arc;

use chrono::{Datelike as _, Days, NaiveDate};

use crate::{
    figures::counts::{Closing, Closings, Cohort, Cohorts, Counts, ExportRun, Hires, Means, Outcome},
    marts::{Check, FirstOnline, Funnel, Marts, Open, Posting, Reached, Reason, SourceWeek, Volume, Volumes, Week},
};

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn names(all: &[&str]) -> Vec<Arc<str>> {
    all.iter().map(|name| Arc::from(*name)).collect()
}

/// A Wednesday; the weeks of the nine Mondays before are full.
const AS_OF: &str = "2026-11-04";

pub(super) fn week(monday: NaiveDate) -> Week {
    let iso = monday.iso_week();
    Week { monday, iso_year: iso.year(), iso_week: iso.week(), is_full: monday + Days::new(6) < day(AS_OF) }
}

pub(super) fn told() -> ExportRun {
    ExportRun {
        as_of: Some("2026-11-04T10:00:00Z".to_owned()),
        as_of_on: Some(day(AS_OF)),
        history_begins_on: Some(day("2026-08-01")),
        time_zone: "Europe/Berlin".to_owned(),
        min_group: 5,
        compares_departments: false,
    }
}

fn posting(title: &str, city: &str, applications: u32, days_online: u32) -> Posting {
    Posting {
        is_none: false,
        title: Arc::from(title),
        department: Arc::from("Pflege"),
        city: Arc::from(city),
        country: Arc::from("DE"),
        posting_type: Arc::from("job"),
        is_published: true,
        is_removed: false,
        first_online: Some(FirstOnline { on: day("2026-10-27"), is_exact: true }),
        deadline_on: None,
        days_online,
        applications,
        last_28_days: applications.min(3),
    }
}

fn cohorts() -> Cohorts {
    let cohort = |outcome, days, applications| Cohort {
        month: 0,
        department: 0,
        city: 0,
        days,
        applications,
        outcome,
        is_frozen: false,
    };
    Cohorts {
        months: vec![day("2026-10-01")],
        departments: names(&["all"]),
        cities: names(&["Köln"]),
        rows: vec![
            cohort(Outcome::Hired, Some(20), 2),
            cohort(Outcome::Rejected, Some(10), 4),
            cohort(Outcome::Open, Some(30), 4),
        ],
    }
}

fn closings() -> Closings {
    let closing = |week: u16, outcome, days, closed| Closing { week, department: 0, days, closed, outcome };
    Closings {
        weeks: vec![day("2026-10-05"), day("2026-10-19"), day("2026-10-26")],
        departments: names(&["all"]),
        rows: vec![
            closing(0, Outcome::Rejected, Some(3), 9),
            closing(1, Outcome::Rejected, Some(6), 5),
            closing(1, Outcome::Hired, Some(30), 6),
            closing(2, Outcome::TooFew, None, 2),
        ],
    }
}

fn volume(begins: &str, department: u32, city: u32, source: u32, applications: u32) -> Volume {
    Volume { begins: day(begins), department, city, source, posting_type: 0, applications }
}

fn volumes(rows: Vec<Volume>) -> Volumes {
    Volumes {
        departments: names(&["Pflege", "Verwaltung"]),
        cities: names(&["Köln", "none"]),
        sources: names(&["Indeed", "Website", "small groups"]),
        posting_types: names(&["job"]),
        rows,
    }
}

fn weekly() -> Volumes {
    volumes(vec![
        volume("2026-08-31", 0, 0, 0, 7),
        volume("2026-10-19", 0, 0, 0, 10),
        volume("2026-10-26", 0, 0, 0, 12),
        volume("2026-10-26", 1, 1, 1, 4),
        volume("2026-11-02", 0, 0, 2, 5),
    ])
}

/// As many as in `weekly`, of which fewer are in small groups.
fn sources() -> Vec<SourceWeek> {
    let source_week = |week: &str, source: &str, applications| SourceWeek {
        week: day(week),
        source: Arc::from(source),
        applications,
    };
    vec![
        source_week("2026-08-31", "Indeed", 7),
        source_week("2026-10-19", "Indeed", 10),
        source_week("2026-10-26", "Indeed", 11),
        source_week("2026-10-26", "Website", 5),
        source_week("2026-11-02", "Website", 5),
    ]
}

fn postings() -> Vec<Posting> {
    vec![
        posting("<b>Ärztin</b>", "Köln", 30, 40),
        posting("=Pfleger", "Köln", 30, 10),
        Posting {
            deadline_on: Some(day("2026-11-03")),
            first_online: Some(FirstOnline { on: day("2026-10-27"), is_exact: false }),
            ..posting("Koch", "Bonn", 2, 30)
        },
        Posting { is_published: false, is_removed: true, ..posting("Alt", "none", 6, 100) },
        Posting { is_none: true, is_published: false, ..posting("none", "none", 1, 0) },
    ]
}

fn funnel() -> Funnel {
    let reached = |month: &str, week: &str, stage_kind: u16, outcome, applications| Reached {
        month: day(month),
        week: Some(day(week)),
        applications,
        department: 0,
        stage_kind,
        outcome,
    };
    Funnel {
        departments: names(&["all"]),
        stage_kinds: names(&["applied", "interview", "hired", "too few"]),
        rows: vec![
            reached("2026-09-01", "2026-08-31", 0, Outcome::Rejected, 60),
            reached("2026-09-01", "2026-08-31", 0, Outcome::Open, 10),
            reached("2026-09-01", "2026-09-07", 1, Outcome::Rejected, 20),
            reached("2026-09-01", "2026-09-07", 2, Outcome::Hired, 10),
            reached("2026-09-01", "2026-09-14", 3, Outcome::TooFew, 3),
            reached("2026-10-01", "2026-10-05", 0, Outcome::Open, 50),
            reached("2026-10-01", "2026-10-05", 2, Outcome::Hired, 400),
        ],
    }
}

fn open() -> Vec<Open> {
    let open = |stage_kind: &str, age_band: &str, applications| Open {
        stage_kind: Arc::from(stage_kind),
        age_band: Arc::from(age_band),
        department: Arc::from("all"),
        applications,
    };
    vec![open("interview", "0-7", 7), open("applied", "61+", 2)]
}

fn reasons() -> Vec<Reason> {
    let reason = |week: &str, kind: &str, reason: &str, closed: u64| Reason {
        week: day(week),
        kind: Arc::from(kind),
        reason: Arc::from(reason),
        closed,
    };
    vec![
        reason("2026-10-19", "employer", "Absage", 9),
        reason("2026-10-19", "candidate", "small groups", 6),
        reason("2026-10-26", "candidate", "Umzug", 4),
        reason("2026-10-26", "too few", "too few", 2),
        reason("2026-11-02", "employer", "Absage", 50),
    ]
}

pub(super) fn marts() -> Marts {
    let hires = vec![Hires {
        period: Arc::from("history"),
        department: Arc::from("all"),
        hires: 6,
        means: Some(Means { jobs: 2, over_candidates_millidays: 30_500, over_jobs_millidays: 28_000 }),
    }];
    Marts {
        counts: Counts { run: told(), cohorts: cohorts(), closings: closings(), hires },
        weeks: (0..10).map(|weeks| week(day("2026-08-31") + Days::new(7 * weeks))).collect(),
        weekly: weekly(),
        sources: sources(),
        daily: volumes(vec![volume("2026-11-01", 0, 0, 0, 3), volume("2026-11-04", 0, 0, 2, 5)]),
        postings: postings(),
        funnel: funnel(),
        open: open(),
        reasons: reasons(),
        checks: vec![Check { name: Arc::from("applications"), value: 1000, per_mille: Some(1000) }],
    }
}

/// Of nothing at all.
pub(super) fn empty() -> Marts {
    let nothing = Marts {
        counts: Counts { run: told(), cohorts: Cohorts::default(), closings: Closings::default(), hires: Vec::new() },
        weeks: Vec::new(),
        weekly: Volumes::default(),
        sources: Vec::new(),
        daily: Volumes::default(),
        postings: Vec::new(),
        funnel: Funnel::default(),
        open: Vec::new(),
        reasons: Vec::new(),
        checks: Vec::new(),
    };
    let run = ExportRun { as_of: None, as_of_on: None, history_begins_on: None, ..nothing.counts.run };
    Marts { counts: Counts { run, ..nothing.counts }, ..nothing }
}
