//! Applications by week, day and source: cohorts, by the day on which they were created.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::{
    charts::{self, Bar, Frame},
    dashboard::{Cell, Figure, Question, Table, View, days_before, number, sunday, text},
    figures::{few, real},
    marts::{Volumes, words::SMALL_GROUPS},
};

/// So many days are told of by themselves, the last one included.
const DAYS: u64 = 60;
/// More bars than this stand too close.
const MOST_BARS: usize = 90;

/// Applications by the first day of their week or day, and how many more may be of the source that is asked for.
#[derive(Default)]
pub(super) struct CountsByDay {
    by_day: BTreeMap<NaiveDate, u64>,
    in_small_groups: BTreeMap<NaiveDate, u64>,
}

impl CountsByDay {
    fn of(view: &View, volumes: &Volumes, from: NaiveDate) -> Self {
        let mut counted = Self::default();
        for row in view.rows(volumes, from) {
            *counted.by_day.entry(row.begins).or_default() += u64::from(row.applications);
        }
        if view.named_source().is_some() {
            for row in view.rows_of(Some(SMALL_GROUPS), volumes, from) {
                *counted.in_small_groups.entry(row.begins).or_default() += u64::from(row.applications);
            }
        }
        counted
    }

    pub(super) fn weeks(view: &View, from: NaiveDate) -> Self {
        let Some(wanted) = view.named_source().filter(|_| view.is_by_source_alone()) else {
            return Self::of(view, &view.marts.weekly, from);
        };
        let mut counted = Self::default();
        for row in view.marts.sources.iter().filter(|row| row.week >= from) {
            if &*row.source == wanted {
                *counted.by_day.entry(row.week).or_default() += row.applications;
            } else if &*row.source == SMALL_GROUPS {
                *counted.in_small_groups.entry(row.week).or_default() += row.applications;
            }
        }
        counted
    }

    /// Of a day or week; none where all of it may be in small groups, which is not the same as 0.
    pub(super) fn on(&self, day: NaiveDate) -> Option<u64> {
        let told = self.by_day.get(&day).copied();
        told.or_else(|| (!self.in_small_groups.contains_key(&day)).then_some(0))
    }

    fn notes(&self, view: &View) -> Vec<String> {
        let (words, more) = (view.words, self.in_small_groups.values().sum());
        (more > 0).then(|| (words.told.in_small_groups)(&words.numbers.count(more))).into_iter().collect()
    }
}

pub(super) fn weekly(view: &View) -> Figure {
    let (words, numbers) = (view.words, &view.words.numbers);
    let counted = view.from().map_or_else(CountsByDay::default, |from| CountsByDay::weeks(view, from));
    let mut table = Table::new([
        text(words.headings.week),
        number(words.headings.week_begins),
        number(words.headings.applications),
        number(words.headings.change),
        text(words.headings.remark),
    ]);
    let (mut bars, mut before) = (Vec::new(), None);
    let days_begin = view.as_of_on().map(|day| days_before(day, DAYS - 1));
    for week in view.weeks {
        let count = counted.on(week.monday);
        let name = numbers.week(week.monday);
        let remark = if week.is_full { "" } else { words.told.partial_week };
        let changed = count.zip(before).filter(|_| week.is_full).map(|(count, before)| change(count, before));
        // with a week of which days are missing none is compared, neither it nor the next one
        before = count.filter(|_| week.is_full);
        table.row([
            Cell::Text(name.clone()),
            Cell::Day(week.monday),
            count.map_or(Cell::TooFew, Cell::Count),
            Cell::or_nothing(changed, Cell::Change),
            Cell::Text(remark.to_owned()),
        ]);
        let days = Question { week: Some(week.monday), ..view.asked.clone() };
        bars.push(Bar {
            label: numbers.week_in_year(week.monday),
            title: titled(&format!("{name}: {}", shown(view, count)), remark),
            value: real(count.unwrap_or(0)),
            is_partial: !week.is_full,
            // a week of which not all days are there is none to look at
            href: days_begin.filter(|begin| week.monday >= *begin).map(|_| days.link("") + "#daily"),
        });
    }
    let chart = drawn(view, "weekly", words.titles.weekly, &bars);
    let figure = Figure::new(words.titles.weekly, words.counting.weekly, &["fct_applications_weekly"]);
    Figure { notes: counted.notes(view), chart, table, ..figure }
}

