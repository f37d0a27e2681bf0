//! Which posting an application goes to: open ones only, popular ones more often.

use std::ops::Range;

use fastrand::Rng;

use crate::{database::posting, ticks::Ticks};

/// Draws before the first open posting is taken; most postings are open, so that few are needed.
const DRAWS: u32 = 32;

#[derive(Debug)]
struct Opening {
    posting_id: i64,
    open: Range<Ticks>,
    /// Popularity of this and all before it.
    cumulative: u64,
}

#[derive(Debug)]
pub(crate) struct Market {
    openings: Vec<Opening>,
    total: u64,
}

impl Market {
    pub(crate) fn new<'a>(postings: impl IntoIterator<Item = &'a posting::Model>) -> Self {
        let mut total = 0;
        let openings = postings
            .into_iter()
            .map(|posting| {
                total += posting.popularity.cast_unsigned();
                let until = posting.closed_at.unwrap_or(Ticks(i64::MAX));
                Opening { posting_id: posting.id, open: posting.published_at..until, cumulative: total }
            })
            .collect();
        Self { openings, total }
    }

    pub(crate) fn choose(&self, rng: &mut Rng, at: Ticks) -> Option<i64> {
        if self.total == 0 {
            return None;
        }
        for _ in 0..DRAWS {
            let drawn = rng.u64(0..self.total);
            let opening = &self.openings[self.openings.partition_point(|opening| opening.cumulative <= drawn)];
            if opening.open.contains(&at) {
                return Some(opening.posting_id);
            }
        }
        self.openings.iter().find(|opening| opening.open.contains(&at)).map(|opening| opening.posting_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::{
        random::{Domain, generator},
        vacancy,
    };

    #[test]
    fn nobody_applies_to_a_closed_posting() {
        let media = ["m".to_owned()];
        let mut open = vacancy::published(1, 1, Ticks(100), &media).remove(0);
        let mut closed = open.clone();
        (open.id, open.popularity) = (1, 1);
        (closed.id, closed.popularity, closed.closed_at) = (2, 1_000_000, Some(Ticks(200)));
        let market = Market::new([&open, &closed]);
        let mut rng = generator(1, Domain::Application, 1);
        assert_eq!(market.choose(&mut rng, Ticks(50)), None);
        assert_eq!(market.choose(&mut rng, Ticks(150)), Some(2));
        assert_eq!(market.choose(&mut rng, Ticks(250)), Some(1));
        assert_eq!(Market::new([]).choose(&mut rng, Ticks(150)), None);
    }
}
