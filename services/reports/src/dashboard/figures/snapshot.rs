//! How things stand on the last day: open applications, and how good the data is.

use std::collections::BTreeMap;

use crate::{
    charts::Row,
    dashboard::{Cell, Figure, Table, View, number, text},
    figures::real,
};

const BANDS: [&str; 5] = ["0-7", "8-14", "15-30", "31-60", "61+"];

pub(super) fn open(view: &View) -> Figure {
    let words = view.words;
    let figure = Figure::new(words.titles.open, words.counting.open, &["fct_open_applications"]);
    if let Some(why) = view.untold_by(&view.outcomes_by(&[])) {
        return figure.without_numbers(why);
    }
    let Some(open) = view.of_department(view.marts.open.iter().map(|row| (&*row.department, row))) else {
        return figure.without_numbers(words.told.too_few);
    };
    let mut by_stage: BTreeMap<usize, [u64; BANDS.len()]> = BTreeMap::new();
    for row in open {
        let stage = words.named.stage_kinds.iter().position(|(kind, _)| *kind == &*row.stage_kind);
        let band = BANDS.iter().position(|band| *band == &*row.age_band);
        if let (Some(stage), Some(band)) = (stage, band) {
            by_stage.entry(stage).or_default()[band] += row.applications;
        }
    }
    let mut columns = vec![text(words.headings.stage)];
    columns.extend(words.named.bands.map(number));
    columns.push(number(words.headings.total));
    let mut table = Table::new(columns);
    let mut all = [0; BANDS.len()];
    for (stage, counts) in &by_stage {
        table.row(row(words.named.stage_kinds[*stage].1, counts));
        all.iter_mut().zip(counts).for_each(|(all, count)| *all += count);
    }
    if !by_stage.is_empty() {
        table.row(row(words.headings.total, &all));
    }
    let ranks = words.named.bands.iter().zip(all).map(|(band, count)| {
        let shown = words.numbers.count(count);
        Row::of((*band).to_owned(), shown, real(count))
    });
    let ranks: Vec<Row> = if by_stage.is_empty() { Vec::new() } else { ranks.collect() };
    let chart = View::ranked("open", &figure.title, &ranks);
    Figure { chart, table, ..figure }
}

fn row(name: &str, counts: &[u64]) -> Vec<Cell> {
    let cells = counts.iter().copied().chain([counts.iter().sum()]).map(Cell::Count);
    std::iter::once(Cell::Text(name.to_owned())).chain(cells).collect()
}

pub(super) fn quality(view: &View) -> Figure {
    let words = view.words;
    let mut table =
        Table::new([text(words.headings.check), number(words.headings.value), number(words.headings.share)]);
    // whatever the filters are: these are of all the data
    for check in &view.marts.checks {
        let name = View::word(&words.quality.checks, &check.name).unwrap_or(&check.name);
        let share = check.per_mille.map(|share| real(share) / 1000.0);
        table.row([Cell::Text(name.to_owned()), Cell::Count(check.value), Cell::or_nothing(share, Cell::Share)]);
    }
    Figure { table, ..Figure::new(words.titles.quality, words.counting.quality, &["data_quality"]) }
}
