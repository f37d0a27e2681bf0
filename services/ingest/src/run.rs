//! One run: what is new, or everything again, or a backfill.

use std::{sync::Arc, time::Duration};

use domain::vocabulary::Vocabulary;
use one_shot::{Audited, Patience};
use runtime::{Context, Summary};
use store::SourceIdentity;

use crate::{
    args::RunArgs,
    audit, commands,
    config::Settings,
    due::{STREAM, Schedule, Wanted, Work},
    pipeline::Pipeline,
    report,
    source::Emply,
    transform::Transform,
};

struct Run<'a> {
    context: &'a Context,
    settings: &'a Settings,
    args: &'a RunArgs,
    wanted: Wanted,
    source: Emply,
    /// By which numbers stay of those whose time is over.
    freezing: Option<Vocabulary>,
}

pub(crate) async fn run(
    context: &Context,
    settings: &Settings,
    args: &RunArgs,
    wait: Option<Duration>,
) -> anyhow::Result<Summary> {
    if let Some(told) = settings.source.is_readable_by_others() {
        tracing::warn!("{told}");
    }
    // a file that cannot be read is told of before anything is done
    let freezing = settings.freezing()?;
    // reading the certificates that a client trusts takes as long as reaching the database
    let (own, asked, most) = (context.clone(), settings.source.clone(), settings.ingest.max_requests);
    let source = tokio::task::spawn_blocking(move || Emply::new(&own, &asked, most));
    let store = one_shot::open(context.program, &settings.database).await?;
    let run = Run { context, settings, args, wanted: Wanted::of(args), source: source.await??, freezing };
    let is_a_person_s = run.wanted != Wanted::News || args.is_told_something();
    let how = (run.wanted.command(), Patience::of_a_run(is_a_person_s, wait));
    audit::run(context, &store, how, Some(run.source.usage()), async |audited| Box::pin(run.work(audited)).await).await
}

impl Run<'_> {
    async fn work(&self, audited: Audited<'_>) -> anyhow::Result<()> {
        let Self { context, settings, args, .. } = *self;
        commands::same_place(&audited, context, args.forgotten_known).await?;
        let Audited { store, writer, run_id, totals } = audited;
        if let Some(key) = settings.persons.given() {
            // before anything is read: by another key, who is to stay forgotten would not be known again
            store.check_key(&key).await?;
        }
        let identity = SourceIdentity {
            base_url: settings.source.base_url.name().to_owned(),
            customer: settings.source.customer.0.clone(),
        };
        // where the customer is another one, some candidates have another key, so all is read again
        writer.claim_source(store, &identity, args.adopt, STREAM).await?;
        if args.reset_marks {
            writer.forget_marks(STREAM).await?;
        }
        let work = Work { context, settings, store, writer, run_id, accept_removals: args.accept_removals };
        let pipeline = Pipeline {
            work,
            source: &self.source,
            transform: Transform {
                customer: identity.customer,
                suppression: commands::suppression(store, &settings.persons).await?,
                noted: Arc::default(),
            },
        };
        let mut schedule = Schedule::begin(work, self.wanted, &mut totals.window).await?;
        pipeline.run(&mut schedule).await?;
        let now_there = schedule.finish().await?;
        report::noticed(pipeline.transform.noted.take());
        // at the end: what this run has met again is not gone
        commands::end_retention(work, self.freezing.as_ref(), now_there).await
    }
}
