//! How long applications take, with those counted that are still open.
//!
//! At each day on which something ended, of all that were then still under way:
//!
//! - *survival*, the share that has not ended: Kaplan and Meier 1958, with Greenwood's variance;
//! - *hired*, the share that has ended by a hire: the cumulative incidence of Aalen and Johansen 1978, for which a rejection
//!   is no mere end of being watched but makes a hire impossible. Its variance is that of the delta method (Marubini and
//!   Valsecchi 1995).
//!
//! Bands are of 95 %, on the scale of log(−log p), where they cannot leave 0 to 1. On one day ends come before those that
//! are open, which are followed up to that day and still there on it; an end on day 0 is one.

use serde::Serialize;

use super::real::real;

/// Of the standard normal distribution: between minus this and this lies 95 %.
const Z: f64 = 1.959_963_984_540_054;
/// A curve that is one half, as far as a computer can tell.
const HALF: f64 = 0.5 + 1e-9;
/// A share that is all, as far as a computer can tell.
const ALL: f64 = 1.0 - 1e-12;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    Hired,
    Otherwise,
    Open,
}

/// How many were followed for how many days, from 0 on, and how they came out.
#[derive(Debug, Clone, Default)]
pub(crate) struct Followed(Vec<Day>);

#[derive(Debug, Clone, Copy, Default)]
struct Day {
    hired: u64,
    otherwise: u64,
    open: u64,
}

/// A share with its band. A border is none where there is nothing to estimate it from: the share is 0 or 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Share {
    /// From 0 to 1.
    pub(crate) value: f64,
    pub(crate) lower: Option<f64>,
    pub(crate) upper: Option<f64>,
}