pub(super) fn daily(view: &View) -> Figure {
    let (words, numbers) = (view.words, &view.words.numbers);
    let asked = view.asked.week;
    let title = asked.map_or_else(|| words.titles.daily.to_owned(), |week| (words.titles.days_of)(&numbers.week(week)));
    let mut table =
        Table::new([number(words.headings.day), number(words.headings.applications), text(words.headings.remark)]);
    let (mut bars, mut notes) = (Vec::new(), Vec::new());
    if let Some(last) = view.as_of_on() {
        let begin = days_before(last, DAYS - 1);
        // what is before the first week or day that is told of is unknown, and not 0
        let begin = view.marts.weeks.first().map_or(begin, |week| begin.max(week.monday));
        let begin = view.marts.counts.run.history_begins_on.map_or(begin, |history| begin.max(history));
        let counted = CountsByDay::of(view, &view.marts.daily, begin);
        notes = counted.notes(view);
        let takes = |day: &NaiveDate| asked.is_none_or(|monday| (monday..=sunday(monday)).contains(day));
        let days: Vec<NaiveDate> = begin.iter_days().take_while(|day| *day <= last).filter(takes).collect();
        for day in &days {
            let count = counted.on(*day);
            let remark = if *day == last { words.told.partial_day } else { "" };
            table.row([Cell::Day(*day), count.map_or(Cell::TooFew, Cell::Count), Cell::Text(remark.to_owned())]);
            bars.push(Bar {
                label: numbers.day_in_year(*day),
                title: titled(&format!("{}: {}", numbers.day(*day), shown(view, count)), remark),
                value: real(count.unwrap_or(0)),
                is_partial: *day == last,
                href: None,
            });
        }
    }
    let chart = drawn(view, "daily", &title, &bars);
    Figure { notes, chart, table, ..Figure::new(title, words.counting.daily, &["fct_applications_daily"]) }
}

pub(super) fn change(now: u64, before: u64) -> i64 {
    let [now, before] = [now, before].map(|count| i64::try_from(count).unwrap_or(i64::MAX));
    now - before
}

fn by_source<'a>(view: &View<'a>) -> (BTreeMap<&'a str, u64>, &'static [&'static str]) {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    let marts = view.marts;
    let is_by_source_alone = view.is_by_source_alone();
    if let Some(from) = view.from() {
        // in the mart of sources alone fewer are in small groups, but it tells nothing else apart
        if is_by_source_alone {
            let wanted = view.asked.source.as_deref();
            let takes = |source: &str| wanted.is_none_or(|wanted| wanted == source);
            for row in marts.sources.iter().filter(|row| row.week >= from && takes(&row.source)) {
                *counts.entry(&row.source).or_default() += row.applications;
            }
        } else {
            for row in view.rows(&marts.weekly, from) {
                let source = &marts.weekly.sources[row.source as usize];
                *counts.entry(source).or_default() += u64::from(row.applications);
            }
        }
    }
    (counts, if is_by_source_alone { &["fct_sources_weekly"] } else { &["fct_applications_weekly"] })
}

pub(super) fn sources(view: &View) -> Figure {
    let words = view.words;
    let (mut counts, marts) = by_source(view);
    let all: u64 = counts.values().sum();
    let beside = counts.remove(SMALL_GROUPS).unwrap_or(0);
    let (mut told, in_small_groups) = few::folded(counts, beside, view.min_group());
    if in_small_groups > 0 {
        told.push((SMALL_GROUPS, in_small_groups));
    }
    let mut table =
        Table::new([text(words.headings.source), number(words.headings.applications), number(words.headings.share)]);
    for (name, count) in &told {
        table.row([Cell::Text(view.named(name)), Cell::Count(*count), Cell::Share(real(*count) / real(all))]);
    }
    let ranks: Vec<_> = told.iter().map(|(name, count)| view.rank(view.named(name), *count, all)).collect();
    let notes = if in_small_groups > 0 { vec![words.told.sources_by_week.to_owned()] } else { Vec::new() };
    let chart = View::ranked("sources", words.titles.sources, &ranks);
    Figure { notes, chart, table, ..Figure::new(words.titles.sources, words.counting.sources, marts) }
}

fn shown(view: &View, count: Option<u64>) -> String {
    count.map_or_else(|| view.words.told.too_few.to_owned(), |count| view.words.numbers.count(count))
}

fn titled(title: &str, remark: &str) -> String {
    if remark.is_empty() { title.to_owned() } else { format!("{title} ({remark})") }
}

fn drawn(view: &View, id: &str, title: &str, bars: &[Bar]) -> Option<maud::Markup> {
    let most = bars.iter().max_by(|one, other| one.value.total_cmp(&other.value))?;
    let frame = Frame { id, title, description: &most.title };
    let axis = |number: f64| view.words.numbers.decimal(number, 0);
    Some(if bars.len() > MOST_BARS { charts::line(&frame, bars, &axis) } else { charts::bars(&frame, bars, &axis) })
}
