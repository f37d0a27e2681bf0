//! How long those took that have ended in a period. Those that are still open are not in it, so a period with many quick
//! rejections looks quick.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    counts::Outcome,
    few::{Figures, hidden_ends, is_few},
    real::real,
};

#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Lengths {
    pub(crate) n: u64,
    pub(crate) is_few: bool,
    pub(crate) mean: f64,
    /// Days that half of them took at most: the nearest rank, and so a whole number that is also the first day on which half
    /// or less of them is left.
    pub(crate) median: u32,
    /// Days that nine of ten took at most, by the nearest rank.
    pub(crate) p90: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Closed {
    pub(crate) all: Figures<Lengths>,
    pub(crate) by_outcome: BTreeMap<&'static str, Figures<Lengths>>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Ended(BTreeMap<Outcome, Days>);

/// How many after each number of days, from 0 on: quicker than a map for hundreds of thousands of rows.
type Days = Vec<u64>;

impl Ended {
    pub(crate) fn add(&mut self, outcome: Outcome, days: u16, count: u64) {
        *at(self.0.entry(outcome).or_default(), usize::from(days)) += count;
    }

    /// The figures. An outcome of fewer than `min_group` is not told, nor so many others that it would follow from the rest
    /// and from what the times to hire say of hires.
    pub(crate) fn closed(&self, min_group: u64) -> Closed {
        let none = Days::new();
        let of = |outcome: Outcome| self.0.get(&outcome).unwrap_or(&none);
        let mut all = Days::new();
        for counts in self.0.values() {
            for (days, count) in counts.iter().enumerate() {
                *at(&mut all, days) += count;
            }
        }
        let [hired, others @ ..] = Outcome::ENDS.map(|outcome| of(outcome).iter().sum());
        let hidden = hidden_ends(hired, others, min_group);
        let by_outcome = Outcome::ENDS.into_iter().zip(hidden);
        Closed {
            all: if all.iter().sum::<u64>() < min_group { Figures::TooFew } else { Figures::told(lengths(&all)) },
            by_outcome: by_outcome
                .map(|(outcome, is_hidden)| {
                    let figures = if is_hidden { Figures::TooFew } else { Figures::told(lengths(of(outcome))) };
                    (outcome.name(), figures)
                })
                .collect(),
        }
    }
}

fn at(days: &mut Days, place: usize) -> &mut u64 {
    if days.len() <= place {
        days.resize(place + 1, 0);
    }
    &mut days[place]
}

fn lengths(days: &Days) -> Option<Lengths> {
    let n: u64 = days.iter().sum();
    let at_rank = |rank: u64| {
        let mut seen = 0;
        (0_u32..).zip(days).find_map(|(days, count)| {
            seen += count;
            (seen >= rank).then_some(days)
        })
    };
    let total: u64 = (0_u64..).zip(days).map(|(days, count)| days * count).sum();
    // of none the first rank is looked for, and not found
    let (median, p90) = (at_rank(n.div_ceil(2).max(1))?, at_rank((9 * n).div_ceil(10).max(1))?);
    Some(Lengths { n, is_few: is_few(n), mean: real(total) / real(n), median, p90 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(all: &[(Outcome, u16, u64)]) -> Ended {
        let mut ended = Ended::default();
        for (outcome, days, count) in all {
            ended.add(*outcome, *days, *count);
        }
        ended
    }

    fn told(figures: &Figures<Lengths>) -> Option<(u64, f64, u32, u32)> {
        match figures {
            Figures::Told(lengths) => Some((lengths.n, lengths.mean, lengths.median, lengths.p90)),
            _ => None,
        }
    }

    #[test]
    fn ranks_are_the_nearest_ones() {
        let days = |all: &[u16]| ended(&all.iter().map(|days| (Outcome::Hired, *days, 1)).collect::<Vec<_>>());
        assert_eq!(told(&days(&[1, 2, 3, 4, 10]).closed(5).all), Some((5, 4.0, 3, 10)));
        // of an even number the lower of the two in the middle; the ninth of ten
        assert_eq!(told(&days(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 100]).closed(5).all), Some((10, 14.5, 5, 9)));
        assert_eq!(told(&days(&[0; 11]).closed(5).all), Some((11, 0.0, 0, 0)));
    }

    #[test]
    fn few_are_not_told_and_do_not_follow_from_the_rest() {
        let all = ended(&[(Outcome::Hired, 30, 4), (Outcome::Rejected, 3, 50), (Outcome::Withdrawn, 9, 7)]);
        let closed = all.closed(5);
        assert_eq!(told(&closed.all).map(|(n, ..)| n), Some(61));
        // four hired ones are told of elsewhere by their number, so nothing but all of them together is told here
        let untold = |closed: &Closed| {
            let by_outcome = closed.by_outcome.iter();
            by_outcome.filter(|(_, figures)| told(figures).is_none()).map(|(name, _)| *name).collect::<Vec<_>>()
        };
        assert_eq!(untold(&closed), ["hired", "other", "rejected", "withdrawn"]);
        // nine are told of with their mean, so two withdrawn ones would be the whole less rejected and hired ones
        let closed =
            ended(&[(Outcome::Hired, 30, 9), (Outcome::Rejected, 5, 80), (Outcome::Withdrawn, 9, 2)]).closed(5);
        assert_eq!(told(&closed.by_outcome["hired"]).map(|(n, ..)| n), Some(9));
        assert_eq!(untold(&closed), ["other", "rejected", "withdrawn"]);
        let closed = ended(&[(Outcome::Rejected, 5, 80), (Outcome::Withdrawn, 9, 7)]).closed(5);
        assert_eq!(untold(&closed), ["hired", "other"]);
        assert_eq!(ended(&[(Outcome::Hired, 30, 4)]).closed(5).all, Figures::TooFew);
        assert_eq!(told(&ended(&[(Outcome::Hired, 30, 5)]).closed(5).by_outcome["hired"]).map(|(n, ..)| n), Some(5));
    }
}
