//! Every command that writes does so under the service's lock and with a row in the audit.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use runtime::{Context, Summary, answer};
use store::{Begun, NewRun, Outcome, RunTotals, Store, Writer};

/// This many runs in a row that found another one at work are a failure.
const SKIPS_IN_A_ROW: usize = 3;

/// How long a command waits for a run that is at work, if its person does not say.
const WAIT: Duration = Duration::from_mins(5);
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// Between two lines that say that it is waited for.
const SAY_AGAIN: Duration = Duration::from_secs(15);

/// What becomes of a run that finds another one of its service at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// It is skipped, and the next one does its work: of a run that comes by itself.
    Skip,
    /// It waits so long, and then fails: of what a person asks for.
    Wait(Duration),
}

impl Patience {
    /// Of what a person asks for; `wait` is what they say.
    pub fn of_a_person(wait: Option<Duration>) -> Self {
        Self::Wait(wait.unwrap_or(WAIT))
    }

    /// Of a run: one that comes by itself is skipped, unless somebody says how long it is to wait.
    pub fn of_a_run(is_a_person_s: bool, wait: Option<Duration>) -> Self {
        if is_a_person_s { Self::of_a_person(wait) } else { wait.map_or(Self::Skip, Self::Wait) }
    }
}

/// What work under the lock is given.
#[expect(missing_docs, reason = "a field has a doc where its name does not say all")]
pub struct Audited<'a> {
    pub store: &'a Store,
    pub writer: &'a Writer,
    pub run_id: &'a str,
    /// What is written down at the end, however it ends.
    pub totals: &'a mut RunTotals,
}

/// What came of it.
#[derive(Debug)]
pub enum Ran {
    /// It was done, and came to this.
    Done(RunTotals),
    /// Another run of the service is at work.
    Skipped(Summary),
}

