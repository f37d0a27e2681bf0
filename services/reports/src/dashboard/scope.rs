//! The weeks, rows and names that a question is about.

use std::sync::Arc;

use chrono::{Days, NaiveDate};
use maud::Markup;

use super::{Cell, Question};
use crate::{
    charts::{self, Frame, Row},
    figures::{
        filter::{Filter, Period},
        real,
    },
    marts::{Marts, Posting, Volume, Volumes, Week, words as marts_words},
    words::{Language, Words},
};

pub(crate) struct View<'a> {
    pub(crate) marts: &'a Marts,
    pub(crate) asked: &'a Question,
    pub(crate) words: &'static Words,
    pub(crate) weeks: &'a [Week],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    Department,
    City,
    Source,
    PostingType,
}

#[derive(Debug, Clone, Copy)]
enum Wanted {
    Any,
    /// None where nobody has the name.
    One(Option<u32>),
}

impl Wanted {
    fn of(name: Option<&str>, names: &[Arc<str>]) -> Self {
        name.map_or(Self::Any, |name| {
            let place = names.iter().position(|known| **known == *name);
            Self::One(place.and_then(|place| u32::try_from(place).ok()))
        })
    }

    fn takes(self, place: u32) -> bool {
        match self {
            Self::Any => true,
            Self::One(wanted) => wanted == Some(place),
        }
    }
}

impl<'a> View<'a> {
    pub(crate) fn new(marts: &'a Marts, asked: &'a Question, language: Language) -> Self {
        let full = marts.weeks.iter().filter(|week| week.is_full).count();
        let skipped = asked.weeks.map_or(0, |weeks| full.saturating_sub(weeks as usize));
        let first = marts.weeks.iter().enumerate().filter(|(_, week)| week.is_full).nth(skipped);
        // of the whole history the weeks before the first full one are shown too, of any part of it they are not
        let first = if skipped == 0 { 0 } else { first.map_or(0, |(place, _)| place) };
        Self { marts, asked, words: language.words(), weeks: &marts.weeks[first..] }
    }

    pub(crate) fn from(&self) -> Option<NaiveDate> {
        self.weeks.first().map(|week| week.monday)
    }

    pub(crate) fn as_of_on(&self) -> Option<NaiveDate> {
        self.marts.counts.run.as_of_on
    }

    pub(crate) fn min_group(&self) -> u64 {
        self.marts.counts.run.min_group
    }

    pub(crate) fn last_full_weeks(&self) -> [Option<Week>; 2] {
        let mut full = self.marts.weeks.iter().rev().filter(|week| week.is_full);
        [full.next().copied(), full.next().copied()]
    }

