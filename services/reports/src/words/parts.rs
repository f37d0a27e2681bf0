//! The texts by where they stand. What takes something with it is a function.

type Text = &'static str;
// by what is put into the sentence, which is a text already
type FromNumber = fn(&str) -> String;
type FromHours = FromNumber;
type FromChange = FromNumber;
type FromDay = fn(&str) -> String;
type FromWeek = fn(&str) -> String;
type FromName = fn(&str) -> String;
type FromNames = fn(&str) -> String;
type FromReason = fn(&str) -> String;
type FromTwo = fn(&str, &str) -> String;

pub(crate) struct PageFrame {
    pub(crate) dashboard: Text,
    pub(crate) docs: Text,
    pub(crate) runs: Text,
    pub(crate) skip_to_content: Text,
    pub(crate) languages: Text,
    pub(crate) last_runs: Text,
    pub(crate) last_runs_of_each: Text,
    pub(crate) all_runs_as_table: Text,
    pub(crate) as_json: Text,
    pub(crate) no_run_yet: Text,
    pub(crate) store_away: Text,
    pub(crate) not_there: Text,
    pub(crate) no_such_page: Text,
    pub(crate) no_docs_yet: Text,
    pub(crate) runs_of_export: Text,
    pub(crate) newest_first: Text,
    pub(crate) all: Text,
    pub(crate) not_judged: FromReason,
}

pub(crate) struct Filters {
    pub(crate) heading: Text,
    pub(crate) period: Text,
    pub(crate) department: Text,
    pub(crate) city: Text,
    pub(crate) source: Text,
    pub(crate) posting_type: Text,
    pub(crate) every: Text,
    pub(crate) show: Text,
    pub(crate) reset: Text,
    pub(crate) weeks: FromNumber,
    pub(crate) too_long: Text,
    pub(crate) whole_history: Text,
    /// From how many are offered, and of how many.
    pub(crate) most_alone: FromTwo,
    pub(crate) unknown: FromName,
}

pub(crate) struct Titles {
    pub(crate) dashboard: Text,
    pub(crate) at_a_glance: Text,
    pub(crate) weekly: Text,
    pub(crate) daily: Text,
    pub(crate) days_of: FromWeek,
    pub(crate) postings: Text,
    pub(crate) postings_per_day: Text,
    pub(crate) places: Text,
    pub(crate) funnel: Text,
    pub(crate) durations: Text,
    pub(crate) closed: Text,
    pub(crate) times_to_hire: Text,
    pub(crate) open: Text,
    pub(crate) sources: Text,
    pub(crate) reasons: Text,
    pub(crate) quality: Text,
    pub(crate) how_counted: Text,
}

pub(crate) struct Counting {
    pub(crate) at_a_glance: Text,
    pub(crate) weekly: Text,
    pub(crate) daily: Text,
    pub(crate) postings: Text,
    pub(crate) postings_per_day: Text,
    pub(crate) places: Text,
    pub(crate) funnel: Text,
    pub(crate) durations: Text,
    pub(crate) closed: Text,
    pub(crate) times_to_hire: Text,
    pub(crate) open: Text,
    pub(crate) sources: Text,
    pub(crate) reasons: Text,
    pub(crate) quality: Text,
    pub(crate) terms: &'static [(Text, Text)],
    pub(crate) in_the_docs: Text,
    pub(crate) small_groups: Text,
}