/// Does it. `after_a_kill` is what becomes of the work of an earlier run that was killed.
pub async fn audited(
    context: &Context,
    store: &Store,
    (command, patience): (&str, Patience),
    after_a_kill: &str,
    work: impl AsyncFnOnce(Audited<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<Ran> {
    let run_id = &*context.run_id.to_string();
    let run = NewRun {
        id: run_id,
        command,
        trigger: &context.trigger,
        started_at: context.clock.now(),
        version: context.program.version,
    };
    let begun = match patience {
        Patience::Skip => store.begin_run(&run).await?,
        Patience::Wait(longest) => wait_for_the_lock(context, store, &run, longest).await?,
    };
    let writer = match begun {
        Begun::Running { writer, interrupted } => {
            if interrupted > 0 {
                tracing::warn!(runs = interrupted, "an earlier run was killed; {after_a_kill}");
            }
            writer
        }
        Begun::Skipped { in_a_row } => return skipped(context.program.name, in_a_row).map(Ran::Skipped),
    };
    let mut totals = RunTotals::default();
    let result = work(Audited { store, writer: &writer, run_id, totals: &mut totals }).await;
    finish(context, store, run_id, result, totals).await?;
    Ok(Ran::Done(totals))
}

/// Waits for the run that is at work. When it does not end in time, or a signal comes, nothing is done, and stdout says so.
async fn wait_for_the_lock(
    context: &Context,
    store: &Store,
    run: &NewRun<'_>,
    longest: Duration,
) -> anyhow::Result<Begun> {
    let service = context.program.name;
    let (begun, mut said) = (Instant::now(), None::<Instant>);
    let why = loop {
        if let Some((writer, interrupted)) = store.try_begin_run(run).await? {
            return Ok(Begun::Running { writer, interrupted });
        }
        if said.is_none_or(|said| said.elapsed() >= SAY_AGAIN) {
            said = Some(Instant::now());
            // a lock that no run of ours has would be waited for in vain
            if let Err(error) = store.check_holder().await {
                break error.to_string();
            }
            let (waited_s, at_most_s) = (begun.elapsed().as_secs(), longest.as_secs());
            tracing::info!(waited_s, at_most_s, "another {service} is at work on this store; waiting for its end");
        }
        if begun.elapsed() >= longest {
            break format!("another {service} was at work on this store for all of {}", shown(longest));
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_AGAIN.min(longest)) => {}
            () = context.shutdown.cancelled() => break format!("stopped by a signal while another {service} was at work"),
        }
    };
    let why = format!("nothing was done: {why}");
    answer::line(&why);
    store.fail_run(run, &why).await?;
    anyhow::bail!(why)
}

/// `5m`, `90s`
fn shown(length: Duration) -> String {
    let seconds = length.as_secs();
    if seconds > 0 && seconds.is_multiple_of(60) { format!("{}m", seconds / 60) } else { format!("{seconds}s") }
}

/// Does work that may be broken off at any await; a signal is then an error that says what becomes of it.
pub async fn unless_stopped<T>(
    context: &Context,
    what_becomes_of_it: &str,
    work: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<T> {
    tokio::select! {
        // what waits inside may have seen it too, and knows less of what becomes of it
        biased;
        () = context.shutdown.cancelled() => Err(anyhow::anyhow!("stopped by a signal; {what_becomes_of_it}")),
        // the signal may come between the two looks, and then what waits inside ends first
        result = work => result.map_err(|error| {
            let is_stopped = context.shutdown.is_cancelled();
            if is_stopped { error.context(format!("stopped by a signal; {what_becomes_of_it}")) } else { error }
        }),
    }
}

async fn finish(
    context: &Context,
    store: &Store,
    run_id: &str,
    result: anyhow::Result<()>,
    totals: RunTotals,
) -> anyhow::Result<()> {
    let outcome = match &result {
        Ok(()) => Outcome::Succeeded,
        Err(error) => Outcome::Failed(format!("{error:#}")),
    };
    let finished = store.finish_run(run_id, &outcome, totals, context.clock.now()).await;
    if let (Err(error), Err(_)) = (&finished, &result) {
        tracing::warn!(
            error = format!("{error:#}"),
            "the end of the run could not be written down; the next run will do it"
        );
    }
    // why the work failed counts more than that this could not be written down
    result?;
    finished.context("writing down the end of the run")
}

fn skipped(service: &str, in_a_row: usize) -> anyhow::Result<Summary> {
    if in_a_row >= SKIPS_IN_A_ROW {
        anyhow::bail!(
            "another {service} is at work on this store, and so it was the last {in_a_row} times: is one hanging?"
        );
    }
    Ok(Summary { skipped: Some(format!("another {service} is at work on this store")), ..Summary::default() })
}

#[cfg(test)]
mod tests {
    use runtime::{Clock, Program};

    use super::*;

    static PROGRAM: Program = Program { name: "tested", version: "0", about: "" };

    #[tokio::test]
    async fn what_ends_by_a_signal_that_it_sees_first_says_so() {
        let (run_id, shutdown) = Default::default();
        let context = Context { program: &PROGRAM, run_id, trigger: String::new(), clock: Clock::System, shutdown };
        let work = async { anyhow::bail!("no answer") as anyhow::Result<()> };
        let failed = unless_stopped(&context, "nothing was written", work).await.unwrap_err();
        assert_eq!(format!("{failed:#}"), "no answer");
        let work = async {
            context.shutdown.cancel();
            anyhow::bail!("no answer") as anyhow::Result<()>
        };
        let stopped = unless_stopped(&context, "nothing was written", work).await.unwrap_err();
        assert_eq!(format!("{stopped:#}"), "stopped by a signal; nothing was written: no answer");
        let stopped =
            unless_stopped(&context, "nothing was written", std::future::pending::<anyhow::Result<()>>()).await;
        assert_eq!(format!("{:#}", stopped.unwrap_err()), "stopped by a signal; nothing was written");
    }
}