    pub(crate) fn rows<'v>(&self, volumes: &'v Volumes, from: NaiveDate) -> impl Iterator<Item = &'v Volume> {
        self.rows_of(self.asked.source.as_deref(), volumes, from)
    }

    pub(crate) fn rows_of<'v>(
        &self,
        source: Option<&str>,
        volumes: &'v Volumes,
        from: NaiveDate,
    ) -> impl Iterator<Item = &'v Volume> {
        let [department, city, source, posting_type] = [
            Wanted::of(self.asked.department.as_deref(), &volumes.departments),
            Wanted::of(self.asked.city.as_deref(), &volumes.cities),
            Wanted::of(source, &volumes.sources),
            Wanted::of(self.asked.posting_type.as_deref(), &volumes.posting_types),
        ];
        // rows are in the order of their days
        let begins = volumes.rows.partition_point(|row| row.begins < from);
        volumes.rows[begins..].iter().filter(move |row| {
            department.takes(row.department)
                && city.takes(row.city)
                && source.takes(row.source)
                && posting_type.takes(row.posting_type)
        })
    }

    /// Whether nothing is asked for but a source, if that: then a mart of sources alone tells more.
    pub(crate) fn is_by_source_alone(&self) -> bool {
        self.untold_by(&[Cut::Source]).is_none()
    }

    /// A source that is asked for, of which some may be in small groups.
    pub(crate) fn named_source(&self) -> Option<&str> {
        self.asked.source.as_deref().filter(|source| *source != marts_words::SMALL_GROUPS)
    }

    pub(crate) fn postings(&self) -> impl Iterator<Item = &'a Posting> {
        let asked = self.asked;
        let is = |wanted: &Option<String>, name: &str| wanted.as_deref().is_none_or(|wanted| wanted == name);
        self.marts.postings.iter().filter(move |posting| {
            is(&asked.department, &posting.department)
                && is(&asked.city, &posting.city)
                && is(&asked.posting_type, &posting.posting_type)
        })
    }

    pub(crate) fn filter_of_full_weeks(&self) -> Option<Filter> {
        let mut full = self.weeks.iter().filter(|week| week.is_full);
        let first = full.next()?;
        let last = full.next_back().unwrap_or(first);
        Some(Filter { from: Some(first.monday), to: Some(sunday(last.monday)), ..self.filter() })
    }

    pub(crate) fn filter(&self) -> Filter {
        Filter { department: self.asked.department.clone(), city: self.asked.city.clone(), from: self.from(), to: None }
    }

    /// What is asked for that is not told apart here, as a sentence.
    pub(crate) fn untold_by(&self, cut_by: &[Cut]) -> Option<String> {
        let filters = &self.words.filters;
        let asked = [
            (Cut::Department, &self.asked.department, filters.department),
            (Cut::City, &self.asked.city, filters.city),
            (Cut::Source, &self.asked.source, filters.source),
            (Cut::PostingType, &self.asked.posting_type, filters.posting_type),
        ];
        let untold: Vec<&str> = asked
            .into_iter()
            .filter(|(cut, wanted, _)| wanted.is_some() && !cut_by.contains(cut))
            .map(|(_, _, name)| name)
            .collect();
        (!untold.is_empty()).then(|| (self.words.told.untold_by)(&untold.join(", ")))
    }

    /// What durations and outcomes are cut by, besides these.
    pub(crate) fn outcomes_by(&self, also: &[Cut]) -> Vec<Cut> {
        let department = self.marts.counts.run.compares_departments.then_some(Cut::Department);
        department.into_iter().chain(also.iter().copied()).collect()
    }

    pub(crate) fn departments(&self, names: &[Arc<str>]) -> Vec<bool> {
        names.iter().map(|name| self.takes(name)).collect()
    }

    pub(crate) fn takes(&self, department: &str) -> bool {
        self.asked.department.as_deref().is_none_or(|wanted| wanted == department)
    }

    /// What the marts tell of the department asked for, each row with its department. None: all of it may be in small
    /// groups, which is not the same as 0.
    pub(crate) fn of_department<T>(&self, rows: impl Iterator<Item = (&'a str, T)>) -> Option<Vec<T>> {
        let (mut told, mut is_folded) = (Vec::new(), false);
        for (department, row) in rows {
            if self.takes(department) {
                told.push(row);
            }
            is_folded |= department == marts_words::SMALL_GROUPS;
        }
        (!told.is_empty() || !is_folded).then_some(told)
    }

    pub(crate) fn named(&self, name: &str) -> String {
        let named = &self.words.named;
        let known = match name {
            marts_words::NONE => named.none,
            marts_words::SMALL_GROUPS => named.small_groups,
            marts_words::TOO_FEW => named.too_few,
            "other" => named.other,
            _ => name,
        };
        known.to_owned()
    }

    pub(crate) fn word<const N: usize>(list: &[(&'static str, &'static str); N], name: &str) -> Option<&'static str> {
        list.iter().find(|(known, _)| *known == name).map(|(_, word)| *word)
    }

    pub(crate) fn rank(&self, label: String, count: u64, all: u64) -> Row {
        let share = if all == 0 { 0.0 } else { real(count) / real(all) };
        Row::of(label, self.with_share(count, share), real(count))
    }

    pub(crate) fn with_share(&self, count: u64, share: f64) -> String {
        let numbers = &self.words.numbers;
        format!("{} · {}", numbers.count(count), numbers.percent(share, 1))
    }

    pub(crate) fn remark(&self, is_few: bool) -> Cell {
        Cell::Text(if is_few { self.words.told.few } else { "" }.to_owned())
    }

    pub(crate) fn ranked(id: &str, title: &str, ranks: &[Row]) -> Option<Markup> {
        let first = ranks.first()?;
        Some(charts::ranks(&Frame { id, title, description: &first.title }, ranks))
    }
}

pub(crate) fn sunday(monday: NaiveDate) -> NaiveDate {
    Period::of_week(monday).1
}

pub(crate) fn days_before(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days)).unwrap_or(day)
}
