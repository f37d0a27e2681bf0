//! When to try again, and when to stop. Whatever is repeated is repeated here.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use backon::{ConstantBuilder, ExponentialBuilder, Retryable as _, Sleeper};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

/// Half of the first pause; it doubles from try to try.
const BASE: Duration = Duration::from_millis(250);
/// Half of the longest pause of our own. One that the server asks for may be longer.
const CEILING: Duration = Duration::from_secs(15);

/// What is to follow a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Nothing: a repetition would not help.
    GiveUp,
    /// Another try without a pause.
    AtOnce,
    /// Another try after as long as the server asks for, or after a pause of our own.
    Wait(Option<Duration>),
}

/// Why there was no further try.
#[derive(Debug, PartialEq, Eq)]
pub enum GaveUp<E> {
    /// A repetition would not have helped.
    Failed(E),
    /// The budget did not last for the next pause.
    BudgetSpent(E),
    /// A signal came in a pause.
    Stopped,
}

/// What all calls of a client may wait together, and have waited: a run that meets an outage waits that long in total, and not
/// that long per call.
#[derive(Debug)]
pub(super) struct Budget {
    pub(super) whole: Duration,
    waited: Mutex<Duration>,
    shutdown: CancellationToken,
}

impl Budget {
    pub(super) fn new(whole: Duration, shutdown: CancellationToken) -> Self {
        Self { whole, waited: Mutex::new(Duration::ZERO), shutdown }
    }

    /// Sleeps; a signal ends it.
    pub(super) fn sleeper(&self) -> impl Sleeper<Sleep: Send> + Send + use<> {
        let shutdown = self.shutdown.clone();
        move |pause| shutdown.clone().run_until_cancelled_owned(sleep(pause))
    }

    fn pays(&self, pause: Duration) -> bool {
        let mut waited = self.waited.lock().unwrap_or_else(PoisonError::into_inner);
        let total = waited.checked_add(pause).filter(|total| *total <= self.whole);
        *waited = total.unwrap_or(*waited);
        total.is_some()
    }

    /// Makes attempts, which get their number from 1 on, until one succeeds, `next` gives up, the budget is spent or a signal
    /// comes. `again` hears of each further try before its pause begins: why, how many there were, and how long it waits.
    pub(super) async fn retry<T, E, F: Future<Output = Result<T, E>>>(
        &self,
        sleep: impl Sleeper,
        again: impl Fn(&E, u32, Option<Duration>),
        mut attempt: impl FnMut(u32) -> F,
        next: impl Fn(&E, u32) -> Next,
    ) -> Result<T, GaveUp<E>> {
        let (tries, is_spent) = (AtomicU32::new(0), AtomicBool::new(false));
        let attempts = || {
            let number = tries.fetch_add(1, Ordering::Relaxed) + 1;
            // on the heap: each caller's own future would have to hold it otherwise, and grow with every call
            let attempt = (number == 1 || !self.shutdown.is_cancelled()).then(|| Box::pin(attempt(number)));
            async move { attempt.ok_or(GaveUp::Stopped)?.await.map_err(GaveUp::Failed) }
        };
        let pause = |failure: &GaveUp<E>, ours: Option<Duration>| {
            let GaveUp::Failed(error) = failure else { return None };
            let tries = tries.load(Ordering::Relaxed);
            let pause = match next(error, tries) {
                Next::GiveUp => return None,
                Next::AtOnce => {
                    again(error, tries, None);
                    return Some(Duration::ZERO);
                }
                // a server that says "at once" is believed the first time; after that our own pause holds, or a broken one would
                // be asked without a pause
                Next::Wait(Some(Duration::ZERO)) if tries > 1 => ours?,
                Next::Wait(asked) => asked.or(ours)?,
            };
            if !self.pays(pause) {
                is_spent.store(true, Ordering::Relaxed);
                return None;
            }
            again(error, tries, Some(pause));
            Some(pause)
        };
        match attempts.retry(pauses()).sleep(sleep).adjust(pause).await {
            Err(GaveUp::Failed(error)) if is_spent.load(Ordering::Relaxed) => Err(GaveUp::BudgetSpent(error)),
            ended => ended,
        }
    }
}

/// Half of each pause is chance, so that those who failed together do not come back together.
fn pauses() -> ExponentialBuilder {
    ExponentialBuilder::new().with_min_delay(BASE).with_max_delay(CEILING).without_max_times().with_jitter()
}

