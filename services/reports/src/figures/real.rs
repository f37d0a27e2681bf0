//! A count as a number to calculate with.

#[expect(clippy::cast_precision_loss, reason = "a warehouse has fewer applications than a float has digits")]
pub(crate) fn real(count: u64) -> f64 {
    count as f64
}
