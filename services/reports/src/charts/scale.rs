//! Round ticks, and coordinates.

/// A count cannot be larger.
#[expect(clippy::cast_precision_loss, reason = "the nearest float is meant")]
const MOST: f64 = u64::MAX as f64;

const INTERVALS: u32 = 4;

/// The value as it can be drawn: what is no number, infinite or below zero is nothing.
pub(super) fn amount(value: f64) -> f64 {
    if value.is_finite() { value.clamp(0.0, MOST) } else { 0.0 }
}

/// Round numbers (1, 2 or 5 times a power of ten) from 0 to the first that is not below the largest value; at least two.
/// They are whole, since they are of counts.
pub(super) fn ticks(largest: f64) -> Vec<f64> {
    let steps = (0..20).flat_map(|power| [1.0, 2.0, 5.0].map(|digit| digit * 10_f64.powi(power)));
    until(largest, first(steps, largest))
}

/// The same of days, in lengths that people think in, as far as there are any; and none beyond the longest.
pub(super) fn day_ticks(longest: f64) -> Vec<f64> {
    let years = (0..20).flat_map(|power| [1.0, 2.0, 5.0].map(|digit| 360.0 * digit * 10_f64.powi(power)));
    let steps = [1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 90.0, 180.0].into_iter().chain(years);
    let mut ticks = until(longest, first(steps, longest));
    ticks.retain(|tick| *tick <= longest);
    ticks
}

fn first(mut steps: impl Iterator<Item = f64>, largest: f64) -> f64 {
    steps.find(|step| step * f64::from(INTERVALS) >= largest).unwrap_or(MOST)
}

fn until(largest: f64, step: f64) -> Vec<f64> {
    let intervals = (1..INTERVALS).find(|count| f64::from(*count) * step >= largest).unwrap_or(INTERVALS);
    (0..=intervals).map(|count| f64::from(count) * step).collect()
}

pub(super) fn real(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}

pub(super) fn rounded(value: f64) -> String {
    // adding zero makes -0 to 0
    ((value * 100.0).round() / 100.0 + 0.0).to_string()
}

pub(super) fn percent(share: f64) -> String {
    rounded(share * 100.0) + "%"
}
