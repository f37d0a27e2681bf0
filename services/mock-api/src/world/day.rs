//! What happens to postings as time passes.

use std::ops::Range;

use fastrand::Rng;

use super::{random::pick, vacancy};
use crate::{
    database::posting::{self, PUBLISHED, WITHDRAWN},
    ticks::{DAY, Ticks},
};

/// One in so many open vacancies is edited in a day.
const EDITED_SHARE: usize = 15;

/// All postings that are not withdrawn, and what became of them.
#[derive(Debug)]
pub(crate) struct Day<'a> {
    /// The postings; new ones at the end.
    pub(crate) postings: Vec<posting::Model>,
    pub(crate) span: Range<Ticks>,
    pub(crate) rng: &'a mut Rng,
}

impl Day<'_> {
    pub(crate) fn expire(&mut self) -> u64 {
        let mut expired = 0;
        for posting in self.postings.iter_mut().filter(|posting| posting.status == PUBLISHED) {
            if let Some(deadline) = posting.deadline.filter(|deadline| *deadline < self.span.end) {
                vacancy::unpublish(posting, deadline);
                expired += 1;
            }
        }
        expired
    }

    /// Edits some vacancies, at least one if one is open; returns the number of postings it shows on.
    pub(crate) fn edit(&mut self) -> u64 {
        let mut edited = 0;
        for _ in 0..=self.open().len() / EDITED_SHARE {
            let Some(vacancy_id) = self.one_open().map(|index| self.postings[index].vacancy_id.clone()) else { break };
            let at = self.moment();
            for posting in self.postings.iter_mut().filter(|posting| posting.vacancy_id == vacancy_id) {
                posting.edits += 1;
                posting.edited = posting.edited.max(at);
                if posting.status == PUBLISHED {
                    posting.deadline = posting.deadline.map(|deadline| deadline.plus(14 * DAY));
                }
                edited += 1;
            }
        }
        edited
    }

    pub(crate) fn close(&mut self) -> u64 {
        let Some(index) = self.one_open() else { return 0 };
        // it may have appeared after that moment
        let at = self.moment().max(self.postings[index].published_at);
        vacancy::unpublish(&mut self.postings[index], at);
        1
    }

    /// Takes one posting back: no list holds it any more.
    pub(crate) fn withdraw(&mut self) -> u64 {
        let Some(index) = self.one_open() else { return 0 };
        let at = self.moment().max(self.postings[index].published_at);
        vacancy::unpublish(&mut self.postings[index], at);
        WITHDRAWN.clone_into(&mut self.postings[index].status);
        1
    }

    fn open(&self) -> Vec<usize> {
        // talent pools are left alone, so that there always is an open posting
        let is_open = |posting: &posting::Model| posting.status == PUBLISHED && posting.kind == 0;
        (0..self.postings.len()).filter(|index| is_open(&self.postings[*index])).collect()
    }

    fn one_open(&mut self) -> Option<usize> {
        let open = self.open();
        (!open.is_empty()).then(|| *pick(self.rng, &open))
    }

    pub(crate) fn moment(&mut self) -> Ticks {
        Ticks(self.rng.i64(self.span.start.0..self.span.end.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        database::posting::UNPUBLISHED,
        world::random::{Domain, generator},
    };

    #[test]
    fn a_day_changes_what_it_says() {
        let media = ["m".to_owned()];
        let mut rng = generator(1, Domain::Day, 1);
        let postings: Vec<_> = (0..30).flat_map(|number| vacancy::published(1, number, Ticks(0), &media)).collect();
        let before = postings.clone();
        let mut day = Day { postings, span: Ticks(DAY)..Ticks(2 * DAY), rng: &mut rng };
        assert_eq!((day.expire(), day.close(), day.withdraw()), (0, 1, 1));
        assert!(day.edit() >= 1);
        let count = |status: &str| day.postings.iter().filter(|posting| posting.status == status).count();
        assert_eq!((count(UNPUBLISHED), count(WITHDRAWN), count(PUBLISHED)), (1, 1, 28));
        for (before, after) in before.iter().zip(&day.postings) {
            assert!(before == after || day.span.contains(&after.edited));
        }
    }

    #[test]
    fn a_deadline_closes() {
        let media = ["m".to_owned()];
        let mut rng = generator(1, Domain::Day, 1);
        let mut posting = vacancy::published(1, 1, Ticks(0), &media).remove(0);
        posting.deadline = Some(Ticks(DAY));
        let mut day = Day { postings: vec![posting], span: Ticks(DAY)..Ticks(DAY + 1), rng: &mut rng };
        assert_eq!(day.expire(), 1);
        assert_eq!(day.postings[0].closed_at, Some(Ticks(DAY)));
    }
}