impl Share {
    #[must_use]
    pub(crate) fn of_the_others(self) -> Self {
        let rest = |border: Option<f64>| border.map(|border| 1.0 - border);
        Self { value: 1.0 - self.value, lower: rest(self.upper), upper: rest(self.lower) }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Step {
    /// Civil days after the creation.
    pub(crate) day: u32,
    pub(crate) at_risk: u64,
    pub(crate) hired: u64,
    pub(crate) otherwise: u64,
    pub(crate) survival: Share,
    pub(crate) incidence: Share,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Curve {
    pub(crate) n: u64,
    pub(crate) open: u64,
    /// The longest that any was followed, in days; 0 without any.
    pub(crate) longest: u32,
    pub(crate) steps: Vec<Step>,
}

/// A day with its band. None: not reached as long as any was followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Median {
    /// First day on which half or less is left.
    pub(crate) day: Option<u32>,
    pub(crate) lower: Option<u32>,
    pub(crate) upper: Option<u32>,
}

impl Followed {
    pub(crate) fn add(&mut self, days: u16, exit: Exit, count: u64) {
        let days = usize::from(days);
        if self.0.len() <= days {
            self.0.resize(days + 1, Day::default());
        }
        let day = &mut self.0[days];
        match exit {
            Exit::Hired => day.hired += count,
            Exit::Otherwise => day.otherwise += count,
            Exit::Open => day.open += count,
        }
    }

    pub(crate) fn curve(&self) -> Curve {
        let all = |of: fn(&Day) -> u64| self.0.iter().map(of).sum::<u64>();
        let n = all(|day| day.hired + day.otherwise + day.open);
        let (mut at_risk, mut estimate, mut steps) = (n, Estimate::default(), Vec::new());
        for (day, &Day { hired, otherwise, open }) in (0_u32..).zip(&self.0) {
            if hired + otherwise > 0 {
                let (survival, incidence) = estimate.step(at_risk, hired, otherwise);
                steps.push(Step { day, at_risk, hired, otherwise, survival, incidence });
            }
            // who is open on a day is still at risk on it, and so leaves after its ends
            at_risk -= hired + otherwise + open;
        }
        let followed = (0_u32..).zip(&self.0).filter(|(_, day)| day.hired + day.otherwise + day.open > 0).last();
        Curve { n, open: all(|day| day.open), longest: followed.map_or(0, |(day, _)| day), steps }
    }
}

struct Estimate {
    survival: f64,
    incidence: f64,
    /// Greenwood's sum of d / (n (n − d)), and the same times the incidence, and times its square.
    greenwood: [f64; 3],
    /// Sum of S² k (n − k) / n³.
    own: f64,
    /// Sum of S k / n², and the same times the incidence.
    shared: [f64; 2],
}

impl Default for Estimate {
    fn default() -> Self {
        Self { survival: 1.0, incidence: 0.0, greenwood: [0.0; 3], own: 0.0, shared: [0.0; 2] }
    }
}

impl Estimate {
    fn step(&mut self, at_risk: u64, hired: u64, otherwise: u64) -> (Share, Share) {
        let (n, d, k) = (real(at_risk), real(hired + otherwise), real(hired));
        // what ends on one day ends at once, so a hire of today is of those that were left yesterday
        let before = self.survival;
        self.incidence += before * k / n;
        self.own += before * before * k * (n - k) / (n * n * n);
        let shared = before * k / (n * n);
        self.shared[0] += shared;
        self.shared[1] += shared * self.incidence;
        if hired + otherwise < at_risk {
            let greenwood = d / (n * (n - d));
            self.greenwood[0] += greenwood;
            self.greenwood[1] += greenwood * self.incidence;
            self.greenwood[2] += greenwood * self.incidence * self.incidence;
            self.survival *= (n - d) / n;
        } else {
            // nobody is left. Greenwood's sum is endless now; the incidence stays as it is, for which this term is 0
            self.survival = 0.0;
        }
        let survived = self.survival;
        (band(survived, survived * survived * self.greenwood[0]), band(self.incidence, self.incidence_variance()))
    }

    fn incidence_variance(&self) -> f64 {
        let (now, [one, times, squared]) = (self.incidence, self.greenwood);
        let of_survival = now * now * one - 2.0 * now * times + squared;
        let together = 2.0 * (now * self.shared[0] - self.shared[1]);
        // rounding may leave less than nothing
        (of_survival + self.own - together).max(0.0)
    }
}

fn band(value: f64, variance: f64) -> Share {
    // the scale of the band is endless at 0 and at 1
    if value <= 0.0 {
        return Share { value, lower: Some(0.0), upper: None };
    }
    if value >= ALL {
        return Share { value, lower: None, upper: Some(1.0) };
    }
    let spread = Z * variance.sqrt() / (value * value.ln()).abs();
    Share { value, lower: Some(value.powf(spread.exp())), upper: Some(value.powf((-spread).exp())) }
}

impl Curve {
    pub(crate) fn median(&self) -> Median {
        let first = |of: fn(&Step) -> Option<f64>| {
            self.steps.iter().find(|step| of(step).is_some_and(|share| share <= HALF)).map(|step| step.day)
        };
        Median {
            day: first(|step| Some(step.survival.value)),
            lower: first(|step| step.survival.lower),
            upper: first(|step| step.survival.upper),
        }
    }

    /// The share that was hired within so many days. None: nobody was followed so long, and not all have ended.
    pub(crate) fn hired_within(&self, days: u32) -> Option<Share> {
        self.within(days, |step| step.incidence)
    }

    pub(crate) fn ended_within(&self, days: u32) -> Option<Share> {
        self.within(days, |step| step.survival.of_the_others())
    }

    fn within(&self, days: u32, of: impl Fn(&Step) -> Share) -> Option<Share> {
        let has_ended = self.steps.last().is_some_and(|step| step.survival.value <= 0.0);
        if days > self.longest && !has_ended {
            return None;
        }
        let last = self.steps.iter().take_while(|step| step.day <= days).last();
        Some(last.map_or(Share { value: 0.0, lower: Some(0.0), upper: None }, of))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(followed: &[(u16, Exit, u64)]) -> Curve {
        let mut all = Followed::default();
        for (days, exit, count) in followed {
            all.add(*days, *exit, *count);
        }
        all.curve()
    }

    fn is_near(one: f64, other: f64) -> bool {
        (one - other).abs() < 1e-12
    }

    #[test]
    fn ends_come_before_those_that_are_open_on_the_same_day() {
        let curve = curve(&[(0, Exit::Hired, 1), (3, Exit::Otherwise, 1), (3, Exit::Open, 1), (5, Exit::Hired, 1)]);
        let told: Vec<_> = curve.steps.iter().map(|step| (step.day, step.at_risk, step.hired)).collect();
        assert_eq!(told, [(0, 4, 1), (3, 3, 0), (5, 1, 1)]);
        let survival: Vec<f64> = curve.steps.iter().map(|step| step.survival.value).collect();
        assert!(is_near(survival[0], 0.75) && is_near(survival[1], 0.5) && survival[2] == 0.0, "{survival:?}");
        let hired: Vec<f64> = curve.steps.iter().map(|step| step.incidence.value).collect();
        assert!(is_near(hired[0], 0.25) && is_near(hired[1], 0.25) && is_near(hired[2], 0.75), "{hired:?}");
        assert_eq!((curve.n, curve.open, curve.longest), (4, 1, 5));
    }

    #[test]
    fn half_is_half_however_it_is_rounded() {
        // 23/24 · 22/23 · … · 12/13 is 12/24, of which a computer makes a little more
        let ends: Vec<_> = (1..=12).map(|day| (day, Exit::Otherwise, 1)).chain([(20, Exit::Open, 12)]).collect();
        let curve = curve(&ends);
        assert!(curve.steps.last().unwrap().survival.value > 0.5);
        assert_eq!(curve.median().day, Some(12));
    }

    #[test]
    fn a_median_that_is_not_reached_is_none() {
        let all_open = curve(&[(40, Exit::Open, 9)]);
        assert_eq!(all_open.median(), Median { day: None, lower: None, upper: None });
        assert_eq!((all_open.n, all_open.open, all_open.steps.len()), (9, 9, 0));
        let few = curve(&[(3, Exit::Otherwise, 1), (40, Exit::Open, 2)]);
        assert_eq!((few.median().day, few.median().upper), (None, None));
        // nothing is known of the band once nobody is left
        let gone = curve(&[(3, Exit::Otherwise, 9)]);
        assert_eq!(gone.median(), Median { day: Some(3), lower: Some(3), upper: None });
    }

    #[test]
    fn a_share_is_told_as_long_as_anybody_was_followed() {
        let open = curve(&[(10, Exit::Hired, 2), (20, Exit::Otherwise, 2), (45, Exit::Open, 4)]);
        assert!(is_near(open.hired_within(10).unwrap().value, 0.25));
        assert_eq!(open.hired_within(9).unwrap(), Share { value: 0.0, lower: Some(0.0), upper: None });
        assert!(open.hired_within(45).is_some() && open.hired_within(46).is_none());
        // all have ended: there is nothing left to come
        let ended = curve(&[(10, Exit::Hired, 2), (20, Exit::Otherwise, 2)]);
        assert!(is_near(ended.hired_within(90).unwrap().value, 0.5));
        assert_eq!(curve(&[]).hired_within(30), None);
    }

    #[test]
    fn where_all_are_hired_the_two_curves_are_one() {
        let curve = curve(&[(1, Exit::Hired, 3), (4, Exit::Hired, 2), (4, Exit::Open, 3), (9, Exit::Hired, 2)]);
        for step in &curve.steps[..2] {
            assert!(is_near(step.incidence.value, 1.0 - step.survival.value), "{step:?}");
        }
        let last = curve.steps.last().unwrap();
        assert_eq!((last.survival.value, last.survival.lower, last.survival.upper), (0.0, Some(0.0), None));
        assert_eq!((last.incidence.lower, last.incidence.upper), (None, Some(1.0)));
        assert!(is_near(last.incidence.value, 1.0));
    }

    #[test]
    fn a_band_holds_the_share_and_narrows_with_more() {
        let wide = curve(&[(5, Exit::Hired, 3), (9, Exit::Otherwise, 4), (60, Exit::Open, 3)]);
        let narrow = curve(&[(5, Exit::Hired, 300), (9, Exit::Otherwise, 400), (60, Exit::Open, 300)]);
        for (few, many) in wide.steps.iter().zip(&narrow.steps) {
            for (few, many) in [(few.survival, many.survival), (few.incidence, many.incidence)] {
                let width = |share: Share| share.upper.unwrap() - share.lower.unwrap();
                assert!(is_near(few.value, many.value) && width(many) < width(few) / 5.0, "{few:?} {many:?}");
                assert!(few.lower.unwrap() < few.value && few.value < few.upper.unwrap(), "{few:?}");
            }
        }
    }
}
