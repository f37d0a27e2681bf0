//! One run: what is new, or everything again, or a stretch of the past.

use std::{sync::Arc, time::Duration};

use domain::vocabulary::Vocabulary;
use one_shot::{Audited, Patience};
use runtime::{Context, Summary};
use store::SourceIdentity;

use crate::{
    SyncArgs, audit, commands,
    config::Settings,
    report,
    source::Emply,
    streams::{STREAM, Streams, Wanted},
};

/// Reads everything that is to be read, under the lock and with a row in the audit.
pub(crate) async fn run(
    context: &Context,
    settings: &Settings,
    args: &SyncArgs,
    wait: Option<Duration>,
) -> anyhow::Result<Summary> {
    if let Some(told) = settings.source.is_readable_by_others() {
        tracing::warn!("{told}");
    }
    let freezing = settings.freezing()?;
    // reading the certificates that a client trusts takes as long as reaching the database
    let (own, wanted, most) = (context.clone(), settings.source.clone(), settings.ingest.max_requests);
    let source = tokio::task::spawn_blocking(move || Emply::new(&own, &wanted, most));
    let store = one_shot::open(context.program, &settings.database).await?;
    let source = source.await??;
    let wanted = Wanted::of(args);
    let is_a_person_s = wanted != Wanted::News || args.is_told_something();
    let patience = Patience::of_a_run(is_a_person_s, wait);
    audit::run(context, &store, (wanted.command(), patience), Some(source.usage()), async |audited| {
        let asked = (args, wanted);
        Box::pin(work(context, (settings, freezing.as_ref()), asked, &source, audited)).await
    })
    .await
}

async fn work(
    context: &Context,
    (settings, freezing): (&Settings, Option<&Vocabulary>),
    (args, wanted): (&SyncArgs, Wanted),
    source: &Emply,
    audited: Audited<'_>,
) -> anyhow::Result<()> {
    let identity = SourceIdentity {
        base_url: settings.source.base_url.name().to_owned(),
        customer: settings.source.customer.0.clone(),
    };
    commands::same_place(&audited, context, args.forgotten_known).await?;
    let Audited { store, writer, run_id, totals } = audited;
    if let Some(key) = settings.persons.given() {
        store.check_key(&key).await?;
    }
    // where the customer is another one, some candidates have another key, so all is read again
    writer.claim_source(store, &identity, args.adopt, STREAM).await?;
    if args.reset_marks {
        writer.forget_marks(STREAM).await?;
    }
    let streams = Streams {
        context,
        settings,
        source,
        store,
        writer,
        run_id,
        suppression: commands::suppression(store, &settings.persons).await?,
        noted: Arc::default(),
        accept_removals: args.accept_removals,
    };
    let mut there = context.clock.now();
    let mut ask = async |now_there| {
        there = now_there;
        streams.begin_applications(wanted, now_there, &mut totals.window).await
    };
    let begun = match wanted {
        // a stretch of the past says nothing of what is listed now
        Wanted::Backfill(_) => ask(context.clock.now()).await?,
        Wanted::News | Wanted::Reconcile => streams.postings(ask).await?,
    };
    if let Some(begun) = begun {
        streams.applications(begun).await?;
    }
    report::noticed(streams.noted.take());
    commands::let_go(context, (store, writer, run_id), settings, freezing, there).await
}