pub(crate) struct Headings {
    pub(crate) number: Text,
    pub(crate) value: Text,
    pub(crate) change: Text,
    pub(crate) week: Text,
    pub(crate) week_begins: Text,
    pub(crate) day: Text,
    pub(crate) applications: Text,
    pub(crate) remark: Text,
    pub(crate) rank: Text,
    pub(crate) posting: Text,
    pub(crate) department: Text,
    pub(crate) city: Text,
    pub(crate) country: Text,
    pub(crate) last_28_days: Text,
    pub(crate) days_online: Text,
    pub(crate) per_day_online: Text,
    pub(crate) postings: Text,
    pub(crate) open_postings: Text,
    pub(crate) stage: Text,
    pub(crate) came_so_far: Text,
    pub(crate) of_all: Text,
    pub(crate) of_the_last: Text,
    pub(crate) after_days: Text,
    pub(crate) ended: Text,
    pub(crate) hired: Text,
    pub(crate) ended_otherwise: Text,
    pub(crate) lower: Text,
    pub(crate) upper: Text,
    pub(crate) outcome: Text,
    pub(crate) mean_days: Text,
    pub(crate) median_days: Text,
    pub(crate) p90_days: Text,
    pub(crate) period: Text,
    pub(crate) hires: Text,
    pub(crate) jobs: Text,
    pub(crate) over_jobs: Text,
    pub(crate) over_candidates: Text,
    pub(crate) source: Text,
    pub(crate) share: Text,
    pub(crate) who: Text,
    pub(crate) reason: Text,
    pub(crate) check: Text,
    pub(crate) total: Text,
}

/// What the marts call by a word of theirs. A list has that word and what a person reads instead, in the order of pages.
pub(crate) struct Named {
    pub(crate) none: Text,
    pub(crate) other: Text,
    pub(crate) small_groups: Text,
    pub(crate) too_few: Text,
    pub(crate) stage_kinds: [(Text, Text); 10],
    pub(crate) outcomes: [(Text, Text); 5],
    pub(crate) reason_kinds: [(Text, Text); 5],
    pub(crate) posting_types: [(Text, Text); 4],
    pub(crate) periods: [(Text, Text); 3],
    /// Of the ages of open applications, from the youngest on.
    pub(crate) bands: [Text; 5],
    pub(crate) all_outcomes: Text,
}

pub(crate) struct Sentences {
    /// From a day and a time zone.
    pub(crate) as_of: FromTwo,
    pub(crate) stale: FromHours,
    pub(crate) very_stale: FromHours,
    pub(crate) no_data: Text,
    pub(crate) unreadable: FromReason,
    pub(crate) no_window: Text,
    /// From when that was, and why.
    pub(crate) build_failed: FromTwo,
    pub(crate) failed_tests: FromNames,
    pub(crate) warned_tests: FromNames,
    pub(crate) still_good: Text,
    pub(crate) open_postings: Text,
    pub(crate) applications_of: FromWeek,
    pub(crate) open_applications: Text,
    pub(crate) median_closed: Text,
    pub(crate) hires: Text,
    pub(crate) overdue: Text,
    pub(crate) to_week_before: FromChange,
    pub(crate) to_weeks_before: FromChange,
    pub(crate) newly_published: FromNumber,
    pub(crate) net_of_week: FromChange,
    pub(crate) newly_overdue: FromNumber,
    pub(crate) no_full_week: Text,
    pub(crate) partial_week: Text,
    pub(crate) partial_day: Text,
    pub(crate) too_few: Text,
    pub(crate) few: Text,
    pub(crate) untold_by: FromNames,
    pub(crate) nothing_here: Text,
    pub(crate) untold: FromNumber,
    pub(crate) in_small_groups: FromNumber,
    pub(crate) frozen: FromNumber,
    pub(crate) not_mature: Text,
    /// From first and last day.
    pub(crate) from_to: FromTwo,
    /// From the day, and the band.
    pub(crate) median: FromTwo,
    pub(crate) half_after: FromDay,
    pub(crate) median_not_reached: Text,
    /// From lower and upper border.
    pub(crate) band: FromTwo,
    pub(crate) is_removed: Text,
    pub(crate) as_csv: Text,
    pub(crate) as_table: Text,
    pub(crate) more: FromNumber,
    /// From how many applications were followed, and of how many.
    pub(crate) followed: FromTwo,
    pub(crate) no_whole_month: Text,
    pub(crate) sources_by_week: Text,
    pub(crate) computed_how: Text,
}

pub(crate) struct Quality {
    pub(crate) checks: [(Text, Text); 20],
}
