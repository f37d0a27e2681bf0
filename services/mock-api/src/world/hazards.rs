//! How applications come to their end: as people in a hospital decide, which is [`Career`]'s own way, or with a truth that
//! whoever estimates hazards can be held against.
//!
//! With the settings' share `p` and median `m`, the days from an application to its end are exponential with median `m`,
//! whatever the end is: each day that it is still open, an application is hired with the hazard `p·ln 2/m` and turned down
//! with `(1-p)·ln 2/m`. After `t` days the share `p·(1-2^(-t/m))` of all is hired, `(1-p)·(1-2^(-t/m))` turned down, and
//! `2^(-t/m)` open still. On the way, stages are spread evenly: one that is hired takes the five steps after fifths of its
//! time; one that is turned down had come to any of the stages before, each equally likely, in even steps.

use super::{
    career::Career,
    catalogue::{REASONS, STAGES},
    random::{Domain, generator, per_mille},
    vacancy::round,
};
use crate::{
    database::making,
    ticks::{DAY, Ticks},
};

/// What all applications of a world go by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ways {
    pub(crate) seed: u64,
    hazards: Option<Hazards>,
}

#[derive(Debug, Clone, Copy)]
struct Hazards {
    /// Of those that come to an end, the share that is hired.
    hired_share: f64,
    /// Days after which half have come to their end.
    median_days: f64,
}

#[derive(Debug, Clone, Copy)]
struct Fate {
    /// Ticks from its creation to its end.
    span: i64,
    /// Stages that it takes, hired being the last one.
    stages: usize,
    /// Why it is turned down after these.
    reason: Option<usize>,
    /// Whether its decisions fall on whole seconds.
    whole: bool,
}

impl Ways {
    pub(crate) fn of(seed: u64, making: &making::Model) -> Self {
        let both = making.hired_share.zip(making.median_days);
        Self { seed, hazards: both.map(|(hired_share, median_days)| Hazards { hired_share, median_days }) }
    }

    pub(crate) fn begin(&self, application: i64, created: Ticks) -> Career {
        let Some(hazards) = self.hazards else { return Career::begin(self.seed, application, created) };
        let next_move_at = Some(hazards.fate(self.seed, application).moment(created, 0));
        Career { stage: 0, disqualify_reason: None, updated: created, moves: 0, next_move_at }
    }

    pub(crate) fn run(&self, career: &mut Career, application: i64, created: Ticks, until: Ticks) {
        let Some(hazards) = self.hazards else { return career.run(self.seed, application, until) };
        let fate = hazards.fate(self.seed, application);
        while let Some(at) = career.next_move_at.filter(|at| *at < until) {
            let taken = usize::try_from(career.moves).unwrap_or(usize::MAX);
            if taken < fate.stages {
                career.stage = taken + 1;
            } else {
                career.disqualify_reason = fate.reason;
            }
            (career.updated, career.moves) = (at, career.moves + 1);
            career.next_move_at = (taken + 1 < fate.steps()).then(|| fate.moment(created, taken + 1));
        }
    }
}

impl Hazards {
    fn fate(&self, seed: u64, application: i64) -> Fate {
        // by the number alone, so that it is the same each time and the past and the future follow one rule
        let mut rng = generator(seed, Domain::Career, application << 8 | 0xff);
        // 1 less what is drawn is never 0, whose logarithm is endless
        let days = self.median_days * -(1.0 - rng.f64()).log2();
        let is_hired = rng.f64() < self.hired_share;
        // drawn also when it is hired, so that what is drawn next does not depend on that
        let (stages, reason) = (rng.usize(0..STAGES - 1), rng.usize(0..REASONS));
        #[expect(
            clippy::cast_possible_truncation,
            reason = "at most 53 medians of ten years, and ticks have room for 29,000 years"
        )]
        #[expect(clippy::cast_precision_loss, reason = "a day has fewer ticks than a float has digits")]
        let span = (days * DAY as f64) as i64;
        let (stages, reason) = if is_hired { (STAGES - 1, None) } else { (stages, Some(reason)) };
        Fate { span, stages, reason, whole: per_mille(&mut rng, 200) }
    }
}

impl Fate {
    fn steps(&self) -> usize {
        self.stages + usize::from(self.reason.is_some())
    }

