//! The two times to hire that Emply shows, which are made of the same hires and disagree.
//!
//! Emply's *Overview* has the mean of the jobs' means, in which a job with one hire weighs as much as one with twenty; its
//! report *Time to hire* has the mean over candidates (help.paychex.eu, articles 28998154157341 and 28998743068317). Both
//! look at hired ones alone, so neither says how long an application takes that is still open.

use serde::Serialize;

use super::{counts::Counts, few::Figures, filter::Filter, real::real};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct TimeToHire {
    pub(crate) period: String,
    pub(crate) department: String,
    pub(crate) hires: u64,
    pub(crate) means: Figures<Both>,
}

/// Emply's two means, in days.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Both {
    pub(crate) jobs: u64,
    /// Mean of the jobs' means: Emply's Overview.
    pub(crate) over_jobs: f64,
    /// Mean over candidates: Emply's report Time to hire.
    pub(crate) over_candidates: f64,
}

/// Of the department asked for, or of all. They have periods of their own, and no city.
pub(crate) fn of(counts: &Counts, filter: &Filter) -> Vec<TimeToHire> {
    let asked = counts.hires.iter().filter(|hires| filter.takes(&hires.department));
    asked
        .map(|hires| TimeToHire {
            period: hires.period.to_string(),
            department: hires.department.to_string(),
            hires: hires.hires,
            means: match hires.means {
                _ if filter.city.is_some() => Figures::NotByCity,
                Some(means) if hires.hires >= counts.run.min_group => Figures::Told(Both {
                    jobs: means.jobs,
                    over_jobs: real(means.over_jobs_millidays) / 1000.0,
                    over_candidates: real(means.over_candidates_millidays) / 1000.0,
                }),
                _ => Figures::TooFew,
            },
        })
        .collect()
}
