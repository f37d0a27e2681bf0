//! Which of the counts are asked for.

use std::sync::Arc;

use chrono::{Days, Months, NaiveDate};
use serde::Serialize;

use super::counts::{Counts, ExportRun, SMALL_GROUPS};

const LISTED: usize = 10;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Filter {
    pub(crate) department: Option<String>,
    pub(crate) city: Option<String>,
    pub(crate) from: Option<NaiveDate>,
    pub(crate) to: Option<NaiveDate>,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum Unfit {
    #[error(
        "departments are not told apart in this warehouse: leave --department out, or set REPORT_COMPARE_DEPARTMENTS=true \
         for dbt"
    )]
    NotCompared,
    #[error("no {kind} is told of by the name {name:?}; those that are: {known}. Small ones are in {SMALL_GROUPS:?}")]
    Unknown { kind: &'static str, name: String, known: String },
    #[error("--from {from} is after --to {to}")]
    Backwards { from: NaiveDate, to: NaiveDate },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Period {
    pub(crate) first: NaiveDate,
    pub(crate) last: NaiveDate,
}

impl Filter {
    pub(crate) fn check(&self, counts: &Counts) -> Result<(), Unfit> {
        if let (Some(from), Some(to)) = (self.from, self.to)
            && from > to
        {
            return Err(Unfit::Backwards { from, to });
        }
        if let Some(department) = &self.department {
            if !counts.run.compares_departments {
                return Err(Unfit::NotCompared);
            }
            let of_hires = counts.hires.iter().map(|hires| &hires.department);
            let all = counts.cohorts.departments.iter().chain(&counts.closings.departments).chain(of_hires);
            known("department", department, all.map(|name| &**name))?;
        }
        let cities = counts.cohorts.cities.iter().map(|name| &**name);
        self.city.as_ref().map_or(Ok(()), |city| known("city", city, cities))
    }

    pub(super) fn takes(&self, department: &str) -> bool {
        NameMatch::of(self.department.as_deref(), department).is_asked
    }

    /// The part of these days that is told of, if all of it was asked for.
    pub(super) fn within(&self, told: &ExportRun, first: NaiveDate, last: NaiveDate) -> Option<Period> {
        let first = told.history_begins_on.map_or(first, |begins| first.max(begins));
        let last = told.as_of_on.map_or(last, |ends| last.min(ends));
        // the days of a month or week are not told apart: one that lies partly outside is left out as a whole
        let begins_late = self.from.is_none_or(|from| from <= first);
        let ends_early = self.to.is_none_or(|to| last <= to);
        (begins_late && ends_early).then_some(Period { first, last })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NameMatch {
    /// Whether what has it is asked for. What is told of without a name passes any.
    is_asked: bool,
    is_small: bool,
}

impl NameMatch {
    fn of(wanted: Option<&str>, name: &str) -> Self {
        Self { is_asked: wanted.is_none_or(|wanted| wanted == name), is_small: name == SMALL_GROUPS }
    }

    pub(super) fn of_each(wanted: Option<&str>, names: &[Arc<str>]) -> Vec<Self> {
        names.iter().map(|name| Self::of(wanted, name)).collect()
    }

    /// What is said of something that has no other name.
    pub(super) const ANY: Self = Self { is_asked: true, is_small: false };

    pub(super) fn takes(self, other: Self) -> bool {
        self.is_asked && other.is_asked
    }

    /// Whether some of those that are asked for may be hidden in what has both names, which are not told apart.
    pub(super) fn may_be_in(self, other: Self) -> bool {
        (self.is_small || other.is_small) && !self.takes(other)
    }
}

impl Period {
    pub(super) fn of_month(first: NaiveDate) -> (NaiveDate, NaiveDate) {
        let next = first.checked_add_months(Months::new(1));
        (first, next.and_then(|next| next.pred_opt()).unwrap_or(first))
    }

    pub(crate) fn of_week(monday: NaiveDate) -> (NaiveDate, NaiveDate) {
        (monday, monday.checked_add_days(Days::new(6)).unwrap_or(monday))
    }

    pub(super) fn with(self, other: Self) -> Self {
        Self { first: self.first.min(other.first), last: self.last.max(other.last) }
    }
}

fn known<'a>(kind: &'static str, name: &str, all: impl Iterator<Item = &'a str>) -> Result<(), Unfit> {
    let mut names: Vec<&str> = all.collect();
    names.sort_unstable();
    names.dedup();
    if names.contains(&name) {
        return Ok(());
    }
    names.retain(|name| *name != SMALL_GROUPS);
    let more = if names.len() > LISTED { ", …" } else { "" };
    names.truncate(LISTED);
    let known = if names.is_empty() { "none".to_owned() } else { names.join(", ") + more };
    Err(Unfit::Unknown { kind, name: name.to_owned(), known })
}