    /// When the decision falls that `taken` others came before.
    fn moment(&self, created: Ticks, taken: usize) -> Ticks {
        let part = |count: usize| i64::try_from(count).unwrap_or(1);
        let at = created.plus(self.span / part(self.steps()) * part(taken + 1));
        round(at, self.whole).max(created)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CREATED: Ticks = Ticks(20_000 * DAY + 7);

    fn ways(hired_share: f64, median_days: f64) -> Ways {
        Ways { seed: 1, hazards: Some(Hazards { hired_share, median_days }) }
    }

    fn after(ways: &Ways, application: i64, days: i64) -> Career {
        let mut career = ways.begin(application, CREATED);
        ways.run(&mut career, application, CREATED, CREATED.plus(days * DAY));
        career
    }

    #[test]
    fn two_steps_lead_where_one_leads() {
        let ways = ways(0.3, 12.0);
        for application in 0..500 {
            let mut twice = after(&ways, application, 5);
            ways.run(&mut twice, application, CREATED, CREATED.plus(40 * DAY));
            assert_eq!(after(&ways, application, 40), twice);
        }
    }

    #[test]
    fn without_them_careers_are_what_they_were() {
        let ways = Ways { seed: 1, hazards: None };
        for application in 0..200 {
            let mut career = Career::begin(1, application, CREATED);
            career.run(1, application, CREATED.plus(40 * DAY));
            assert_eq!(after(&ways, application, 40), career);
        }
    }

    /// Within four standard errors of the truth, for `n` applications.
    fn is_near(seen: usize, truth: f64, n: i32) -> bool {
        let (seen, n) = (f64::from(u32::try_from(seen).expect("few")), f64::from(n));
        (seen / n - truth).abs() <= 4.0 * (truth * (1.0 - truth) / n).sqrt()
    }

    #[test]
    fn the_truth_is_what_the_settings_say() {
        const COUNT: i32 = 20_000;
        for (hired_share, median_days) in [(0.15, 21.0), (0.0, 3.0), (1.0, 90.0), (0.62, 0.5)] {
            let ways = ways(hired_share, median_days);
            for medians in [0.25, 1.0, 2.0, 40.0] {
                #[expect(clippy::cast_possible_truncation, reason = "a test's own numbers")]
                let until = CREATED.plus((medians * median_days * 864e9) as i64);
                let careers = (0..i64::from(COUNT)).map(|application| {
                    let mut career = ways.begin(application, CREATED);
                    ways.run(&mut career, application, CREATED, until);
                    career
                });
                let (mut hired, mut down) = (0, 0);
                for career in careers {
                    let is_hired = career.stage == STAGES - 1;
                    assert_eq!(career.next_move_at.is_none(), is_hired || career.status() == 0);
                    assert!(career.updated >= CREATED && career.updated < until);
                    (hired, down) = (hired + usize::from(is_hired), down + usize::from(career.status() == 0));
                }
                let ended = 1.0 - (-medians).exp2();
                assert!(is_near(hired, hired_share * ended, COUNT), "{hired} hired by {medians} of {median_days} d");
                assert!(
                    is_near(down, (1.0 - hired_share) * ended, COUNT),
                    "{down} down by {medians} of {median_days} d"
                );
            }
        }
    }

    #[test]
    fn stages_on_the_way_are_spread_evenly() {
        let ways = ways(0.5, 10.0);
        let mut down = [0; STAGES];
        for application in 0..10_000 {
            let (mut career, mut at) = (ways.begin(application, CREATED), vec![CREATED]);
            while let Some(next) = career.next_move_at {
                ways.run(&mut career, application, CREATED, next.plus(1));
                assert_eq!(career.updated, next);
                at.push(next);
            }
            let steps: Vec<i64> = at.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
            // both ends of a step may be cut to a whole second
            assert!(steps.iter().all(|step| (step - steps[0]).abs() < 20_000_000), "{steps:?}");
            down[career.stage] += usize::from(career.status() == 0);
        }
        assert_eq!(down[STAGES - 1], 0);
        let all: usize = down.iter().sum();
        let all = i32::try_from(all).expect("few");
        assert!(down[..STAGES - 1].iter().all(|count| is_near(*count, 0.2, all)), "{down:?}");
    }
}
