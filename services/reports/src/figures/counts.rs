//! What the warehouse publishes of durations, as nouns: counts of applications, none of which is a row of its own.

#![expect(clippy::struct_field_names, reason = "a field is called as its column is")]

use std::sync::Arc;

use chrono::NaiveDate;

/// The department, city, source and reason of those that are too few to be told of by their own.
pub(crate) const SMALL_GROUPS: &str = "small groups";

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) run: ExportRun,
    /// By the month of creation (`fct_application_durations`).
    pub(crate) cohorts: Cohorts,
    /// By the week of the end (`fct_closed_weekly`).
    pub(crate) closings: Closings,
    /// Emply's own two (`fct_times_to_hire`).
    pub(crate) hires: Vec<Hires>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ExportRun {
    /// Up to when all applications were read, on the source's clock: RFC 3339, UTC.
    pub(crate) as_of: Option<String>,
    /// Its day, on which every period ends.
    pub(crate) as_of_on: Option<NaiveDate>,
    pub(crate) history_begins_on: Option<NaiveDate>,
    /// Of all days, as IANA names it.
    pub(crate) time_zone: String,
    /// How many applications a group needs before anything about their outcome is told; at least 1.
    pub(crate) min_group: u64,
    pub(crate) compares_departments: bool,
}

/// Cohorts, of which there may be hundreds of thousands: what they have in common is listed once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Cohorts {
    pub(crate) months: Vec<NaiveDate>,
    /// `all` where departments are not told apart.
    pub(crate) departments: Vec<Arc<str>>,
    pub(crate) cities: Vec<Arc<str>>,
    pub(crate) rows: Vec<Cohort>,
}

/// Applications of one month, place, outcome and length; month and names are places in the lists of [`Cohorts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cohort {
    pub(crate) month: u16,
    pub(crate) department: u16,
    pub(crate) city: u16,
    /// Civil days from creation to the end, or to `as_of_on` of those that are open. Of those that are eligible alone:
    /// those that were seen from the beginning on, and whose end is known.
    pub(crate) days: Option<u16>,
    pub(crate) applications: u32,
    pub(crate) outcome: Outcome,
    /// Whether they were forgotten, and counted before: days are then those of the middle of a week.
    pub(crate) is_frozen: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Closings {
    pub(crate) weeks: Vec<NaiveDate>,
    pub(crate) departments: Vec<Arc<str>>,
    pub(crate) rows: Vec<Closing>,
}

/// Applications that ended in one week; week and name are places in the lists of [`Closings`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Closing {
    pub(crate) week: u16,
    pub(crate) department: u16,
    /// Civil days from creation to the end; none where they are too few.
    pub(crate) days: Option<u16>,
    pub(crate) closed: u32,
    /// What became of them; never open.
    pub(crate) outcome: Outcome,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hires {
    /// `history`, `last_365_days` or `last_28_days`, up to `as_of_on`.
    pub(crate) period: Arc<str>,
    pub(crate) department: Arc<str>,
    pub(crate) hires: u64,
    /// None where they are too few.
    pub(crate) means: Option<Means>,
}

/// In thousandths of a day, rounded down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Means {
    pub(crate) jobs: u64,
    pub(crate) over_candidates_millidays: u64,
    pub(crate) over_jobs_millidays: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Outcome {
    /// In a stage of hired ones, and active.
    Hired,
    Rejected,
    Withdrawn,
    /// Ended without a known reason.
    Other,
    Open,
    TooFew,
}

impl Outcome {
    pub(crate) const ENDS: [Self; 4] = [Self::Hired, Self::Rejected, Self::Withdrawn, Self::Other];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Hired => "hired",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Other => "other",
            Self::Open => "open",
            Self::TooFew => "too few",
        }
    }

    pub(crate) fn of(name: &str) -> Option<Self> {
        Self::ENDS.into_iter().chain([Self::Open, Self::TooFew]).find(|outcome| outcome.name() == name)
    }
}
