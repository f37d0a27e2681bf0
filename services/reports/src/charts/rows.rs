//! What is compared row by row: a label, its value at the end of the line, and a bar below.

use maud::{Markup, html};

use super::scale::{amount, percent, real};
use super::text::{clean, cut, width};
use super::{Frame, Room};

#[derive(Debug, Clone, Default)]
pub(crate) struct Row {
    /// What it is; cut where it is too long.
    pub(crate) label: String,
    pub(crate) shown: String,
    pub(crate) title: String,
    pub(crate) value: f64,
}

impl Row {
    pub(crate) fn of(label: String, shown: String, value: f64) -> Self {
        Self { title: format!("{label}: {shown}"), label, shown, value }
    }
}

/// A row is as wide as the figure; in `em` of 13 px.
const ROW: Room = Room { narrow: 21.0, wide: 36.0 };
/// Between two bars, in `em`: the text, and room around it.
const BETWEEN: f64 = 2.4;

/// Lengths are from 0 to 1.
struct DrawnRow<'a> {
    row: &'a Row,
    length: f64,
    before: Option<f64>,
}

pub(crate) fn ranks(frame: &Frame, ranks: &[Row]) -> Markup {
    let rows = ranks.iter().zip(lengths(ranks)).map(|(row, length)| DrawnRow { row, length, before: None });
    drawn(frame, "ranks", &rows.collect::<Vec<_>>(), 0.6)
}

pub(crate) fn funnel(frame: &Frame, stages: &[Row]) -> Markup {
    let lengths = lengths(stages);
    let before = [None].into_iter().chain(lengths.iter().copied().map(Some));
    let rows = stages.iter().zip(&lengths).zip(before).map(|((row, length), before)| DrawnRow {
        row,
        length: *length,
        // a stage that has lost nobody has nothing pale
        before: before.filter(|before| before > length),
    });
    drawn(frame, "funnel", &rows.collect::<Vec<_>>(), 1.5)
}

fn lengths(rows: &[Row]) -> Vec<f64> {
    let largest = rows.iter().map(|row| amount(row.value)).fold(0.0, f64::max);
    // without any they are all 0, and not divided by it
    let largest = if largest > 0.0 { largest } else { 1.0 };
    rows.iter().map(|row| amount(row.value) / largest).collect()
}

fn drawn(frame: &Frame, class: &str, rows: &[DrawnRow], thick: f64) -> Markup {
    let content = html! {
        @for (index, DrawnRow { row, length, before }) in rows.iter().enumerate() {
            @let top = real(index) * (thick + BETWEEN);
            g {
                title { (clean(&row.title)) }
                (label(row, top + 1.1))
                text.v x="100%" y=(em(top + 1.1)) { (cut(&row.shown, ROW.narrow / 2.0)) }
                @if let Some(before) = before { (bar("t", *before, top, thick)) }
                (bar("b", *length, top, thick))
            }
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
    let taken = width(&row.shown).min(ROW.narrow / 2.0) + 1.0;
    let [narrow, wide] = [ROW.narrow, ROW.wide].map(|room| cut(&row.label, room - taken));
    html! {
        @if narrow == wide {
            text y=(em(y)) { (wide) }
        } @else {
            text.i y=(em(y)) { (narrow) }
            text.o y=(em(y)) { (wide) }
        }
    }
}
