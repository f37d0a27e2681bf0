//! Counts over time: one bar each, or a line where there are too many for bars.

use maud::{Markup, html};

use super::scale::{amount, percent, real, rounded, ticks};
use super::text::clean;
use super::{Axis, Frame, labels, margin, plot, rules};

#[derive(Debug, Clone, Default)]
pub(crate) struct Bar {
    /// Below it; empty where none is wanted. One that has no room is left out.
    pub(crate) label: String,
    /// The whole of it as a text: what and how many. Not on a line.
    pub(crate) title: String,
    /// How many; what is no number, infinite or below zero is nothing.
    pub(crate) value: f64,
    /// The time is not over, so the count will grow: hatched, or a dashed line.
    pub(crate) is_partial: bool,
    /// Where on this server a click leads; an address that leads elsewhere is left out. Not on a line.
    pub(crate) href: Option<String>,
}

/// Of a bar's place, so much is bar.
const FILLED: f64 = 0.72;
/// A bar is no wider than this share of the plot, be there only one.
const WIDEST: f64 = 0.06;

struct Upright {
    ticks: Vec<(f64, String)>,
    top: f64,
}

impl Upright {
    fn new(values: impl Iterator<Item = f64>, axis: Axis) -> Self {
        let ticks = ticks(values.map(amount).fold(0.0, f64::max));
        let top = ticks.last().copied().unwrap_or(1.0);
        Self { ticks: ticks.into_iter().map(|tick| (tick / top, axis(tick))).collect(), top }
    }

    /// From 0 (bottom) to 1.
    fn height(&self, value: f64) -> f64 {
        // to the digits that are written, so that a bar's two ends fit
        (amount(value) / self.top * 1e4).round() / 1e4
    }
}

/// The middle of each of so many places, from 0 to 1.
fn places(count: usize) -> impl Iterator<Item = f64> {
    (0..count).map(move |index| (real(index) + 0.5) / real(count))
}

pub(crate) fn bars(frame: &Frame, bars: &[Bar], axis: Axis) -> Markup {
    let upright = Upright::new(bars.iter().map(|bar| bar.value), axis);
    let hatch = frame.id("h");
    let width = (FILLED / real(bars.len()).max(1.0)).min(WIDEST);
    let drawn = |place: f64, bar: &Bar| {
        let height = upright.height(bar.value);
        let fill = bar.is_partial.then(|| format!("url(#{hatch})"));
        html! {
            rect class=[bar.is_partial.then_some("n")] fill=[fill] x=(percent(place - width / 2.0)) y=(percent(1.0 - height))
                width=(percent(width)) height=(percent(height)) { title { (clean(&bar.title)) } }
        }
    };
    let seen = || places(bars.len()).zip(bars).filter(|(_, bar)| upright.height(bar.value) > 0.0);
    let content = html! {
        @if seen().any(|(_, bar)| bar.is_partial) { (hatching(&hatch)) }
        (rules(&upright.ticks))
        g.b { @for (place, bar) in seen() { (linked(bar.href.as_deref(), &drawn(place, bar))) } }
        (labels(places(bars.len()).zip(bars.iter().map(|bar| bar.label.clone()))))
    };
    frame.around(&format!("bars {}", margin(&upright.ticks)), None, &content)
}

fn hatching(id: &str) -> Markup {
    html! {
        pattern id=(id) width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
            path.h d="M0 0V5" {}
        }
    }
}

fn linked(href: Option<&str>, content: &Markup) -> Markup {
    html! { @if let Some(href) = link(href) { a href=(href) { (content) } } @else { (content) } }
}

fn link(href: Option<&str>) -> Option<String> {
    // `//host` leads to another server, and browsers take `/\host` for the same
    let is_here = |to: &&str| to.starts_with(['?', '#']) || (to.starts_with('/') && !to[1..].starts_with(['/', '\\']));
    href.filter(is_here).map(clean)
}

pub(crate) fn line(frame: &Frame, bars: &[Bar], axis: Axis) -> Markup {
    let upright = Upright::new(bars.iter().map(|bar| bar.value), axis);
    let at = |(place, bar): (f64, &Bar)| [100.0 * place, 100.0 - 100.0 * upright.height(bar.value)];
    let ends: Vec<[f64; 2]> = places(bars.len()).zip(bars).map(at).collect();
    let pairs = |is_partial: bool| {
        let pairs = ends.windows(2).zip(bars.windows(2));
        pieces(pairs.filter(move |(_, of)| (of[0].is_partial || of[1].is_partial) == is_partial).map(|(ends, _)| ends))
    };
    let (whole, partial) = (pairs(false), pairs(true));
    let content = html! {
        (rules(&upright.ticks))
        @if let [first, _, ..] = &ends[..] {
            (plot(&html! {
                path.f d={ (path(&ends)) "V100H" (rounded(first[0])) "z" } {}
                path.l d=(whole) {}
                @if !partial.is_empty() { path."l"."n" d=(partial) {} }
            }))
        }
        @if let (Some(end), Some(bar)) = (ends.last(), bars.last()) { (dot(*end, bar.is_partial)) }
        (labels(places(bars.len()).zip(bars.iter().map(|bar| bar.label.clone()))))
    };
    frame.around(&format!("line {}", margin(&upright.ticks)), None, &content)
}

fn dot([x, y]: [f64; 2], is_partial: bool) -> Markup {
    html! { circle class={ "d" @if is_partial { " n" } } cx=(percent(x / 100.0)) cy=(percent(y / 100.0)) r="3.5" {} }
}

fn path(ends: &[[f64; 2]]) -> String {
    let ends: Vec<String> = ends.iter().map(|[x, y]| format!("{} {}", rounded(*x), rounded(*y))).collect();
    format!("M{}", ends.join(" "))
}

/// One line after the other, each going on where the last has ended, if it has ended there.
fn pieces<'a>(pairs: impl Iterator<Item = &'a [[f64; 2]]>) -> String {
    let mut runs: Vec<Vec<[f64; 2]>> = Vec::new();
    for pair in pairs {
        match runs.last_mut() {
            Some(run) if run.last() == pair.first() => run.extend(&pair[1..]),
            _ => runs.push(pair.to_vec()),
        }
    }
    runs.iter().map(|run| path(run)).collect()
}
