//! The most popular postings and places: all applications so far, a snapshot.

use std::{cmp::Reverse, collections::BTreeMap};

use super::{
    Figure, View, real,
    scope::{Cut, empty},
    table::{Cell, Table, number, text},
};
use crate::{
    charts::Rank,
    marts::{Posting, words::NONE},
};

const TOP: usize = 20;
/// Of these so many are drawn.
const DRAWN: usize = 10;
/// A vacancy that is online since yesterday may have any rate.
const DAYS_ONLINE: u32 = 7;
const CUT_BY: [Cut; 3] = [Cut::Department, Cut::City, Cut::PostingType];
const MARTS: &[&str] = &["fct_applications_per_posting", "dim_posting"];

pub(super) fn popular(view: &View) -> Figure {
    let (title, counting) = (view.words.titles.postings, view.words.counting.postings);
    if let Some(why) = view.untold_by(&CUT_BY) {
        return empty(title, counting, why, MARTS);
    }
    let mut found: Vec<&Posting> = view.postings().filter(|posting| !posting.is_none).collect();
    found.retain(|posting| posting.applications > 0);
    found.sort_by_key(|posting| (Reverse(posting.applications), posting.title.clone()));
    let all = found.len();
    let rank = |posting: &Posting| found.partition_point(|other| other.applications > posting.applications) + 1;
    let shown: Vec<(usize, &Posting)> = found.iter().take(TOP).map(|posting| (rank(posting), *posting)).collect();
    let ranks = shown.iter().take(DRAWN).map(|(_, posting)| {
        let count = view.words.numbers.count(posting.applications.into());
        bar(view, posting, count, f64::from(posting.applications))
    });
    let chart = View::ranked("postings", title, &ranks.collect::<Vec<_>>());
    Figure {
        title: title.to_owned(),
        counting,
        notes: more(view, all),
        chart,
        table: listed(view, &shown),
        marts: MARTS,
    }
}

pub(super) fn popular_per_day(view: &View) -> Figure {
    let (title, counting) = (view.words.titles.postings_per_day, view.words.counting.postings_per_day);
    if let Some(why) = view.untold_by(&CUT_BY) {
        return empty(title, counting, why, MARTS);
    }
    let mut found: Vec<(f64, &Posting)> = view
        .postings()
        .filter(|posting| !posting.is_none && posting.applications > 0 && posting.days_online >= DAYS_ONLINE)
        .filter_map(|posting| rate_of(posting).zip(Some(posting)))
        .collect();
    found.sort_by(|(one, first), (other, second)| other.total_cmp(one).then_with(|| first.title.cmp(&second.title)));
    let all = found.len();
    let rank = |rate: f64| found.partition_point(|(other, _)| *other > rate) + 1;
    let shown: Vec<(usize, &Posting)> = found.iter().take(TOP).map(|(rate, posting)| (rank(*rate), *posting)).collect();
    let ranks = found.iter().take(DRAWN);
    let ranks = ranks.map(|(rate, posting)| bar(view, posting, view.words.numbers.rate(*rate), *rate));
    let chart = View::ranked("postings-per-day", title, &ranks.collect::<Vec<_>>());
    Figure {
        title: title.to_owned(),
        counting,
        notes: more(view, all),
        chart,
        table: listed(view, &shown),
        marts: MARTS,
    }
}

/// What is known of the vacancies of a place.
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
    let (words, marts) = (view.words, &["dim_posting", "fct_applications_per_posting"]);
    if let Some(why) = view.untold_by(&CUT_BY) {
        return empty(words.titles.places, words.counting.places, why, marts);
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
        ranks.push(Rank::of(label, shown, real(place.applications)));
    }
    let (title, chart) =
        (words.titles.places.to_owned(), View::ranked("places", words.titles.places, &ranks[..ranks.len().min(DRAWN)]));
    Figure { title, counting: words.counting.places, notes: more(view, found.len()), chart, table, marts }
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

fn listed(view: &View, shown: &[(usize, &Posting)]) -> Table {
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
    for (rank, posting) in shown {
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

fn bar(view: &View, posting: &Posting, shown: String, value: f64) -> Rank {
    let label = format!("{} · {}", titled(view, posting), view.named(&posting.city));
    Rank::of(label, shown, value)
}

/// Of a vacancy that was online before anybody looked neither the days are known, nor how many had applied by then.
fn rate_of(posting: &Posting) -> Option<f64> {
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
