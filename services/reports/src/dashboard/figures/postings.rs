//! The most popular postings and places: all applications so far, a snapshot.

use std::{cmp::Reverse, collections::BTreeMap};

use crate::{
    charts::Row,
    dashboard::{Cell, Cut, Figure, Table, View, number, text},
    figures::real,
    marts::{Posting, words::NONE},
};

const TOP: usize = 20;
const DRAWN: usize = 10;
/// A vacancy that is online since yesterday may have any rate.
const DAYS_ONLINE: u32 = 7;
const CUT_BY: [Cut; 3] = [Cut::Department, Cut::City, Cut::PostingType];
const MARTS: &[&str] = &["fct_applications_per_posting", "dim_posting"];

pub(super) fn popular(view: &View) -> Figure {
    let figure = Figure::new(view.words.titles.postings, view.words.counting.postings, MARTS);
    let found = view.postings().filter(|posting| !posting.is_none && posting.applications > 0);
    let found = found.map(|posting| (f64::from(posting.applications), posting)).collect();
    top(view, "postings", figure, found, |posting, _| view.words.numbers.count(posting.applications.into()))
}

pub(super) fn popular_per_day(view: &View) -> Figure {
    let figure = Figure::new(view.words.titles.postings_per_day, view.words.counting.postings_per_day, MARTS);
    let found = view
        .postings()
        .filter(|posting| !posting.is_none && posting.applications > 0 && posting.days_online >= DAYS_ONLINE)
        .filter_map(|posting| rate_of(posting).zip(Some(posting)));
    top(view, "postings-per-day", figure, found.collect(), |_, rate| view.words.numbers.rate(rate))
}

fn top(
    view: &View,
    id: &str,
    figure: Figure,
    mut found: Vec<(f64, &Posting)>,
    shown: impl Fn(&Posting, f64) -> String,
) -> Figure {
    if let Some(why) = view.untold_by(&CUT_BY) {
        return figure.without_numbers(why);
    }
    found.sort_by(|(one, first), (other, second)| other.total_cmp(one).then_with(|| first.title.cmp(&second.title)));
    // whoever has as many has the same rank
    let rank = |number: f64| found.partition_point(|(other, _)| *other > number) + 1;
    let listed: Vec<(usize, &Posting)> = found.iter().take(TOP).map(|(number, of)| (rank(*number), *of)).collect();
    let ranks = found.iter().take(DRAWN).map(|(number, posting)| {
        let label = format!("{} · {}", titled(view, posting), view.named(&posting.city));
        Row::of(label, shown(posting, *number), *number)
    });
    let chart = View::ranked(id, &figure.title, &ranks.collect::<Vec<_>>());
    Figure { notes: more(view, found.len()), chart, table: table(view, &listed), ..figure }
}

#[derive(Default)]
struct Place {
    open_postings: u64,
    postings: u64,
    applications: u64,
    last_28_days: u64,
    /// Applications to those that were seen from their first day online on, and the days of these.
    seen_online: u64,
    days_online: u64,
}

pub(super) fn places(view: &View) -> Figure {
    let words = view.words;
    let marts = &["dim_posting", "fct_applications_per_posting"];
    let figure = Figure::new(words.titles.places, words.counting.places, marts);
    if let Some(why) = view.untold_by(&CUT_BY) {
        return figure.without_numbers(why);
    }
    let found = by_place(view);
    // what has no place has no rank either
    let ranked = found.partition_point(|((city, _), _)| *city != NONE);
    let mut table = Table::new([
        text(words.headings.city),
        text(words.headings.country),
        number(words.headings.rank),
        number(words.headings.applications),
        number(words.headings.last_28_days),
        number(words.headings.open_postings),
        number(words.headings.postings),
        number(words.headings.per_day_online),
    ]);
    let mut ranks = Vec::new();
    for (at, ((city, country), place)) in found.iter().enumerate().take(TOP) {
        let rank = found[..ranked].partition_point(|(_, other)| other.applications > place.applications) + 1;
        table.row([
            Cell::Text(view.named(city)),
            Cell::Text(view.named(country)),
            Cell::or_nothing((at < ranked).then_some(rank), |rank| Cell::Count(rank as u64)),
            Cell::Count(place.applications),
            Cell::Count(place.last_28_days),
            Cell::Count(place.open_postings),
            Cell::Count(place.postings),
            Cell::or_nothing(per_day(place.seen_online, place.days_online), Cell::Rate),
        ]);
        let (label, shown) = (view.named(city), words.numbers.count(place.applications));
        ranks.push(Row::of(label, shown, real(place.applications)));
    }
    let chart = View::ranked("places", &figure.title, &ranks[..ranks.len().min(DRAWN)]);
    Figure { notes: more(view, found.len()), chart, table, ..figure }
}

/// Those with applications, from the most on; what has no place comes last.
fn by_place<'a>(view: &View<'a>) -> Vec<((&'a str, &'a str), Place)> {
    let mut places: BTreeMap<(&str, &str), Place> = BTreeMap::new();
    for posting in view.postings() {
        let place = places.entry((&posting.city, &posting.country)).or_default();
        place.open_postings += u64::from(posting.is_published);
        place.postings += u64::from(!posting.is_none);
        place.applications += u64::from(posting.applications);
        place.last_28_days += u64::from(posting.last_28_days);
        if posting.went_online_on().is_some() {
            place.seen_online += u64::from(posting.applications);
            place.days_online += u64::from(posting.days_online);
        }
    }
    let mut found: Vec<_> = places.into_iter().filter(|(_, place)| place.applications > 0).collect();
    found.sort_by_key(|((city, country), place)| (*city == NONE, Reverse(place.applications), *city, *country));
    found
}

fn table(view: &View, listed: &[(usize, &Posting)]) -> Table {
    let words = view.words;
    let mut table = Table::new([
        text(words.headings.posting),
        text(words.headings.city),
        text(words.headings.department),
        number(words.headings.rank),
        number(words.headings.applications),
        number(words.headings.last_28_days),
        number(words.headings.days_online),
        number(words.headings.per_day_online),
    ]);
    for (rank, posting) in listed {
        table.row([
            Cell::Text(titled(view, posting)),
            Cell::Text(view.named(&posting.city)),
            Cell::Text(view.named(&posting.department)),
            Cell::Count(*rank as u64),
            Cell::Count(posting.applications.into()),
            Cell::Count(posting.last_28_days.into()),
            Cell::Count(posting.days_online.into()),
            Cell::or_nothing(rate_of(posting), Cell::Rate),
        ]);
    }
    table
}

fn titled(view: &View, posting: &Posting) -> String {
    if posting.is_removed {
        format!("{} ({})", posting.title, view.words.told.is_removed)
    } else {
        posting.title.to_string()
    }
}

fn rate_of(posting: &Posting) -> Option<f64> {
    // how long it was online before anybody looked is not known, nor how many had applied by then
    let days = posting.went_online_on().map_or(0, |_| posting.days_online);
    per_day(posting.applications.into(), days.into())
}

fn per_day(applications: u64, days: u64) -> Option<f64> {
    (days > 0).then(|| real(applications) / real(days))
}

fn more(view: &View, all: usize) -> Vec<String> {
    let more = all.saturating_sub(TOP) as u64;
    if more == 0 { Vec::new() } else { vec![(view.words.told.more)(&view.words.numbers.count(more))] }
}
