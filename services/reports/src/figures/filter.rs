//! Which of the counts are asked for.

use std::sync::Arc;

use chrono::{Days, Months, NaiveDate};
use serde::Serialize;

use super::counts::{Counts, SMALL_GROUPS, Told};

/// So many names are listed where one is not known.
const LISTED: usize = 10;

/// What is asked for; all of it without anything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Filter {
    /// Of this department alone.
    pub department: Option<String>,
    /// Of this city alone.
    pub city: Option<String>,
    /// Not before this day.
    pub from: Option<NaiveDate>,
    /// Not after this day.
    pub to: Option<NaiveDate>,
}

/// Why a filter cannot be right.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Unfit {
    /// They are not told apart.
    #[error(
        "departments are not told apart in this warehouse: leave --department out, or set REPORT_COMPARE_DEPARTMENTS=true \
         for dbt"
    )]
    NotCompared,
    /// Nobody has the name, or those that have it are few.
    #[error("no {kind} is told of by the name {name:?}; those that are: {known}. Small ones are in {SMALL_GROUPS:?}")]
    Unknown {
        /// Department or city.
        kind: &'static str,
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// A period that ends before it begins.
    #[error("--from {from} is after --to {to}")]
    Backwards {
        /// First day.
        from: NaiveDate,
        /// Last day.
        to: NaiveDate,
    },
}

/// The days that are told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Period {
    /// The first.
    pub first: NaiveDate,
    /// The last.
    pub last: NaiveDate,
}

impl Filter {
    /// Whether it can be asked of these counts.
    pub fn check(&self, counts: &Counts) -> Result<(), Unfit> {
        if let (Some(from), Some(to)) = (self.from, self.to)
            && from > to
        {
            return Err(Unfit::Backwards { from, to });
        }
        if let Some(department) = &self.department {
            if !counts.told.compares_departments {
                return Err(Unfit::NotCompared);
            }
            let of_hires = counts.hires.iter().map(|hires| &hires.department);
            let all = counts.cohorts.departments.iter().chain(&counts.closings.departments).chain(of_hires);
            known("department", department, all.map(|name| &**name))?;
        }
        let cities = counts.cohorts.cities.iter().map(|name| &**name);
        self.city.as_ref().map_or(Ok(()), |city| known("city", city, cities))
    }

    /// Whether it is of this department, or of any.
    pub(super) fn takes(&self, department: &str) -> bool {
        Asked::of(self.department.as_deref(), department).is_asked
    }

    /// Of each of these departments, whether it is asked for.
    pub(super) fn departments(&self, names: &[Arc<str>]) -> Vec<Asked> {
        names.iter().map(|name| Asked::of(self.department.as_deref(), name)).collect()
    }

    /// Of each of these cities, whether it is asked for.
    pub(super) fn cities(&self, names: &[Arc<str>]) -> Vec<Asked> {
        names.iter().map(|name| Asked::of(self.city.as_deref(), name)).collect()
    }

    /// The part of these days that is told of, if all of it was asked for. A month or week that lies partly outside what was
    /// asked for is left out as a whole, for its days are not told apart.
    pub(super) fn within(&self, told: &Told, first: NaiveDate, last: NaiveDate) -> Option<Period> {
        let first = told.history_begins_on.map_or(first, |begins| first.max(begins));
        let last = told.as_of_on.map_or(last, |ends| last.min(ends));
        let begins_late = self.from.is_none_or(|from| from <= first);
        let ends_early = self.to.is_none_or(|to| last <= to);
        (begins_late && ends_early).then_some(Period { first, last })
    }
}

/// What a filter says of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Asked {
    /// Whether what has it is asked for. What is told of without a name passes any.
    is_asked: bool,
    is_small: bool,
}

impl Asked {
    fn of(wanted: Option<&str>, name: &str) -> Self {
        Self { is_asked: wanted.is_none_or(|wanted| wanted == name), is_small: name == SMALL_GROUPS }
    }

    /// What is said of something that has no other name.
    pub(super) const ANY: Self = Self { is_asked: true, is_small: false };

    /// Whether what has this name and the other one is asked for.
    pub(super) fn takes(self, other: Self) -> bool {
        self.is_asked && other.is_asked
    }

    /// Whether some of those that are asked for may be hidden in what has both names, which are not told apart.
    pub(super) fn may_be_in(self, other: Self) -> bool {
        (self.is_small || other.is_small) && !self.takes(other)
    }
}

impl Period {
    /// The month of a first day.
    pub(super) fn of_month(first: NaiveDate) -> (NaiveDate, NaiveDate) {
        let next = first.checked_add_months(Months::new(1));
        (first, next.and_then(|next| next.pred_opt()).unwrap_or(first))
    }

    /// The week of a Monday.
    pub(crate) fn of_week(monday: NaiveDate) -> (NaiveDate, NaiveDate) {
        (monday, monday.checked_add_days(Days::new(6)).unwrap_or(monday))
    }

    /// The one that holds both.
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
