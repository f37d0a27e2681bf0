//! Shares over days: curves that go in steps, each with a band.

use maud::{Markup, html};

use super::scale::{amount, day_ticks, percent, rounded};
use super::text::clean;
use super::{Axis, Frame, labels, margin, plot, rules};

#[derive(Debug, Clone, Default)]
pub(crate) struct Steps {
    pub(crate) name: String,
    /// Day, and the share (0 to 1) from it on; the last day is where the curve ends. What is no number is left out.
    pub(crate) points: Vec<(f64, f64)>,
    /// Day, and the lower and upper border from it on.
    pub(crate) band: Vec<(f64, f64, f64)>,
}

#[derive(Clone, Copy)]
pub(crate) struct Axes<'a> {
    pub(crate) days: Axis<'a>,
    /// A share, from 0 to 1.
    pub(crate) share: Axis<'a>,
}

/// Curves are told apart by colour and dashes of this many classes.
const KINDS: usize = 4;
/// Between two names at the curves' ends, as a share of the height.
const APART: f64 = 0.1;

struct DrawnCurve<'a> {
    name: &'a str,
    points: Vec<[f64; 2]>,
    band: Vec<[f64; 3]>,
}

impl<'a> DrawnCurve<'a> {
    fn new(steps: &'a Steps) -> Self {
        let share = |value: f64| amount(value).min(1.0);
        let points = ordered(steps.points.iter().map(|(x, y)| [*x, *y])).map(|[x, y]| [amount(x), share(y)]);
        let points: Vec<[f64; 2]> = points.collect();
        let end = points.last().map_or(0.0, |[x, _]| *x);
        let band = ordered(steps.band.iter().map(|(x, lower, upper)| [*x, *lower, *upper]));
        let band = band.map(|[x, lower, upper]| [amount(x).min(end), share(lower), share(upper)]).collect();
        Self { name: &steps.name, points, band }
    }

    fn end(&self) -> [f64; 2] {
        self.points.last().copied().unwrap_or_default()
    }

    fn area(&self, longest: f64) -> String {
        let Some(last) = self.band.last() else { return String::new() };
        let upper = self.band.iter().map(|[x, _, upper]| [*x, *upper]).chain([[self.end()[0], last[2]]]);
        let days = [self.end()[0]].into_iter().chain(self.band.iter().rev().map(|step| step[0]));
        let lower = days.zip(self.band.iter().rev().map(|step| step[1]));
        let back: String = lower.flat_map(|(x, y)| ["H".into(), across(x, longest), "V".into(), down(y)]).collect();
        format!("{}{back}H{}z", stairs(upper, longest), across(self.band[0][0], longest))
    }
}

fn ordered<const N: usize>(steps: impl Iterator<Item = [f64; N]>) -> impl Iterator<Item = [f64; N]> {
    let mut steps: Vec<_> = steps.filter(|step| step.iter().all(|number| number.is_finite())).collect();
    steps.sort_by(|one, other| one[0].total_cmp(&other[0]));
    steps.into_iter()
}

fn across(day: f64, longest: f64) -> String {
    rounded(100.0 * day / longest)
}

fn down(share: f64) -> String {
    rounded(100.0 - 100.0 * share)
}

/// From left to right: along, then up or down. What does not move is not written.
fn stairs(points: impl Iterator<Item = [f64; 2]>, longest: f64) -> String {
    let mut path = String::new();
    let mut last = [String::new(), String::new()];
    for [day, share] in points {
        let end = [across(day, longest), down(share)];
        for (letter, at) in [('H', 0), ('V', 1)] {
            if !path.is_empty() && end[at] != last[at] {
                path.push(letter);
                path.push_str(&end[at]);
            }
        }
        if path.is_empty() {
            path = format!("M{}", end.join(" "));
        }
        last = end;
    }
    path
}

/// Curves from day 0 to the last day that any of them has, between 0 and 1. The marker is the day on which a curve is one
/// half, and what stands beside it.
pub(crate) fn steps(frame: &Frame, steps: &[Steps], marker: Option<(f64, &str)>, axes: Axes) -> Markup {
    let curves: Vec<DrawnCurve> = steps.iter().map(DrawnCurve::new).collect();
    let longest = curves.iter().map(|curve| curve.end()[0]).fold(0.0, f64::max);
    // without any day there is still something to divide by
    let longest = if longest > 0.0 { longest } else { 1.0 };
    let ticks: Vec<(f64, String)> = [0.0, 0.25, 0.5, 0.75, 1.0].map(|share| (share, (axes.share)(share))).into();
    let marker = marker.filter(|(day, _)| (0.0..=longest).contains(day));
    let content = html! {
        (rules(&ticks))
        (plot(&html! {
            @for (kind, curve) in curves.iter().enumerate().filter(|(_, curve)| !curve.band.is_empty()) {
                path class={ "f c" (kind % KINDS) } d=(curve.area(longest)) {}
            }
            @if let Some((day, _)) = marker { path.m d={ "M0 50H" (across(day, longest)) "V100" } {} }
            @for (kind, curve) in curves.iter().enumerate() {
                path class={ "l c" (kind % KINDS) } d=(stairs(curve.points.iter().copied(), longest)) {}
            }
        }))
        (names(&curves, longest))
        @if let Some((day, text)) = marker { (beside(day / longest, text)) }
        (labels(day_ticks(longest).into_iter().map(|tick| (tick / longest, (axes.days)(tick)))))
    };
    frame.around(&format!("steps {}", margin(&ticks)), None, &content)
}

fn names(curves: &[DrawnCurve], longest: f64) -> Markup {
    let mut names: Vec<(f64, usize)> = curves
        .iter()
        .map(|curve| 1.0 - curve.end()[1])
        .zip(0..)
        .filter(|(_, index)| !curves[*index].points.is_empty())
        .collect();
    names.sort_by(|one, other| one.0.total_cmp(&other.0));
    // two curves that end close to each other would write one name over the other
    let mut least = 0.0;
    for (place, _) in &mut names {
        *place = place.max(least);
        least = *place + APART;
    }
    // the lowest may have been pushed out of the figure: from there they go back up
    let mut most = 1.0;
    for (place, _) in names.iter_mut().rev() {
        *place = place.min(most);
        most = *place - APART;
    }
    html! {
        g.e {
            @for (place, index) in names {
                @let end = curves[index].end()[0] / longest;
                text class={ "c" (index % KINDS) @if end > 0.5 { " r" } } x=(percent(end)) y=(percent(place)) dy="-.5em" {
                    (clean(curves[index].name))
                }
            }
        }
    }
}

fn beside(place: f64, text: &str) -> Markup {
    // where a falling curve leaves room: above it to the right, or below it to the left
    let (class, dx, dy) = if place > 0.5 { ("k r", "-.5em", "1.4em") } else { ("k", ".5em", "-.5em") };
    html! { text class=(class) x=(percent(place)) y="50%" dx=(dx) dy=(dy) { (clean(text)) } }
}
