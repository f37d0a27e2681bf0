//! Six numbers, each with how it has changed to the last full week before.

use chrono::NaiveDate;
use maud::html;

use super::volumes::{CountsByDay, change};
use crate::{
    dashboard::{Cell, Cut, Figure, Table, View, days_before, number, sunday, text},
    figures::{self, closed::Closed, counts::Closings, few::Figures, filter::Filter},
    marts::{Posting, Week},
};

struct Number {
    name: String,
    value: Cell,
    change: Cell,
    said: String,
}

pub(super) fn numbers(view: &View) -> Figure {
    let words = view.words;
    let all =
        [open_postings(view), applications(view), open_applications(view), median(view), hires(view), overdue(view)];
    let mut table = Table::new([
        text(words.headings.number),
        number(words.headings.value),
        number(words.headings.change),
        text(words.headings.remark),
    ]);
    let cards = html! {
        dl.numbers { @for number in &all { div {
            dt { (number.name) }
            dd.value.words[matches!(number.value, Cell::TooFew)] { (number.value.shown(words)) }
            dd.change { (number.said) }
        } } }
    };
    for Number { name, value, change, said } in all {
        table.row([Cell::Text(name), value, change, Cell::Text(said)]);
    }
    let marts = &["dim_posting", "fct_applications_weekly", "fct_open_applications", "fct_closed_weekly"];
    Figure { chart: Some(cards), table, ..Figure::new(words.titles.at_a_glance, words.counting.at_a_glance, marts) }
}

fn untold(view: &View, name: &str, cut_by: &[Cut]) -> Option<Number> {
    let said = view.untold_by(cut_by)?;
    Some(Number { name: name.to_owned(), value: Cell::Nothing, change: Cell::Nothing, said })
}

fn counted_postings(
    view: &View,
    name: &str,
    said: fn(&str) -> String,
    takes: impl Fn(&Posting) -> bool,
    is_new: impl Fn(&Posting, NaiveDate) -> bool,
) -> Number {
    if let Some(number) = untold(view, name, &[Cut::Department, Cut::City, Cut::PostingType]) {
        return number;
    }
    let words = view.words;
    let found: Vec<&Posting> = view.postings().filter(|posting| posting.is_published && takes(posting)).collect();
    let [last, _] = view.last_full_weeks();
    let new = last.map(|week| found.iter().filter(|posting| is_new(posting, week.monday)).count() as u64);
    let said = new.map_or_else(|| words.told.no_full_week.to_owned(), |new| said(&words.numbers.count(new)));
    Number {
        name: name.to_owned(),
        value: Cell::Count(found.len() as u64),
        change: Cell::or_nothing(new, Cell::Count),
        said,
    }
}

fn open_postings(view: &View) -> Number {
    let told = &view.words.told;
    let is_in_week = |day: NaiveDate, monday: NaiveDate| (monday..=sunday(monday)).contains(&day);
    counted_postings(
        view,
        told.open_postings,
        told.newly_published,
        |_| true,
        |posting, monday| posting.went_online_on().is_some_and(|day| is_in_week(day, monday)),
    )
}

fn overdue(view: &View) -> Number {
    let (told, last) = (&view.words.told, view.as_of_on());
    let is_over = |posting: &Posting| posting.deadline_on.zip(last).is_some_and(|(deadline, last)| deadline < last);
    counted_postings(view, told.overdue, told.newly_overdue, is_over, |posting, monday| {
        posting.deadline_on.is_some_and(|deadline| deadline >= monday)
    })
}

/// None where all of it may be in small groups.
fn applications_of(view: &View, week: Week) -> Option<u64> {
    CountsByDay::weeks(view, week.monday).on(week.monday)
}

fn applications(view: &View) -> Number {
    let words = view.words;
    let [Some(last), before] = view.last_full_weeks() else {
        let (name, said) = (words.headings.applications.to_owned(), words.told.no_full_week.to_owned());
        return Number { name, value: Cell::Nothing, change: Cell::Nothing, said };
    };
    let count = applications_of(view, last);
    let before =
        count.zip(before.and_then(|before| applications_of(view, before))).map(|(count, before)| change(count, before));
    Number {
        name: (words.told.applications_of)(&words.numbers.week(last.monday)),
        value: count.map_or(Cell::TooFew, Cell::Count),
        change: Cell::or_nothing(before, Cell::Change),
        said: before.map_or_else(String::new, |before| (words.told.to_week_before)(&words.numbers.change(before))),
    }
}

fn open_applications(view: &View) -> Number {
    let words = view.words;
    if let Some(number) = untold(view, words.told.open_applications, &view.outcomes_by(&[])) {
        return number;
    }
    let open = view.of_department(view.marts.open.iter().map(|row| (&*row.department, row.applications)));
    let net = view.last_full_weeks()[0].map(|week| {
        let Closings { weeks, departments, rows } = &view.marts.counts.closings;
        let of_week = rows.iter().filter(|row| weeks[usize::from(row.week)] == week.monday);
        let ended = of_week.map(|row| (&*departments[usize::from(row.department)], u64::from(row.closed)));
        Some(change(applications_of(view, week)?, view.of_department(ended)?.iter().sum()))
    });
    let said = match net {
        None => words.told.no_full_week.to_owned(),
        Some(net) => net.map_or_else(String::new, |net| (words.told.net_of_week)(&words.numbers.change(net))),
    };
    Number {
        name: words.told.open_applications.to_owned(),
        value: open.map_or(Cell::TooFew, |open| Cell::Count(open.iter().sum())),
        change: Cell::or_nothing(net.flatten(), Cell::Change),
        said,
    }
}

/// Those that ended in the last four full weeks, and in the four that ended a week before.
fn closed(view: &View) -> [Option<Closed>; 2] {
    view.last_full_weeks().map(|week| {
        let week = week?;
        let first = days_before(week.monday, 21);
        // fewer weeks than are compared would always be less
        view.marts.weeks.iter().find(|week| week.monday == first && week.is_full)?;
        let filter = Filter { from: Some(first), to: Some(sunday(week.monday)), city: None, ..view.filter() };
        match figures::closed_in(&view.marts.counts, &filter).figures {
            Figures::Told(closed) => Some(closed),
            Figures::TooFew | Figures::NotByCity => None,
        }
    })
}

fn of_closed(view: &View, name: &'static str, of: impl Fn(&Closed) -> Option<u64>) -> Number {
    let words = view.words;
    if let Some(number) = untold(view, name, &view.outcomes_by(&[])) {
        return number;
    }
    let [last, before] = closed(view);
    let is_told = last.is_some();
    let (last, before) = (last.as_ref().and_then(&of), before.as_ref().and_then(&of));
    let changed = last.zip(before).map(|(last, before)| change(last, before));
    let none = if is_told { Cell::TooFew } else { Cell::Nothing };
    Number {
        name: name.to_owned(),
        value: last.map_or(none, Cell::Count),
        change: Cell::or_nothing(changed, Cell::Change),
        said: match changed {
            Some(changed) => (words.told.to_weeks_before)(&words.numbers.change(changed)),
            None if is_told => String::new(),
            None => words.told.no_full_week.to_owned(),
        },
    }
}

fn median(view: &View) -> Number {
    of_closed(view, view.words.told.median_closed, |closed| match &closed.all {
        Figures::Told(lengths) => Some(lengths.median.into()),
        _ => None,
    })
}

fn hires(view: &View) -> Number {
    of_closed(view, view.words.told.hires, |closed| match &closed.by_outcome["hired"] {
        Figures::Told(lengths) => Some(lengths.n),
        _ => None,
    })
}
