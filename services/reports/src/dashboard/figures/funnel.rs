//! How far applications of mature months came: cohorts.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{Months, NaiveDate};

use crate::{
    charts::{self, Frame, Row},
    dashboard::{Cell, Figure, Table, View, number, text},
    figures::{counts::Outcome, few, real},
};

/// From the first to the last; whoever has applied has come to all before.
const STAGES: [&str; 8] =
    ["sourced", "applied", "assessment", "shortlisted", "phone_screen", "interview", "offer", "hired"];
/// Where all that apply are, whatever their stage is called.
const APPLIED: usize = 1;

#[derive(Default)]
struct Month {
    all: u64,
    open: u64,
    untold: u64,
    furthest: [u64; STAGES.len()],
}

impl Month {
    fn is_mature(&self) -> bool {
        // in whole numbers, since 0.1 is none for a computer
        10 * self.open <= self.all
    }
}

pub(super) fn funnel(view: &View) -> Figure {
    let words = view.words;
    let figure = Figure::new(words.titles.funnel, words.counting.funnel, &["fct_funnel"]);
    if let Some(why) = view.untold_by(&view.outcomes_by(&[])) {
        return figure.without_numbers(why);
    }
    let months = months(view);
    let mature: Vec<&Month> = months.values().filter(|month| month.is_mature() && month.all > 0).collect();
    let untold: u64 = months.values().map(|month| month.untold).sum();
    let all: u64 = mature.iter().map(|month| month.all).sum();
    let mut notes = Vec::new();
    if mature.is_empty() {
        let is_told = months.values().any(|month| month.all > 0);
        let why = match (is_told, untold) {
            (false, 0) if months.is_empty() => words.told.no_whole_month,
            (false, 1..) => words.told.too_few,
            _ => words.told.not_mature,
        };
        notes.push(why.to_owned());
    } else if all < view.min_group() {
        return figure.without_numbers(words.told.too_few);
    }
    if untold > 0 {
        notes.push((words.told.untold)(&words.numbers.count(untold)));
    }
    let came: Vec<u64> = (0..STAGES.len())
        .map(|stage| mature.iter().map(|month| month.furthest[stage..].iter().sum::<u64>()).sum())
        .collect();
    let (table, stages) = steps(view, &came, all);
    let description = stages.last().map(|stage| stage.title.clone()).unwrap_or_default();
    let frame = Frame { id: "funnel", title: &figure.title, description: &description };
    let chart = (all > 0).then(|| charts::funnel(&frame, &stages));
    Figure { notes, chart, table, ..figure }
}

fn months(view: &View) -> BTreeMap<NaiveDate, Month> {
    let mut months: BTreeMap<NaiveDate, Month> = BTreeMap::new();
    let (Some(from), Some(last)) = (view.from(), view.as_of_on()) else { return months };
    let is_over = |month: NaiveDate| month.checked_add_months(Months::new(1)).is_some_and(|next| next <= last);
    let begins = view.marts.counts.run.history_begins_on;
    // of the first month of all nothing is left out, although its first week may have begun before
    let is_in = |month: NaiveDate| month >= from || begins == Some(month) && view.asked.weeks.is_none();
    let funnel = &view.marts.funnel;
    let departments = view.departments(&funnel.departments);
    let place = |kind: &Arc<str>| STAGES.iter().position(|stage| *stage == &**kind).unwrap_or(APPLIED).max(APPLIED);
    let places: Vec<usize> = funnel.stage_kinds.iter().map(place).collect();
    for row in &funnel.rows {
        if !departments[usize::from(row.department)] || !is_in(row.month) || !is_over(row.month) {
            continue;
        }
        let (month, applications) = (months.entry(row.month).or_default(), u64::from(row.applications));
        if row.outcome == Outcome::TooFew {
            month.untold += applications;
            continue;
        }
        month.all += applications;
        month.open += if row.outcome == Outcome::Open { applications } else { 0 };
        month.furthest[places[usize::from(row.stage_kind)]] += applications;
    }
    months
}

fn steps(view: &View, came: &[u64], all: u64) -> (Table, Vec<Row>) {
    let words = view.words;
    let mut table = Table::new([
        text(words.headings.stage),
        number(words.headings.came_so_far),
        number(words.headings.of_all),
        number(words.headings.of_the_last),
        text(words.headings.remark),
    ]);
    let (mut stages, mut before) = (Vec::new(), None);
    for (place, kind) in STAGES.iter().enumerate().skip(APPLIED) {
        // stages that nobody ever came to are none of this installation's
        let is_used = place == APPLIED || view.marts.funnel.stage_kinds.iter().any(|known| &**known == *kind);
        if !is_used || all == 0 {
            continue;
        }
        let count = came[place];
        let name = View::word(&words.named.stage_kinds, kind).unwrap_or(kind);
        let of_all = real(count) / real(all);
        // a share of few would tell what became of one of them
        let of_the_last = before.filter(|before| *before >= view.min_group()).map(|before| real(count) / real(before));
        let is_few = before.is_some_and(few::is_few);
        table.row([
            Cell::Text(name.to_owned()),
            Cell::Count(count),
            Cell::Share(of_all),
            match (before, of_the_last) {
                (Some(_), None) => Cell::TooFew,
                (_, share) => Cell::or_nothing(share, Cell::Share),
            },
            view.remark(is_few),
        ]);
        stages.push(Row::of(name.to_owned(), view.with_share(count, of_all), real(count)));
        before = Some(count);
    }
    (table, stages)
}
