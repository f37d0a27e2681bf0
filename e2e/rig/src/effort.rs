//! How much a test does, and of which case, where somebody says so.

/// The number in this variable of the environment; none where it is not there. Panics when it is no number: the test would do
/// something else than was asked for.
#[expect(clippy::disallowed_methods, reason = "a setting of tests, not of a program")]
pub fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok().filter(|text| !text.is_empty())?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is {text:?}, and a whole number is wanted")))
}
