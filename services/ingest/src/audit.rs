//! Every command that writes does so under the lock and with a row in the audit.

use one_shot::{Audited, Patience, Ran, audited, unless_stopped};
use runtime::{Context, Final, Summary, http::Usage};
use store::{Store, StoreError};

use crate::report;

pub(crate) async fn run(
    context: &Context,
    store: &Store,
    how: (&str, Patience),
    usage: Option<Usage>,
    work: impl AsyncFnOnce(Audited<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<Summary> {
    let what_is_left = "what it had not committed is read again now";
    let ran = audited(context, store, how, what_is_left, async |given| {
        let Audited { store, writer, run_id, totals } = given;
        let given = Audited { store, writer, run_id, totals: &mut *totals };
        let what_becomes_of_it = "what was committed stays, the rest is read by the next run";
        let result = unless_stopped(context, what_becomes_of_it, work(given)).await.map_err(with_way_out);
        // also of a run that has failed: its requests were sent
        if let Some(usage) = usage {
            (totals.bytes, totals.requests, totals.retries) = (usage.bytes(), usage.requests(), usage.retries());
        }
        result
    })
    .await?;
    match ran {
        Ran::Done(_) => report::summary(store, &context.run_id.to_string()).await,
        Ran::Skipped(summary) => Ok(summary),
    }
}

fn with_way_out(error: anyhow::Error) -> anyhow::Error {
    // the store does not know by which option a person overrules it
    match error.chain().find_map(|cause| way_out(cause.downcast_ref()?)) {
        Some(way_out) => Final::new(format!("{error:#}; {way_out}")).into(),
        None => error,
    }
}

fn way_out(error: &StoreError) -> Option<String> {
    match error {
        StoreError::OtherSource { .. } => {
            Some("use another DATABASE_URL, or --adopt if it is the same customer at a new address".to_owned())
        }
        StoreError::Removals { judgement } => {
            Some(format!("if that is right, run ingest once with --accept-removals {}", judgement.missing))
        }
        StoreError::MissingApplications { judgement } => {
            Some(format!("if that is right, run ingest once with --reconcile --accept-removals {}", judgement.missing))
        }
        _ => None,
    }
}
