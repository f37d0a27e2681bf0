//! The filters, as a form that needs no script.

use std::{cmp::Reverse, collections::BTreeSet, sync::Arc};

use maud::{Markup, html};

use super::{Question, View, question::PERIODS};
use crate::marts::{Posting, Volume, Volumes};

/// Longer lists are for a search field, and a page of at most 150 KB.
const OFFERED: usize = 200;

pub(super) fn form(view: &View, path: &str) -> Markup {
    let (asked, words, weekly) = (view.asked, &view.words.filters, &view.marts.weekly);
    let sources = sources(view);
    let reset = Question::usual(asked.language);
    html! {
        form.filters method="get" action=(path) aria-label=(words.heading) {
            label { (words.period) select name="period" {
                @for weeks in PERIODS {
                    option value=(weeks) selected[asked.weeks == Some(weeks)] { ((words.weeks)(&weeks.to_string())) }
                }
                option value="all" selected[asked.weeks.is_none()] { (words.whole_history) }
            } }
            (choice(view, "department", words.department, asked.department.as_deref(), offered(&weekly.rows, &weekly.departments, |row| row.department)))
            (choice(view, "city", words.city, asked.city.as_deref(), offered(&weekly.rows, &weekly.cities, |row| row.city)))
            (choice(view, "source", words.source, asked.source.as_deref(), sources.iter().take(OFFERED).copied().collect()))
            (choice(view, "type", words.posting_type, asked.posting_type.as_deref(), offered(&weekly.rows, &weekly.posting_types, |row| row.posting_type)))
            @if let Some(language) = asked.language { input type="hidden" name="lang" value=(language); }
            button type="submit" { (words.show) }
            @if *asked != reset { a href=(reset.link(path)) { (words.reset) } }
        }
        (unknown(view, weekly, &sources))
        @if weekly.cities.len() > OFFERED {
            p.note { ((words.most_alone)(&view.words.numbers.count(OFFERED as u64), &view.words.numbers.count(weekly.cities.len() as u64))) }
        }
    }
}

fn offered<'a>(rows: &[Volume], names: &'a [Arc<str>], of: fn(&Volume) -> u32) -> Vec<&'a str> {
    if names.len() > OFFERED { most(rows, names, of) } else { names.iter().map(|name| &**name).collect() }
}

fn sources<'a>(view: &View<'a>) -> BTreeSet<&'a str> {
    let by_week = view.marts.sources.iter().map(|row| &*row.source);
    by_week.chain(view.marts.weekly.sources.iter().map(|name| &**name)).collect()
}

fn choice<'a>(view: &View, name: &str, title: &str, asked: Option<&'a str>, mut offered: Vec<&'a str>) -> Markup {
    // what is asked for stays chosen, known or not
    if let Some(asked) = asked.filter(|asked| !offered.contains(asked)) {
        offered.push(asked);
    }
    let shown = |value: &str| match name {
        "type" => View::word(&view.words.named.posting_types, value).map_or_else(|| value.to_owned(), str::to_owned),
        _ => view.named(value),
    };
    html! {
        label { (title) select name=(name) {
            option value="" { (view.words.filters.every) }
            @for value in offered { option value=(value) selected[asked == Some(value)] { (shown(value)) } }
        } }
    }
}

fn most<'a>(rows: &[Volume], names: &'a [Arc<str>], of: fn(&Volume) -> u32) -> Vec<&'a str> {
    let mut counts: Vec<(u64, usize)> = (0..names.len()).map(|place| (0, place)).collect();
    for row in rows {
        counts[of(row) as usize].0 += u64::from(row.applications);
    }
    counts.sort_unstable_by_key(|(count, place)| (Reverse(*count), *place));
    let mut places: Vec<usize> = counts.into_iter().take(OFFERED).map(|(_, place)| place).collect();
    // back in the order of their letters
    places.sort_unstable();
    places.into_iter().map(|place| &*names[place]).collect()
}

fn unknown(view: &View, weekly: &Volumes, sources: &BTreeSet<&str>) -> Markup {
    let asked = view.asked;
    let is_in = |names: &[Arc<str>], wanted: &str| names.iter().any(|name| **name == *wanted);
    let of_postings =
        |wanted: &str, of: fn(&Posting) -> &str| view.marts.postings.iter().any(|posting| of(posting) == wanted);
    // a name that has no application yet is in the list of postings alone
    let unknown = [
        asked.department.as_deref().filter(|wanted| {
            !is_in(&weekly.departments, wanted) && !of_postings(wanted, |posting| &posting.department)
        }),
        asked
            .city
            .as_deref()
            .filter(|wanted| !is_in(&weekly.cities, wanted) && !of_postings(wanted, |posting| &posting.city)),
        asked.source.as_deref().filter(|wanted| !sources.contains(wanted)),
        asked.posting_type.as_deref().filter(|wanted| {
            !is_in(&weekly.posting_types, wanted) && !of_postings(wanted, |posting| &posting.posting_type)
        }),
    ];
    html! {
        @for wanted in unknown.into_iter().flatten() { p.notice { ((view.words.filters.unknown)(wanted)) } }
    }
}
