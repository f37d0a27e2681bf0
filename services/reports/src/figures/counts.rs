//! What the warehouse publishes of durations, as nouns: counts of applications, none of which is a row of its own.

use std::{fmt, sync::Arc};

use chrono::NaiveDate;

/// The department, city, source and reason of those that are too few to be told of by their own.
pub const SMALL_GROUPS: &str = "small groups";

/// All that the figures are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// Of when they tell, and how they are cut.
    pub told: Told,
    /// By the month of creation (`fct_application_durations`).
    pub cohorts: Cohorts,
    /// By the week of the end (`fct_closed_weekly`).
    pub closings: Closings,
    /// Emply's own two (`fct_times_to_hire`).
    pub hires: Vec<Hires>,
}

/// Of when the counts tell, and how they are cut (`export_run`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Up to when all applications were read, on the source's clock: RFC 3339, UTC.
    pub as_of: Option<String>,
    /// Its day, on which every period ends.
    pub as_of_on: Option<NaiveDate>,
    /// First day that is told of.
    pub history_begins_on: Option<NaiveDate>,
    /// Of all days, as IANA names it.
    pub time_zone: String,
    /// How many applications a group needs before anything about their outcome is told; at least 1.
    pub min_group: u64,
    /// Whether departments are told apart.
    pub compares_departments: bool,
}

/// Cohorts, of which there may be hundreds of thousands: what they have in common is listed once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cohorts {
    /// First days of the months in which they were created.
    pub months: Vec<NaiveDate>,
    /// `all` where departments are not told apart.
    pub departments: Vec<Arc<str>>,
    /// Of the vacancies.
    pub cities: Vec<Arc<str>>,
    /// One for each of what a [`Cohort`] has.
    pub rows: Vec<Cohort>,
}

/// Applications of one month, place, outcome and length; month and names are places in the lists of [`Cohorts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cohort {
    /// In which they were created.
    pub month: u16,
    /// Of the vacancy.
    pub department: u16,
    /// Of the vacancy.
    pub city: u16,
    /// Civil days from creation to the end, or to `as_of_on` of those that are open. Of those that are eligible alone:
    /// those that were seen from the beginning on, and whose end is known.
    pub days: Option<u16>,
    /// How many.
    pub applications: u32,
    /// What became of them.
    pub outcome: Outcome,
    /// Whether they were forgotten, and counted before: days are then those of the middle of a week.
    pub is_frozen: bool,
}

/// Ends by the week, of which there may be as many.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Closings {
    /// Mondays.
    pub weeks: Vec<NaiveDate>,
    /// `all` where departments are not told apart.
    pub departments: Vec<Arc<str>>,
    /// One for each of what a [`Closing`] has.
    pub rows: Vec<Closing>,
}

/// Applications that ended in one week; week and name are places in the lists of [`Closings`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closing {
    /// In which they ended.
    pub week: u16,
    /// Of the vacancy.
    pub department: u16,
    /// Civil days from creation to the end; none where they are too few.
    pub days: Option<u16>,
    /// How many.
    pub closed: u32,
    /// What became of them; never open.
    pub outcome: Outcome,
}

/// Hires of a period, and Emply's two means of their days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hires {
    /// `history`, `last_365_days` or `last_28_days`, up to `as_of_on`.
    pub period: Arc<str>,
    /// `all` where departments are not told apart.
    pub department: Arc<str>,
    /// How many.
    pub hires: u64,
    /// None where they are too few.
    pub means: Option<Means>,
}

/// In thousandths of a day, rounded down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Means {
    /// Vacancies with a hire.
    pub jobs: u64,
    /// Mean of the days of all hires.
    pub over_candidates_millidays: u64,
    /// Mean of the jobs' means.
    pub over_jobs_millidays: u64,
}

/// What became of an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// In a stage of hired ones, and active.
    Hired,
    /// By the employer.
    Rejected,
    /// By the candidate.
    Withdrawn,
    /// Ended without a known reason.
    Other,
    /// Not ended.
    Open,
    /// Of a group that is too small to tell.
    TooFew,
}

impl Outcome {
    /// Those that are an end.
    pub const ENDS: [Self; 4] = [Self::Hired, Self::Rejected, Self::Withdrawn, Self::Other];

    /// As the marts name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hired => "hired",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Other => "other",
            Self::Open => "open",
            Self::TooFew => "too few",
        }
    }

    /// By the marts' name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ENDS.into_iter().chain([Self::Open, Self::TooFew]).find(|outcome| outcome.name() == name)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
