//! What the warehouse publishes, as it is held in memory: nouns, out of which figures and pages are made.
//!
//! Grain, columns and words of each mart are described in dbt/models/marts.

#![expect(clippy::struct_field_names, reason = "a field is called as its column is")]

use std::sync::Arc;

use chrono::NaiveDate;

use crate::figures::counts::{Counts, Outcome};

/// As the marts name what has no name of its own, or none that may be told.
pub(crate) mod words {
    pub(crate) const NONE: &str = "none";
    pub(crate) use crate::figures::counts::SMALL_GROUPS;
    /// Too few to tell what became of them; a kind of stage or reason.
    pub(crate) const TOO_FEW: &str = "too few";
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Marts {
    pub(crate) counts: Counts,
    /// All that are told of, in their order (`dim_date`).
    pub(crate) weeks: Vec<Week>,
    /// By the week of creation (`fct_applications_weekly`).
    pub(crate) weekly: Volumes,
    /// By the week of creation and the source, and nothing else (`fct_sources_weekly`).
    pub(crate) sources: Vec<SourceWeek>,
    /// By the day of creation, of the last 60 days (`fct_applications_daily`).
    pub(crate) daily: Volumes,
    /// Vacancies, those without any application and those that are gone too (`dim_posting`, `fct_applications_per_posting`).
    pub(crate) postings: Vec<Posting>,
    /// How far applications came (`fct_funnel`).
    pub(crate) funnel: Funnel,
    /// Open ones (`fct_open_applications`).
    pub(crate) open: Vec<Open>,
    /// Why applications ended (`fct_reasons_weekly`).
    pub(crate) reasons: Vec<Reason>,
    /// What is known of the data (`data_quality`).
    pub(crate) checks: Vec<Check>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Week {
    pub(crate) monday: NaiveDate,
    pub(crate) iso_year: i32,
    /// Its number in the year, 1 to 53.
    pub(crate) iso_week: u32,
    /// Whether all its days are told of whole; others are not to be compared.
    pub(crate) is_full: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Volumes {
    /// Names that the rows are about, here and in the next three: each once, in the order of their letters.
    pub(crate) departments: Vec<Arc<str>>,
    pub(crate) cities: Vec<Arc<str>>,
    pub(crate) sources: Vec<Arc<str>>,
    /// `job`, `talent_pool`, `unknown` or `none`.
    pub(crate) posting_types: Vec<Arc<str>>,
    /// In the order of their days. A day or week without applications is not among them.
    pub(crate) rows: Vec<Volume>,
}

/// A number of applications; names are places in the lists of [`Volumes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Volume {
    /// The day, or the Monday of the week.
    pub(crate) begins: NaiveDate,
    pub(crate) department: u32,
    pub(crate) city: u32,
    pub(crate) source: u32,
    pub(crate) posting_type: u32,
    /// How many; at least 1.
    pub(crate) applications: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SourceWeek {
    pub(crate) week: NaiveDate,
    pub(crate) source: Arc<str>,
    pub(crate) applications: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FirstOnline {
    pub(crate) on: NaiveDate,
    /// Whether it went online then. Else it was online when it was first seen, and may have been for long.
    pub(crate) is_exact: bool,
}

impl Posting {
    pub(crate) fn went_online_on(&self) -> Option<NaiveDate> {
        self.first_online.filter(|first| first.is_exact).map(|first| first.on)
    }
}

/// A vacancy, or all applications that know none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Posting {
    /// Whether it stands for applications without a vacancy, or to one that nobody has posted.
    pub(crate) is_none: bool,
    /// In the preferred locale.
    pub(crate) title: Arc<str>,
    pub(crate) department: Arc<str>,
    pub(crate) city: Arc<str>,
    /// ISO 3166-1 alpha-2, or `none`.
    pub(crate) country: Arc<str>,
    pub(crate) posting_type: Arc<str>,
    /// In at least one medium.
    pub(crate) is_published: bool,
    pub(crate) is_removed: bool,
    pub(crate) first_online: Option<FirstOnline>,
    /// The latest of its postings.
    pub(crate) deadline_on: Option<NaiveDate>,
    /// Days on which it was seen published, up to `as_of_on`.
    pub(crate) days_online: u32,
    pub(crate) applications: u32,
    /// Of the 28 days up to `as_of_on`.
    pub(crate) last_28_days: u32,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Funnel {
    pub(crate) departments: Vec<Arc<str>>,
    pub(crate) stage_kinds: Vec<Arc<str>>,
    pub(crate) rows: Vec<Reached>,
}

/// Applications that came so far; names are places in the lists of [`Funnel`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reached {
    /// First day of the month in which they were made.
    pub(crate) month: NaiveDate,
    /// Monday of the week in which they were made; none where only the month is known.
    pub(crate) week: Option<NaiveDate>,
    pub(crate) applications: u32,
    pub(crate) department: u16,
    pub(crate) stage_kind: u16,
    pub(crate) outcome: Outcome,
}

/// Applications that are open on the day of `as_of_on`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Open {
    pub(crate) stage_kind: Arc<str>,
    /// Days since their creation: `0-7`, `8-14`, `15-30`, `31-60` or `61+`.
    pub(crate) age_band: Arc<str>,
    pub(crate) department: Arc<str>,
    pub(crate) applications: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reason {
    pub(crate) week: NaiveDate,
    /// `employer`, `candidate`, `filled`, `other`, `none` or `too few`.
    pub(crate) kind: Arc<str>,
    /// In the source's words.
    pub(crate) reason: Arc<str>,
    pub(crate) closed: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Check {
    pub(crate) name: Arc<str>,
    /// How many applications, days or hours.
    pub(crate) value: u64,
    /// Of 1,000 applications; none where the value is no number of applications.
    pub(crate) per_mille: Option<u64>,
}
