//! What the warehouse publishes, as it is held in memory: nouns, out of which figures and pages are made.
//!
//! Grain, columns and words of each mart are described in dbt/models/marts.

use std::sync::Arc;

use chrono::NaiveDate;

use crate::figures::counts::{Counts, Outcome};

/// As the marts name what has no name of its own, or none that may be told.
pub mod words {
    /// There is none.
    pub const NONE: &str = "none";
    pub use crate::figures::counts::SMALL_GROUPS;
    /// Too few to tell what became of them; a kind of stage or reason.
    pub const TOO_FEW: &str = "too few";
    /// The department where departments are not told apart.
    pub const ALL: &str = "all";
}

/// All that is published.
#[derive(Debug, Clone, PartialEq)]
pub struct Marts {
    /// Of when it is told, and what durations are made of.
    pub counts: Counts,
    /// All that are told of, in their order (`dim_date`).
    pub weeks: Vec<Week>,
    /// By the week of creation (`fct_applications_weekly`).
    pub weekly: Volumes,
    /// By the week of creation and the source, and nothing else (`fct_sources_weekly`).
    pub sources: Vec<SourceWeek>,
    /// By the day of creation, of the last 60 days (`fct_applications_daily`).
    pub daily: Volumes,
    /// Vacancies, those without any application and those that are gone too (`dim_posting`, `fct_applications_per_posting`).
    pub postings: Vec<Posting>,
    /// How far applications came (`fct_funnel`).
    pub funnel: Funnel,
    /// Open ones (`fct_open_applications`).
    pub open: Vec<Open>,
    /// Why applications ended (`fct_reasons_weekly`).
    pub reasons: Vec<Reason>,
    /// What is known of the data (`data_quality`).
    pub checks: Vec<Check>,
}

/// An ISO week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Week {
    /// Its Monday.
    pub monday: NaiveDate,
    /// The year that it belongs to.
    pub iso_year: i32,
    /// Its number in the year, 1 to 53.
    pub iso_week: u32,
    /// Whether all its days are told of whole; others are not to be compared.
    pub is_full: bool,
}

/// Numbers of applications by what can be filtered by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Volumes {
    /// Names that the rows are about, each once, in the order of their letters.
    pub departments: Vec<Arc<str>>,
    /// The same.
    pub cities: Vec<Arc<str>>,
    /// The same.
    pub sources: Vec<Arc<str>>,
    /// The same; `job`, `talent_pool`, `unknown` or `none`.
    pub posting_types: Vec<Arc<str>>,
    /// In the order of their days. A day or week without applications is not among them.
    pub rows: Vec<Volume>,
}

/// A number of applications; names are places in the lists of [`Volumes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Volume {
    /// The day, or the Monday of the week.
    pub begins: NaiveDate,
    /// Of the vacancy.
    pub department: u32,
    /// Of the vacancy.
    pub city: u32,
    /// Where the applications came from.
    pub source: u32,
    /// Of the vacancy.
    pub posting_type: u32,
    /// How many; at least 1.
    pub applications: u32,
}

/// Applications of a week that came from one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceWeek {
    /// Its Monday.
    pub week: NaiveDate,
    /// Where they came from.
    pub source: Arc<str>,
    /// How many.
    pub applications: u64,
}

/// When a vacancy was first seen published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FirstOnline {
    /// The day.
    pub on: NaiveDate,
    /// Whether it went online then. Else it was online when it was first seen, and may have been for long.
    pub is_exact: bool,
}

impl Posting {
    /// The day on which it went online, if that was seen.
    pub fn went_online_on(&self) -> Option<NaiveDate> {
        self.first_online.filter(|first| first.is_exact).map(|first| first.on)
    }
}

/// A vacancy, or all applications that know none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// Whether it stands for applications without a vacancy, or to one that nobody has posted.
    pub is_none: bool,
    /// In the preferred locale.
    pub title: Arc<str>,
    /// `none` where it has none.
    pub department: Arc<str>,
    /// `none` where it has none.
    pub city: Arc<str>,
    /// ISO 3166-1 alpha-2, or `none`.
    pub country: Arc<str>,
    /// `job`, `talent_pool`, `unknown` or `none`.
    pub posting_type: Arc<str>,
    /// In at least one medium.
    pub is_published: bool,
    /// From every medium.
    pub is_removed: bool,
    /// When it was first seen published.
    pub first_online: Option<FirstOnline>,
    /// The latest of its postings.
    pub deadline_on: Option<NaiveDate>,
    /// Days on which it was seen published, up to `as_of_on`.
    pub days_online: u32,
    /// All of them.
    pub applications: u32,
    /// Of the 28 days up to `as_of_on`.
    pub last_28_days: u32,
}

/// How far applications came, of which there may be hundreds of thousands of rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Funnel {
    /// `all` where departments are not told apart.
    pub departments: Vec<Arc<str>>,
    /// Kinds of stages.
    pub stage_kinds: Vec<Arc<str>>,
    /// One for each of what a [`Reached`] has.
    pub rows: Vec<Reached>,
}

/// Applications that came so far; names are places in the lists of [`Funnel`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reached {
    /// First day of the month in which they were made.
    pub month: NaiveDate,
    /// Monday of the week in which they were made; none where only the month is known.
    pub week: Option<NaiveDate>,
    /// How many.
    pub applications: u32,
    /// Of the vacancy.
    pub department: u16,
    /// The furthest kind of stage.
    pub stage_kind: u16,
    /// What became of them.
    pub outcome: Outcome,
}

/// Applications that are open on the day of `as_of_on`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// Of the stage that they are in.
    pub stage_kind: Arc<str>,
    /// Days since their creation: `0-7`, `8-14`, `15-30`, `31-60` or `61+`.
    pub age_band: Arc<str>,
    /// `all` where departments are not told apart.
    pub department: Arc<str>,
    /// How many.
    pub applications: u64,
}

/// Applications that ended in a week for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Its Monday.
    pub week: NaiveDate,
    /// `employer`, `candidate`, `filled`, `other`, `none` or `too few`.
    pub kind: Arc<str>,
    /// In the source's words.
    pub reason: Arc<str>,
    /// How many.
    pub closed: u64,
}

/// A number that says how good the data is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// As `data_quality` names it.
    pub name: Arc<str>,
    /// How many applications, days or hours.
    pub value: u64,
    /// Of 1,000 applications; none where the value is no number of applications.
    pub per_mille: Option<u64>,
}
