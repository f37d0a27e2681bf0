//! The response as JSON; README.md describes it.

use serde::Serialize;

use crate::figures::{
    All, CohortFigures, Part,
    closed::Closed,
    counts::ExportRun,
    curve::{Curve, Median, Share, Step},
    few::{Figures, is_few},
    filter::{Filter, Period},
    hires::TimeToHire,
};

/// Changes when what stands here means something else.
const VERSION: u32 = 1;
const WITHIN: [u32; 3] = [30, 60, 90];

#[derive(Serialize)]
pub(super) struct Response {
    version: u32,
    as_of: Option<String>,
    pub(super) as_of_on: Option<chrono::NaiveDate>,
    pub(super) time_zone: String,
    pub(super) min_group: u64,
    filter: Filter,
    pub(super) closed: Counted<Part<Closed>>,
    pub(super) created: Counted<Created>,
    pub(super) times_to_hire: Counted<TimesToHire>,
}

/// How it is counted: by when applications were created, or by when they ended; and which filters have had a say.
#[derive(Serialize)]
pub(super) struct Counted<T> {
    counting: &'static str,
    filtered_by: &'static [&'static str],
    #[serde(flatten)]
    pub(super) told: T,
}

#[derive(Serialize)]
pub(super) struct Created {
    pub(super) period: Option<Period>,
    pub(super) applications: u64,
    pub(super) untold: u64,
    pub(super) in_small_groups: u64,
    pub(super) followed: u64,
    pub(super) frozen: u64,
    pub(super) figures: Figures<Durations>,
}

#[derive(Serialize)]
pub(super) struct Durations {
    pub(super) open: u64,
    pub(super) is_few: bool,
    longest: u32,
    pub(super) median: Median,
    pub(super) hired_within: Vec<Within>,
    curve: Vec<Step>,
}

#[derive(Serialize)]
pub(super) struct Within {
    pub(super) days: u32,
    /// None: nobody was followed so long.
    pub(super) share: Option<Share>,
}

#[derive(Serialize)]
pub(super) struct TimesToHire {
    over_jobs: &'static str,
    over_candidates: &'static str,
    pub(super) of: Vec<TimeToHire>,
}

impl Response {
    pub(super) fn new(told: &ExportRun, filter: Filter, all: All) -> Self {
        Self {
            version: VERSION,
            as_of: told.as_of.clone(),
            as_of_on: told.as_of_on,
            time_zone: told.time_zone.clone(),
            min_group: told.min_group,
            filter,
            closed: Counted { counting: "activity", filtered_by: &["department", "from", "to"], told: all.closed },
            created: Counted {
                counting: "cohort",
                filtered_by: &["department", "city", "from", "to"],
                told: all.cohorts.into(),
            },
            times_to_hire: Counted {
                counting: "activity",
                filtered_by: &["department"],
                told: TimesToHire {
                    over_jobs: "mean of the jobs' means, as Emply's Overview has it",
                    over_candidates: "mean over candidates, as Emply's report Time to hire has it",
                    of: all.times_to_hire,
                },
            },
        }
    }
}

impl From<CohortFigures> for Created {
    fn from(cohorts: CohortFigures) -> Self {
        let CohortFigures { followed, frozen, part } = cohorts;
        Self {
            period: part.period,
            applications: part.applications,
            untold: part.untold,
            in_small_groups: part.in_small_groups,
            followed,
            frozen,
            figures: part.figures.map(Durations::from),
        }
    }
}

impl From<Curve> for Durations {
    fn from(curve: Curve) -> Self {
        Self {
            open: curve.open,
            is_few: is_few(curve.n),
            longest: curve.longest,
            median: curve.median(),
            hired_within: WITHIN.map(|days| Within { days, share: curve.hired_within(days) }).into(),
            curve: curve.steps,
        }
    }
}
