//! Charts as SVG, drawn on the server: no script and no `style`, so that they show under the strictest policy.
//!
//! - [`bars`] and [`line`]: counts over time, for a few dozen and for many.
//! - [`steps`]: shares over days, with a band.
//! - [`ranks`] and [`funnel`]: what is compared row by row.
//! - `scale`: round ticks, and coordinates. `text`: what may be shown, and how much room it takes.
//!
//! All texts come ready-made, in the reader's language; a number becomes a text by the caller's own function. Colours and
//! sizes come from classes in `pages/style.css`.
//!
//! A chart has no `viewBox`: it is as wide as the `figure` around it, lengths are percent of that, and heights of rows are
//! `em`. So a text is as large on a phone as on a desk, and grows with the reader's own size of text. Which labels have
//! room, and how much of them, is worked out for two widths; the style sheet shows the one that fits.

mod over_time;
mod rows;
mod scale;
mod steps;
#[cfg(test)]
mod tests;
mod text;

use maud::{Markup, html};

pub(crate) use over_time::{Bar, bars, line};
pub(crate) use rows::{Row, funnel, ranks};
pub(crate) use steps::{Axes, Steps, steps};

use scale::percent;
pub(crate) use text::clean;
use text::{cut, width};

/// Makes the text of a number on an axis.
pub(crate) type Axis<'a> = &'a dyn Fn(f64) -> String;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame<'a> {
    /// Its own on the page; letters, digits and hyphens, anything else becomes a hyphen.
    pub(crate) id: &'a str,
    pub(crate) title: &'a str,
    /// What it says, in a sentence or two, for those who do not see it.
    pub(crate) description: &'a str,
}

/// How wide a chart is at least, in `em` of its text.
#[derive(Clone, Copy)]
struct Room {
    /// On a phone that is 320 px wide.
    narrow: f64,
    /// Where the style sheet takes the figure for wide: from 30 rem on.
    wide: f64,
}

/// Between axis and edge, in `em` of 12 px.
const PLOT: Room = Room { narrow: 15.0, wide: 31.0 };

/// Which margin an axis takes that has labels of so many `em` at most; beyond the last they are cut.
const MARGINS: [(f64, &str); 4] = [(2.2, "p1"), (3.5, "p2"), (5.5, "p3"), (15.0, "p4")];

impl Frame<'_> {
    fn id(&self, part: &str) -> String {
        let kept = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '-' };
        self.id.chars().map(kept).chain(['-']).chain(part.chars()).collect()
    }

    /// The chart around its content; rows have a height in `em`. What has links is a group, since nobody finds a link inside
    /// of a picture; a text cannot look like one, since it is escaped.
    fn around(&self, class: &str, height: Option<f64>, content: &Markup) -> Markup {
        let (title, description) = (self.id("t"), self.id("d"));
        let has_links = content.0.contains("<a ");
        html! {
            svg role=(if has_links { "group" } else { "img" }) aria-labelledby={ (title) " " (description) }
                class={ "chart " (class) } width="100%" height=[height.map(|rows| format!("{}em", scale::rounded(rows)))] {
                title id=(title) { (clean(self.title)) }
                desc id=(description) { (clean(self.description)) }
                (content)
            }
        }
    }
}

/// Thin lines at the ticks of the upright axis, the base line last, and what they stand for.
/// `ticks` are the place from 0 (bottom) to 1, and the label.
fn rules(ticks: &[(f64, String)]) -> Markup {
    let height = |place: f64| percent(1.0 - place);
    html! {
        g.g {
            @for (place, _) in ticks.iter().rev() {
                line class=[(*place <= 0.0).then_some("z")] x2="100%" y1=(height(*place)) y2=(height(*place)) {}
            }
        }
        g.y {
            @for (place, label) in ticks {
                text x="-.7em" y=(height(*place)) dy=".35em" { (cut(label, MARGINS[3].0)) }
            }
        }
    }
}

/// The class of the margin that these labels need.
fn margin(ticks: &[(f64, String)]) -> &'static str {
    let widest = ticks.iter().map(|(_, label)| width(label)).fold(0.0, f64::max);
    MARGINS.iter().find(|(room, _)| widest <= *room).unwrap_or(&MARGINS[3]).1
}

struct Label {
    /// From 0 (left) to 1; its middle lies there, or its right end.
    place: f64,
    text: String,
    is_right: bool,
}

impl Label {
    fn new(place: f64, text: &str) -> Self {
        let text = cut(text, 8.0);
        // half of it may stand out to the right as far as the margin there goes
        let is_right = place * PLOT.narrow + width(&text) / 2.0 > PLOT.narrow + 1.5;
        Self { place: if is_right { 1.0 } else { place }, text, is_right }
    }

    /// From where to where it goes in a plot that is so wide.
    fn span(&self, plot: f64) -> [f64; 2] {
        let (width, place) = (width(&self.text), self.place * plot);
        let start = if self.is_right { place - width } else { place - width / 2.0 };
        [start, start + width]
    }
}

/// Labels below the plot, at places from 0 to 1 in their order: as many as have room, evenly, and the last for sure.
/// Those of class `o` have room only where the figure is wide.
fn labels(all: impl Iterator<Item = (f64, String)>) -> Markup {
    let all: Vec<Label> =
        all.map(|(place, text)| Label::new(place, &text)).filter(|label| !label.text.is_empty()).collect();
    let wide = stride(&all, PLOT.wide, 1);
    let narrow = stride(&all, PLOT.narrow, wide);
    html! {
        g.x {
            @for (rest, label) in (0..all.len()).rev().zip(&all).filter(|(rest, _)| rest.is_multiple_of(wide)) {
                @let class = match (rest.is_multiple_of(narrow), label.is_right) {
                    (true, is_right) => is_right.then_some("r"),
                    (false, is_right) => Some(if is_right { "o r" } else { "o" }),
                };
                text class=[class] x=(percent(label.place)) y="100%" dy="1.7em" { (label.text) }
            }
        }
    }
}

/// Counted from the last, every how manyth label has room; a multiple of `of`.
fn stride(all: &[Label], plot: f64, of: usize) -> usize {
    let has_room = |stride: &usize| {
        let spans: Vec<[f64; 2]> = all.iter().rev().step_by(*stride).map(|label| label.span(plot)).collect();
        spans.windows(2).all(|pair| pair[1][1] + 1.0 <= pair[0][0])
    };
    (1..=all.len().max(1)).map(|times| times * of).find(has_room).unwrap_or(of)
}

/// Where lines are drawn: 100 by 100, stretched to the plot, from the top left.
fn plot(content: &Markup) -> Markup {
    html! { svg.p viewBox="0 0 100 100" preserveAspectRatio="none" { (content) } }
}
