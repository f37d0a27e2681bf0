//! Why applications ended: activity, by the week in which they did.

use std::collections::BTreeMap;

use crate::{
    dashboard::{Cell, Figure, Table, View, number, text},
    figures::{few, real},
    marts::words::{SMALL_GROUPS, TOO_FEW},
};

pub(super) fn reasons(view: &View) -> Figure {
    let words = view.words;
    let figure = Figure::new(words.titles.reasons, words.counting.reasons, &["fct_reasons_weekly"]);
    if let Some(why) = view.untold_by(&[]) {
        return figure.without_numbers(why);
    }
    let full = |monday| view.weeks.iter().any(|week| week.monday == monday && week.is_full);
    let (mut counts, mut untold): (BTreeMap<(&str, &str), u64>, u64) = (BTreeMap::new(), 0);
    for row in view.marts.reasons.iter().filter(|row| full(row.week)) {
        if &*row.kind == TOO_FEW {
            untold += row.closed;
        } else {
            *counts.entry((&row.kind, &row.reason)).or_default() += row.closed;
        }
    }
    let all: u64 = counts.values().sum();
    if all < view.min_group() {
        let why = if all + untold == 0 { words.told.nothing_here } else { words.told.too_few };
        return figure.without_numbers(why);
    }
    let told = folded(counts, view.min_group());
    let mut table = Table::new([
        text(words.headings.reason),
        text(words.headings.who),
        number(words.headings.applications),
        number(words.headings.share),
    ]);
    let mut ranks = Vec::new();
    for ((kind, reason), count) in told {
        let who = View::word(&words.named.reason_kinds, kind).unwrap_or(words.named.small_groups);
        let name = view.named(reason);
        table.row([
            Cell::Text(name.clone()),
            Cell::Text(who.to_owned()),
            Cell::Count(count),
            Cell::Share(real(count) / real(all)),
        ]);
        ranks.push(view.rank(format!("{name} · {who}"), count, all));
    }
    let notes = if untold > 0 { vec![(words.told.untold)(&words.numbers.count(untold))] } else { Vec::new() };
    let chart = View::ranked("reasons", &figure.title, &ranks);
    Figure { notes, chart, table, ..figure }
}

fn folded<'a>(counts: BTreeMap<(&'a str, &'a str), u64>, min_group: u64) -> Vec<((&'a str, &'a str), u64)> {
    let (mut told, together) = few::folded(counts, 0, min_group);
    if together > 0 {
        told.push(((SMALL_GROUPS, SMALL_GROUPS), together));
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_are_told_together() {
        let counts =
            |all: &[(&'static str, u64)]| all.iter().map(|(name, count)| (("employer", *name), *count)).collect();
        let told = |all: &[(&'static str, u64)]| {
            let told = folded(counts(all), 5);
            told.into_iter().map(|((_, name), count)| (name, count)).collect::<Vec<_>>()
        };
        assert_eq!(told(&[("a", 5), ("b", 9)]), [("b", 9), ("a", 5)]);
        // one of four would follow from the total, so the next smallest goes with it
        assert_eq!(told(&[("a", 4), ("b", 9), ("c", 6)]), [("b", 9), (SMALL_GROUPS, 10)]);
        assert_eq!(told(&[("a", 4), ("b", 3), ("c", 6)]), [("c", 6), (SMALL_GROUPS, 7)]);
        assert_eq!(told(&[]), []);
    }
}
