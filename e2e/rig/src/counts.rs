//! What became of the records of a run, each number by its name.

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub fetched: u64,
    pub inserted: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub removed: u64,
    pub rejected: u64,
}

/// [`Counts`] of which those that are not named are 0: `counts! { fetched: 31, unchanged: 30, updated: 1 }`.
#[macro_export]
macro_rules! counts {
    ($($name:ident: $count:expr),* $(,)?) => {{
        let counts = $crate::Counts::default();
        $(let counts = $crate::Counts { $name: $count, ..counts };)*
        counts
    }};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_named_is_0() {
        let expected = Counts { fetched: 31, updated: 1, ..Counts::default() };
        assert_eq!(counts! { fetched: 31, updated: 1 }, expected);
        assert_eq!(counts! {}, Counts::default());
        assert_ne!(counts! { fetched: 31 }, expected);
    }
}
