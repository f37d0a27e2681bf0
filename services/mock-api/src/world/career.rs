//! An application's way through the stages. Each decision is drawn by the application's number and how many
//! decisions came before it, so that the past and the future follow one rule.

use super::{
    catalogue::{REASONS, STAGES},
    random::{Domain, generator, per_mille},
    vacancy::round,
};
use crate::ticks::{DAY, HOUR, Ticks};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Career {
    /// Index into the catalogue's stages.
    pub(crate) stage: usize,
    /// Index into the catalogue's reasons, once it was turned down.
    pub(crate) disqualify_reason: Option<usize>,
    pub(crate) updated: Ticks,
    pub(crate) moves: i32,
    /// When the next decision falls; `None` when there is none to come.
    pub(crate) next_move_at: Option<Ticks>,
}

impl Career {
    pub(crate) fn begin(seed: u64, application: i64, created: Ticks) -> Self {
        // of its 256 numbers the last one; decisions have those from 0 on, and there are few
        let mut rng = generator(seed, Domain::Career, application << 8 | 0xff);
        let forgotten = per_mille(&mut rng, 80);
        let next = created.plus(rng.i64(2 * HOUR..10 * DAY));
        let whole = per_mille(&mut rng, 200);
        let next_move_at = (!forgotten).then_some(round(next, whole));
        Self { stage: 0, disqualify_reason: None, updated: created, moves: 0, next_move_at }
    }

    pub(crate) fn decide(&mut self, seed: u64, application: i64) {
        let Some(at) = self.next_move_at.take() else { return };
        let mut rng = generator(seed, Domain::Career, application << 8 | i64::from(self.moves));
        self.moves += 1;
        self.updated = at;
        if per_mille(&mut rng, 420) {
            self.disqualify_reason = Some(rng.usize(0..REASONS));
            return;
        }
        self.stage = (self.stage + 1).min(STAGES - 1);
        if self.stage + 1 < STAGES {
            let next = at.plus(rng.i64(4 * HOUR..14 * DAY));
            let whole = per_mille(&mut rng, 200);
            self.next_move_at = Some(round(next, whole));
        }
    }

    pub(crate) fn run(&mut self, seed: u64, application: i64, until: Ticks) {
        while self.next_move_at.is_some_and(|at| at < until) {
            self.decide(seed, application);
        }
    }

    /// 1 while it is considered (or hired), 0 when it was turned down.
    pub(crate) fn status(&self) -> i32 {
        i32::from(self.disqualify_reason.is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_steps_lead_where_one_leads() {
        for application in 0..500 {
            let begin = Career::begin(1, application, Ticks(0));
            let mut once = begin;
            once.run(1, application, Ticks(20 * DAY));
            let mut twice = begin;
            twice.run(1, application, Ticks(5 * DAY));
            twice.run(1, application, Ticks(20 * DAY));
            assert_eq!(once, twice);
        }
    }

    #[test]
    fn every_way_ends() {
        let mut hired = 0;
        for application in 0..2000 {
            let mut career = Career::begin(1, application, Ticks(0));
            career.run(1, application, Ticks(400 * DAY));
            assert_eq!(career.next_move_at, None);
            hired += i32::from(career.stage == STAGES - 1);
        }
        assert!((20..400).contains(&hired), "{hired}");
    }
}
