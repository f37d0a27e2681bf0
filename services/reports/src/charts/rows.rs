//! What is compared row by row: a label, its value at the end of the line, and a bar below.

use maud::{Markup, html};

use super::over_time::linked;
use super::scale::{amount, percent, real};
use super::text::{clean, cut, width};
use super::{Frame, Room};

/// A row of a ranking.
#[derive(Debug, Clone, Default)]
pub struct Rank {
    /// What it is; cut where it is too long.
    pub label: String,
    /// The value as a text.
    pub shown: String,
    /// The whole of it as a text.
    pub title: String,
    /// How long the bar is; what is no number, infinite or below zero is nothing.
    pub value: f64,
    /// Where on this server a click leads; an address that leads elsewhere is left out.
    pub href: Option<String>,
}

impl Rank {
    /// One that leads nowhere, whose whole text is the label with the value.
    pub fn of(label: String, shown: String, value: f64) -> Self {
        Self { title: format!("{label}: {shown}"), label, shown, value, href: None }
    }
}

/// A stage that so many have reached.
#[derive(Debug, Clone, Default)]
pub struct Stage {
    /// What it is; cut where it is too long.
    pub label: String,
    /// The value as a text.
    pub shown: String,
    /// The whole of it as a text.
    pub title: String,
    /// How long the bar is; what is no number, infinite or below zero is nothing.
    pub value: f64,
}

/// A row is as wide as the figure; in `em` of 13 px.
const ROW: Room = Room { narrow: 21.0, wide: 36.0 };

/// A row as it is drawn; lengths from 0 to 1.
struct Row<'a> {
    label: &'a str,
    shown: &'a str,
    title: &'a str,
    href: Option<&'a str>,
    length: f64,
    /// How long the bar before was, where that says something.
    before: Option<f64>,
}

/// Between two bars, in `em`: the text, and room around it.
const BETWEEN: f64 = 2.4;

/// One below the other, in the order given; the largest value takes the whole width.
pub fn ranks(frame: &Frame, ranks: &[Rank]) -> Markup {
    let largest = largest(ranks.iter().map(|rank| rank.value));
    let rows = ranks.iter().map(|Rank { label, shown, title, value, href }| {
        let href = href.as_deref();
        Row { label, shown, title, href, length: amount(*value) / largest, before: None }
    });
    drawn(frame, "ranks", &rows.collect::<Vec<_>>(), 0.6)
}

/// Stages from the first to the last; what each has lost of the one before is pale.
pub fn funnel(frame: &Frame, stages: &[Stage]) -> Markup {
    let largest = largest(stages.iter().map(|stage| stage.value));
    let lengths: Vec<f64> = stages.iter().map(|stage| amount(stage.value) / largest).collect();
    let before = [None].into_iter().chain(lengths.iter().copied().map(Some));
    let rows = stages.iter().zip(&lengths).zip(before).map(|((Stage { label, shown, title, .. }, length), before)| {
        let before = before.filter(|before| before > length);
        Row { label, shown, title, href: None, length: *length, before }
    });
    drawn(frame, "funnel", &rows.collect::<Vec<_>>(), 1.5)
}

/// The longest bar; one where there is none, so that it can be divided by.
fn largest(values: impl Iterator<Item = f64>) -> f64 {
    let largest = values.map(amount).fold(0.0, f64::max);
    if largest > 0.0 { largest } else { 1.0 }
}

/// All rows, with bars that are so many `em` thick.
fn drawn(frame: &Frame, class: &str, rows: &[Row], thick: f64) -> Markup {
    let content = html! {
        @for (index, row) in rows.iter().enumerate() {
            @let top = real(index) * (thick + BETWEEN);
            (linked(row.href, &html! {
                g {
                    title { (clean(row.title)) }
                    (label(row, top + 1.1))
                    text.v x="100%" y=(em(top + 1.1)) { (cut(row.shown, ROW.narrow / 2.0)) }
                    @if let Some(before) = row.before { (bar("t", before, top, thick)) }
                    (bar("b", row.length, top, thick))
                }
            }))
        }
    };
    frame.around(class, Some(real(rows.len()) * (thick + BETWEEN)), &content)
}

fn bar(class: &str, length: f64, top: f64, thick: f64) -> Markup {
    html! { rect class=(class) y=(em(top + 1.6)) width=(percent(length)) height=(em(thick)) {} }
}

fn em(length: f64) -> String {
    super::scale::rounded(length) + "em"
}

/// As much of the label as has room beside the value: once, or for a narrow (`i`) and a wide (`o`) figure each.
fn label(row: &Row, y: f64) -> Markup {
    let taken = width(row.shown).min(ROW.narrow / 2.0) + 1.0;
    let [narrow, wide] = [ROW.narrow, ROW.wide].map(|room| cut(row.label, room - taken));
    html! {
        @if narrow == wide {
            text y=(em(y)) { (wide) }
        } @else {
            text.i y=(em(y)) { (narrow) }
            text.o y=(em(y)) { (wide) }
        }
    }
}
