//! The texts by where they stand. What takes something with it is a function.

type Text = &'static str;
type Of = fn(&str) -> String;
type Of2 = fn(&str, &str) -> String;

/// Around every page.
#[derive(Debug)]
pub struct Frame {
    pub dashboard: Text,
    pub docs: Text,
    pub runs: Text,
    pub skip_to_content: Text,
    pub languages: Text,
    pub last_runs: Text,
    pub last_runs_of_each: Text,
    pub all_runs_as_table: Text,
    pub as_json: Text,
    pub no_run_yet: Text,
    pub store_away: Text,
    pub not_there: Text,
    pub no_such_page: Text,
    pub no_docs_yet: Text,
    pub runs_of_export: Text,
    pub newest_first: Text,
    pub all: Text,
    /// From why it was.
    pub not_judged: Of,
}

/// The form.
#[derive(Debug)]
pub struct Filters {
    pub heading: Text,
    pub period: Text,
    pub department: Text,
    pub city: Text,
    pub source: Text,
    pub posting_type: Text,
    pub every: Text,
    pub show: Text,
    pub reset: Text,
    /// From a number of weeks.
    pub weeks: Of,
    pub too_long: Text,
    pub whole_history: Text,
    /// From how many are offered, and of how many.
    pub most_alone: Of2,
    /// From the name that nothing is told of.
    pub unknown: Of,
}

/// Of the figures.
#[derive(Debug)]
pub struct Titles {
    pub dashboard: Text,
    pub at_a_glance: Text,
    pub weekly: Text,
    pub daily: Text,
    /// From the week.
    pub days_of: Of,
    pub postings: Text,
    pub postings_per_day: Text,
    pub places: Text,
    pub funnel: Text,
    pub durations: Text,
    pub closed: Text,
    pub times_to_hire: Text,
    pub open: Text,
    pub sources: Text,
    pub reasons: Text,
    pub quality: Text,
    pub how_counted: Text,
}

/// How each is counted: its caption.
#[derive(Debug)]
pub struct Counting {
    pub at_a_glance: Text,
    pub weekly: Text,
    pub daily: Text,
    pub postings: Text,
    pub postings_per_day: Text,
    pub places: Text,
    pub funnel: Text,
    pub durations: Text,
    pub closed: Text,
    pub times_to_hire: Text,
    pub open: Text,
    pub sources: Text,
    pub reasons: Text,
    pub quality: Text,
    /// Terms with what they mean.
    pub terms: &'static [(Text, Text)],
    pub in_the_docs: Text,
    pub small_groups: Text,
}

/// Of columns.
#[derive(Debug)]
pub struct Headings {
    pub number: Text,
    pub value: Text,
    pub change: Text,
    pub week: Text,
    pub week_begins: Text,
    pub day: Text,
    pub applications: Text,
    pub remark: Text,
    pub rank: Text,
    pub posting: Text,
    pub department: Text,
    pub city: Text,
    pub country: Text,
    pub last_28_days: Text,
    pub days_online: Text,
    pub per_day_online: Text,
    pub postings: Text,
    pub open_postings: Text,
    pub stage: Text,
    pub came_so_far: Text,
    pub of_all: Text,
    pub of_the_last: Text,
    pub after_days: Text,
    pub ended: Text,
    pub hired: Text,
    pub ended_otherwise: Text,
    pub lower: Text,
    pub upper: Text,
    pub outcome: Text,
    pub mean_days: Text,
    pub median_days: Text,
    pub p90_days: Text,
    pub period: Text,
    pub hires: Text,
    pub jobs: Text,
    pub over_jobs: Text,
    pub over_candidates: Text,
    pub source: Text,
    pub share: Text,
    pub who: Text,
    pub reason: Text,
    pub check: Text,
    pub total: Text,
}

/// What the marts call by a word of theirs.
#[derive(Debug)]
pub struct Named {
    pub none: Text,
    pub other: Text,
    pub small_groups: Text,
    pub too_few: Text,
    /// By the marts' name.
    pub stage_kinds: [(Text, Text); 10],
    /// By the marts' name.
    pub outcomes: [(Text, Text); 5],
    /// By the marts' name.
    pub reason_kinds: [(Text, Text); 5],
    /// By the marts' name.
    pub posting_types: [(Text, Text); 4],
    /// By the marts' name.
    pub periods: [(Text, Text); 3],
    /// From the ages, `0-7`.
    /// Of the ages of open applications, from the youngest on.
    pub bands: [Text; 5],
    pub all_outcomes: Text,
}

/// Sentences with a number or a name in them.
#[derive(Debug)]
pub struct Told {
    /// From a day and a time zone.
    pub as_of: Of2,
    /// From a number of hours.
    pub stale: Of,
    /// The same, and it is long.
    pub very_stale: Of,
    pub no_data: Text,
    /// From why.
    pub unreadable: Of,
    pub no_window: Text,
    /// From when, and why.
    pub build_failed: Of2,
    /// From the names.
    pub failed_tests: Of,
    /// From the names.
    pub warned_tests: Of,
    pub still_good: Text,
    pub open_postings: Text,
    pub applications_of: Of,
    pub open_applications: Text,
    pub median_closed: Text,
    pub hires: Text,
    pub overdue: Text,
    /// From a change, `+12`.
    pub to_week_before: Of,
    /// From a change.
    pub to_weeks_before: Of,
    /// From a number.
    pub newly_published: Of,
    /// From a change.
    pub net_of_week: Of,
    /// From a number.
    pub newly_overdue: Of,
    pub no_full_week: Text,
    pub partial_week: Text,
    pub partial_day: Text,
    pub too_few: Text,
    pub few: Text,
    /// From what the figure is not cut by.
    pub untold_by: Of,
    pub nothing_here: Text,
    /// From a number.
    pub untold: Of,
    /// From a number.
    pub in_small_groups: Of,
    /// From a number.
    pub frozen: Of,
    pub not_mature: Text,
    /// From first and last day.
    pub from_to: Of2,
    /// From the day.
    pub median: Of,
    /// From the day; beside the curve.
    pub half_after: Of,
    pub median_not_reached: Text,
    /// From lower and upper border.
    pub band: Of2,
    pub is_removed: Text,
    pub as_csv: Text,
    pub as_table: Text,
    /// From a number.
    pub more: Of,
    /// From a number of applications that were followed.
    pub followed: Of,
    pub computed_how: Text,
}

/// Checks of the data, by the marts' name.
#[derive(Debug)]
pub struct Quality {
    pub checks: [(Text, Text); 20],
}