/// Tries again after the same pause each time, for at most so long altogether. Gives the last failure. `waits` hears of each pause before it
/// begins.
pub async fn retry_within<T, E, F: Future<Output = Result<T, E>>>(
    at_most: Duration,
    pause: Duration,
    attempt: impl FnMut() -> F,
    may_pass: impl FnMut(&E) -> bool,
    waits: impl FnMut(&E, Duration),
) -> Result<T, E> {
    let begun = Instant::now();
    let pauses = ConstantBuilder::new().with_delay(pause).without_max_times();
    let while_it_lasts = |_: &E, pause: Option<Duration>| pause.filter(|pause| begun.elapsed() + *pause <= at_most);
    attempt.retry(pauses).sleep(sleep).when(may_pass).adjust(while_it_lasts).notify(waits).await
}

#[cfg(test)]
mod tests {
    use std::future::ready;

    use super::*;

    fn budget(seconds: u64) -> Budget {
        Budget::new(Duration::from_secs(seconds), CancellationToken::new())
    }

    /// The pauses of a call that fails with each of these wishes of the server in turn, and the last of them for good.
    async fn paused(
        budget: &Budget,
        wishes: &[Option<Duration>],
    ) -> (Vec<Duration>, Result<(), GaveUp<Option<Duration>>>) {
        let paused = Mutex::new(Vec::new());
        let again = |_: &_, _, pause: Option<_>| paused.lock().unwrap().extend(pause);
        let attempt = |number: u32| ready(Err(wishes[number as usize - 1]));
        let next = |asked: &Option<_>, tries| {
            if tries as usize == wishes.len() { Next::GiveUp } else { Next::Wait(*asked) }
        };
        let ended = budget.retry(|_| ready(()), again, attempt, next).await;
        (paused.into_inner().unwrap(), ended)
    }

    #[tokio::test]
    async fn pauses_double_up_to_a_ceiling() {
        let (paused, ended) = paused(&budget(1000), &[None; 10]).await;
        assert_eq!((paused.len(), ended), (9, Err(GaveUp::Failed(None))));
        for (pause, longest) in paused.iter().zip([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]) {
            let longest = Duration::from_millis(longest);
            assert!((longest / 2..=longest).contains(pause), "{paused:?}");
        }
        let others = self::paused(&budget(1000), &[None; 10]).await.0;
        assert_ne!(paused, others, "those who failed together do not come back together");
    }

    #[tokio::test]
    async fn the_server_is_obeyed_within_the_budget() {
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        let budget = budget(10);
        let (waited, ended) = paused(&budget, &[seconds(7), seconds(0), seconds(3), None]).await;
        assert_eq!(ended, Err(GaveUp::BudgetSpent(seconds(3))), "more than 7 s are gone");
        // the second time, "at once" is not believed
        assert_eq!((waited.len(), waited[0]), (2, Duration::from_secs(7)));
        assert!((Duration::from_millis(500)..=Duration::from_secs(1)).contains(&waited[1]), "{waited:?}");
        let (waited, ended) = paused(&budget, &[None, None]).await;
        assert_eq!((waited.len(), ended), (1, Err(GaveUp::Failed(None))), "a smaller pause still fits");
        assert_eq!(paused(&budget, &[seconds(0), None]).await.0, [Duration::ZERO], "the first time, it is believed");
    }

    #[tokio::test]
    async fn a_signal_ends_the_pause_and_there_is_no_further_try() {
        let (budget, tries) = (budget(100_000), AtomicU32::new(0));
        let fails = |_| {
            tries.fetch_add(1, Ordering::Relaxed);
            ready(Err::<(), _>("away"))
        };
        let an_hour = |_: &_, _| Next::Wait(Some(Duration::from_hours(1)));
        let ended = budget.retry(budget.sleeper(), |_, _, _| budget.shutdown.cancel(), fails, an_hour).await;
        assert_eq!((ended, tries.into_inner()), (Err(GaveUp::Stopped), 1));
    }

    #[tokio::test]
    async fn what_passes_is_tried_again_while_there_is_time() {
        let (tries, waited) = (AtomicU32::new(0), std::cell::Cell::new(0));
        let third = || ready(if tries.fetch_add(1, Ordering::Relaxed) < 2 { Err("away") } else { Ok("there") });
        let (a_minute, a_moment) = (Duration::from_mins(1), Duration::from_millis(1));
        assert_eq!(retry_within(a_moment, a_minute, third, |_| true, |_, _| panic!("waits")).await, Err("away"));
        assert_eq!(retry_within(a_minute, a_moment, third, |_| false, |_, _| panic!("waits")).await, Err("away"));
        tries.store(0, Ordering::Relaxed);
        assert_eq!(
            retry_within(a_minute, a_moment, third, |_| true, |_, _| waited.set(waited.get() + 1)).await,
            Ok("there")
        );
        assert_eq!((tries.into_inner(), waited.get()), (3, 2));
    }
}
