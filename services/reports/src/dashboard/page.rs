//! How the figures stand on the page.

use maud::{Markup, html};

use super::{Figure, View, figures::FIGURES, form::form};
use crate::words::Words;

pub(crate) struct Beside(pub(crate) Markup);

pub(crate) fn page(view: &View, path: &str, notices: &Markup, beside: Option<&Beside>) -> Markup {
    let words = view.words;
    let told = &view.marts.counts.run;
    html! {
        @if let Some(day) = told.as_of_on {
            p.as-of { ((words.told.as_of)(&words.numbers.day(day), &told.time_zone)) }
        }
        (notices)
        (form(view, path))
        div.board {
            @for (place, (name, make)) in FIGURES.iter().enumerate() {
                (figure(view, name, &make(view)))
                // before all that is long: a run that has failed is seen without scrolling
                @if let Some(Beside(content)) = beside.filter(|_| place == 0) { section.beside { (content) } }
            }
            (how_counted(view))
        }
    }
}

fn figure(view: &View, name: &str, figure: &Figure) -> Markup {
    let words = view.words;
    let file = view.asked.link(&format!("/dashboard/{name}.csv"));
    let has_rows = !figure.table.rows.is_empty();
    html! {
        figure id=(name) {
            figcaption { h2 { (figure.title) } p.how { (figure.counting) } }
            @if let Some(chart) = figure.chart.as_ref().filter(|_| has_rows) { (chart) }
            @for note in &figure.notes { p.note { (note) } }
            @if !has_rows && figure.notes.is_empty() { p.note { (words.told.nothing_here) } }
            @if has_rows {
                @if figure.chart.is_some() {
                    details { summary { (words.told.as_table) span.away { ": " (figure.title) } } (figure.table.markup(&figure.title, words)) }
                } @else {
                    (figure.table.markup(&figure.title, words))
                }
            }
            p.links {
                a href=(file) download { (words.told.as_csv) span.away { ": " (figure.title) } }
                @for (place, mart) in figure.marts.iter().enumerate() {
                    (if place == 0 { format!(" · {}: ", words.counting.in_the_docs) } else { ", ".to_owned() })
                    a href=(docs_of(mart)) { (mart) }
                }
            }
        }
    }
}

fn docs_of(mart: &str) -> String {
    format!("/dbt/#!/model/model.emply_pipeline.{mart}")
}

fn how_counted(view: &View) -> Markup {
    let words: &Words = view.words;
    html! {
        section.terms id="how-counted" {
            h2 { (words.titles.how_counted) }
            dl { @for (term, meaning) in words.counting.terms { dt { (term) } dd { (meaning) } } }
            p { (words.counting.small_groups) " " (words.told.computed_how) }
            p { a href="/dbt/" { (words.counting.in_the_docs) } }
        }
    }
}
