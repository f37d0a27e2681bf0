//! What is not told, since too few are behind it.

use std::{cmp::Reverse, collections::BTreeMap};

use serde::{Serialize, Serializer};

/// From so many on, a share or a mean says something.
const ENOUGH: u64 = 20;

/// Whether so many are too few to make much of. It is told all the same.
pub(crate) fn is_few(n: u64) -> bool {
    n < ENOUGH
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Figures<T> {
    Told(T),
    /// Fewer than `min_group` are behind them, or others would follow from them.
    TooFew,
    NotByCity,
}

impl<T> Figures<T> {
    pub(crate) fn told(figures: Option<T>) -> Self {
        figures.map_or(Self::TooFew, Self::Told)
    }

    pub(crate) fn map<U>(self, make: impl FnOnce(T) -> U) -> Figures<U> {
        match self {
            Self::Told(figures) => Figures::Told(make(figures)),
            Self::TooFew => Figures::TooFew,
            Self::NotByCity => Figures::NotByCity,
        }
    }

    pub(crate) fn reason(&self) -> Option<&'static str> {
        match self {
            Self::Told(_) => None,
            Self::TooFew => Some("too few"),
            Self::NotByCity => Some("not told by city"),
        }
    }
}

impl<T: Serialize> Serialize for Figures<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Told(figures) => figures.serialize(serializer),
            _ => self.reason().serialize(serializer),
        }
    }
}

/// Which of several groups, whose total is told, are not: those below `min_group`, and while these together are so few
/// that they would follow from the rest, the next smallest one.
pub(crate) fn hidden(counts: &[u64], min_group: u64) -> Vec<bool> {
    hidden_beside(counts, 0, min_group)
}

/// The same where so many more are told together with those that are hidden.
pub(crate) fn hidden_beside(counts: &[u64], beside: u64, min_group: u64) -> Vec<bool> {
    let mut hidden: Vec<bool> = counts.iter().map(|count| *count < min_group).collect();
    loop {
        let hidden_ones = counts.iter().zip(&hidden).filter(|(_, is_hidden)| **is_hidden);
        let together = beside + hidden_ones.map(|(count, _)| count).sum::<u64>();
        let smallest = (0..counts.len()).filter(|group| !hidden[*group]).min_by_key(|group| counts[*group]);
        match smallest {
            // those that are hidden together are the total less the others, which anybody can work out
            Some(group) if together > 0 && together < min_group => hidden[group] = true,
            _ => return hidden,
        }
    }
}

/// Those that are told, the most first, and how many the others are together, which those beside are among.
pub(crate) fn folded<K: Ord + Copy>(counts: BTreeMap<K, u64>, beside: u64, min_group: u64) -> (Vec<(K, u64)>, u64) {
    let hidden = hidden_beside(&counts.values().copied().collect::<Vec<_>>(), beside, min_group);
    let (mut told, mut together) = (Vec::new(), beside);
    for ((name, count), is_hidden) in counts.into_iter().zip(hidden) {
        if is_hidden {
            together += count;
        } else {
            told.push((name, count));
        }
    }
    told.sort_by_key(|(name, count)| (Reverse(*count), *name));
    (told, together)
}

/// Which of hired ones and the three other ends are not told.
pub(crate) fn hidden_ends(hired: u64, others: [u64; 3], min_group: u64) -> [bool; 4] {
    // the hires, and from `min_group` on how long they took, are told elsewhere (the times to hire): so of the others the whole
    // is known too, and while few were hired, any of the others would tell how long that took
    if (1..min_group).contains(&hired) {
        return [true; 4];
    }
    let others = hidden(&others, min_group);
    [hired == 0, others[0], others[1], others[2]]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_does_not_follow_from_the_rest() {
        for (counts, expected) in [
            ([9, 9, 9, 9], [false; 4]),
            ([4, 9, 6, 30], [true, false, true, false]),
            ([4, 4, 9, 30], [true, true, false, false]),
            ([0, 0, 9, 30], [true, true, false, false]),
            ([1, 2, 1, 30], [true, true, true, true]),
            ([1, 2, 1, 0], [true; 4]),
            ([5, 5, 5, 4], [true, false, false, true]),
        ] {
            assert_eq!(hidden(&counts, 5), expected, "{counts:?}");
        }
        assert_eq!(hidden_beside(&[4, 9, 6], 5, 5), [true, false, false]);
        assert_eq!(hidden_beside(&[4, 9, 6], 0, 5), [true, false, true]);
        assert_eq!(hidden_beside(&[7, 9, 6], 5, 5), [false; 3]);
    }
}
