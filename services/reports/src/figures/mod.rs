//! What the published counts say of how long applications take: pure, out of counts and a filter.
//!
//! - [`counts`]: what it is made of.
//! - [`filter`]: which of them are asked for.
//! - [`closed`]: mean, median and p90 of those that ended in a period.
//! - [`curve`]: survival and hires of those that were created in a period, the open ones counted.
//! - [`hires`]: the two times to hire that Emply itself shows.
//! - [`few`]: what is not told.
//!
//! README.md says how each is computed, and what it cannot say.

pub(crate) mod closed;
pub(crate) mod counts;
pub(crate) mod curve;
pub(crate) mod few;
pub(crate) mod filter;
pub(crate) mod hires;
mod real;

use chrono::NaiveDate;
use serde::Serialize;

use closed::{Closed, Ended};
use counts::{Closings, Counts, Outcome};
use curve::{Curve, Exit, Followed};
use few::Figures;
use filter::{Filter, NameMatch, Period, Unfit};
use hires::TimeToHire;
pub(crate) use real::real;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Part<T> {
    /// First and last day of the months or weeks that count; none without any.
    pub(crate) period: Option<Period>,
    pub(crate) applications: u64,
    /// Of these, how many are of a month or week that is too small to tell what became of them.
    pub(crate) untold: u64,
    /// How many more there are in groups that were folded, some of which the filter may be about.
    pub(crate) in_small_groups: u64,
    pub(crate) figures: Figures<T>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CohortFigures {
    /// How many of them were followed: seen from the beginning on, and open or with a known end.
    pub(crate) followed: u64,
    /// Of these, how many have been forgotten since, so that their days are known to the week alone.
    pub(crate) frozen: u64,
    pub(crate) part: Part<Curve>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct All {
    pub(crate) closed: Part<Closed>,
    pub(crate) cohorts: CohortFigures,
    pub(crate) times_to_hire: Vec<TimeToHire>,
}

pub(crate) fn all(counts: &Counts, filter: &Filter) -> Result<All, Unfit> {
    filter.check(counts)?;
    Ok(All {
        closed: closed_in(counts, filter),
        cohorts: created_in(counts, filter),
        times_to_hire: hires::of(counts, filter),
    })
}

impl<T> Part<T> {
    fn new() -> Self {
        Self { period: None, applications: 0, untold: 0, in_small_groups: 0, figures: Figures::TooFew }
    }

    fn count(&mut self, period: Period, count: u64) {
        self.period = Some(self.period.map_or(period, |known| known.with(period)));
        self.applications += count;
    }
}

/// Those that ended in the period. The filter may be unfit, and then there are none.
pub(crate) fn closed_in(counts: &Counts, filter: &Filter) -> Part<Closed> {
    let (mut part, mut ended) = (Part::new(), Ended::default());
    if filter.city.is_some() {
        return Part { figures: Figures::NotByCity, ..part };
    }
    let Closings { weeks, departments, rows } = &counts.closings;
    let periods = periods(weeks, Period::of_week, counts, filter);
    let departments = NameMatch::of_each(filter.department.as_deref(), departments);
    for closing in rows {
        let Some(period) = periods[usize::from(closing.week)] else { continue };
        let (department, closed) = (departments[usize::from(closing.department)], u64::from(closing.closed));
        if department.may_be_in(NameMatch::ANY) {
            part.in_small_groups += closed;
        }
        if department.takes(NameMatch::ANY) {
            part.count(period, closed);
            match closing.days.filter(|_| Outcome::ENDS.contains(&closing.outcome)) {
                Some(days) => ended.add(closing.outcome, days, closed),
                None => part.untold += closed,
            }
        }
    }
    part.figures = Figures::Told(ended.closed(counts.run.min_group));
    part
}

/// Those that were created in the period. The filter may be unfit, and then there are none.
pub(crate) fn created_in(counts: &Counts, filter: &Filter) -> CohortFigures {
    let (mut part, mut followed, mut all, mut frozen) = (Part::new(), Followed::default(), 0, 0);
    let counts::Cohorts { months, departments, cities, rows } = &counts.cohorts;
    let periods = periods(months, Period::of_month, counts, filter);
    let departments = NameMatch::of_each(filter.department.as_deref(), departments);
    let cities = NameMatch::of_each(filter.city.as_deref(), cities);
    for cohort in rows {
        let Some(period) = periods[usize::from(cohort.month)] else { continue };
        let (department, city) = (departments[usize::from(cohort.department)], cities[usize::from(cohort.city)]);
        let applications = u64::from(cohort.applications);
        if department.may_be_in(city) {
            part.in_small_groups += applications;
        }
        if !department.takes(city) {
            continue;
        }
        part.count(period, applications);
        let exit = match cohort.outcome {
            Outcome::Hired => Exit::Hired,
            Outcome::Open => Exit::Open,
            Outcome::Rejected | Outcome::Withdrawn | Outcome::Other => Exit::Otherwise,
            Outcome::TooFew => {
                part.untold += applications;
                continue;
            }
        };
        if let Some(days) = cohort.days {
            followed.add(days, exit, applications);
            all += applications;
            frozen += if cohort.is_frozen { applications } else { 0 };
        }
    }
    part.figures = if all < counts.run.min_group { Figures::TooFew } else { Figures::Told(followed.curve()) };
    CohortFigures { followed: all, frozen, part }
}

fn periods(
    all: &[NaiveDate],
    of: fn(NaiveDate) -> (NaiveDate, NaiveDate),
    counts: &Counts,
    filter: &Filter,
) -> Vec<Option<Period>> {
    let part = |first: &NaiveDate| {
        let (first, last) = of(*first);
        filter.within(&counts.run, first, last)
    };
    all.iter().map(part).collect()
}
