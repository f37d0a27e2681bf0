//! What a run does at its end: blank what Emply has let go and whose time is over, and overwrite what was deleted.

use chrono::{DateTime, TimeDelta, Utc};
use domain::vocabulary::Vocabulary;
use store::{Forget, GoneBefore, Person};

use super::forget::scrub;
use crate::{
    config::{Clock, Settings, WITHOUT_VOCABULARY},
    due::{Work, last_reconcile},
};

/// Applications that are blanked in one transaction.
const AT_ONCE: u64 = 500;
/// A reconcile takes no longer: what it has not met was last seen before that.
const A_RECONCILE: TimeDelta = TimeDelta::days(1);

pub(crate) async fn end_retention(
    work: Work<'_>,
    freezing: Option<&Vocabulary>,
    now_there: DateTime<Utc>,
) -> anyhow::Result<()> {
    let Work { context, settings, store, writer, .. } = work;
    let now = context.clock.now();
    writer.release_exported_keys(now).await?;
    if is_sure_of_the_day(settings, now, now_there) {
        gone(work, now).await?;
        if let (Some(days), Some(vocabulary)) = (settings.ingest.retention_days, freezing) {
            closed(work, vocabulary, [now - days.delta(), now]).await?;
        }
    }
    if store.is_scrub_due().await? {
        scrub(writer).await?;
    }
    Ok(())
}

fn is_sure_of_the_day(settings: &Settings, now: DateTime<Utc>, now_there: DateTime<Utc>) -> bool {
    let apart = (now - now_there).abs();
    // by a clock that is years ahead, everybody would be due; a source with a time of its own says nothing of ours
    if settings.source.clock == Clock::Own || apart <= settings.ingest.lookback_hours.delta() {
        return true;
    }
    tracing::warn!(
        days = apart.num_days(),
        "the source's clock and ours lie too far apart: nobody is blanked or forgotten by the calendar in this run. Look at both"
    );
    false
}

/// Blanks what Emply has deleted for so long. Whoever comes back is welcome.
async fn gone(work: Work<'_>, now: DateTime<Utc>) -> anyhow::Result<()> {
    let Work { settings, store, writer, .. } = work;
    let then = now - settings.ingest.gone_days.delta();
    // a record that cannot be read is gone when everything was read since and it was not met
    let unseen = last_reconcile(store).await?.map(|at| (at - A_RECONCILE).min(then));
    let over = settings.ingest.retention_days.map(|days| now - days.delta());
    let key = settings.persons.given();
    let gone = GoneBefore {
        removed: then,
        without_applications: over.map_or(then, |over| over.max(then)),
        rejected: unseen.into_iter().chain(over).max().unwrap_or(DateTime::UNIX_EPOCH),
        now,
        pseudonymiser: key.as_ref(),
        at_once: AT_ONCE,
        grouping: settings.grouping,
    };
    let done = writer.blank_gone(&gone).await?;
    let (applications, candidates, rejected) =
        (done.forgotten.applications, done.forgotten.candidates, done.forgotten.rejected);
    if applications + candidates + rejected > 0 {
        tracing::info!(applications, candidates, rejected, "Emply has let them go; they are blanked here, too");
    }
    if done.waiting > 0 {
        tracing::warn!(
            candidates = done.waiting,
            "Emply has let them go, and they wait for PII_KEY, which ingest lacks: warehouses know them by a pseudonym"
        );
    }
    Ok(())
}

/// Forgets the applications that were closed before then, and keeps in numbers what they came to.
async fn closed(work: Work<'_>, vocabulary: &Vocabulary, [before, now]: [DateTime<Utc>; 2]) -> anyhow::Result<()> {
    let Work { settings, store, writer, run_id, .. } = work;
    let pseudonymiser = settings.persons.pseudonymiser("INGEST_RETENTION_DAYS needs it")?;
    let (grouping, freezing) = (settings.grouping, Some(vocabulary));
    let mut count = 0;
    loop {
        let ids = store.closed_before(before, AT_ONCE).await?;
        if ids.is_empty() {
            break;
        }
        let persons: Vec<Person> = ids.into_iter().map(Person::Application).collect();
        // numbers stay, since by those who are hired alone, reports would take everybody of former years for hired
        let how = Forget { run_id, now, pseudonymiser: &pseudonymiser, grouping, freezing };
        count += writer.forget(&persons, &how).await?.applications;
    }
    if count > 0 {
        if vocabulary.is_empty() {
            tracing::warn!("{WITHOUT_VOCABULARY}");
        }
        tracing::info!(applications = count, "closed so long ago that they are forgotten");
    }
    Ok(())
}
