//! Applications: by their date of creation, slice by slice.

use chrono::{DateTime, TimeDelta, Utc};
use domain::Window;
use runtime::FinalIf as _;
use store::{Cursor, Expected, Judged, SliceCounts, StoreError, entity::application};

use super::{
    Streams,
    plan::{Aim, PUT_OFF, Plan, RECONCILED, RECONCILING, STREAM, Wanted},
};
use crate::{
    config::WindowStyle,
    sink::{self, BATCH, Intake, Purpose},
    source::{ApplicationsQuery, Batches, batches},
    transform::Arrived,
};

/// A slice with fewer records is followed by one twice as long.
const SPARSE: u64 = 1_000;
/// A slice with more is followed by one half as long.
const DENSE: u64 = 20_000;
/// No slice is longer.
const LONGEST: TimeDelta = TimeDelta::days(366);

impl Streams<'_> {
    /// Decides what is to be read, sets `window` to it, and asks for the first slice. `None` when there is nothing to ask for.
    pub(crate) async fn begin_applications(
        &self,
        wanted: Wanted,
        now_there: DateTime<Utc>,
        window: &mut Option<Window>,
    ) -> anyhow::Result<Option<Begun<'_>>> {
        let Some(plan) = self.plan(wanted, now_there).await? else { return Ok(None) };
        *window = Some(plan.window);
        let (first, rest) = self.split(plan.window, self.settings.ingest.slice_hours.delta());
        Ok(Some(Begun { asked: self.ask(first).await?, rest, plan }))
    }

    /// Reads what is planned, slice by slice, the oldest first. While one is committed, the source is asked for the next.
    pub(crate) async fn applications(&self, begun: Begun<'_>) -> anyhow::Result<()> {
        let Begun { plan, asked, mut rest } = begun;
        let mut total = SliceCounts::default();
        let mut length = self.settings.ingest.slice_hours.delta();
        let mut asked = Some(asked);
        while let Some(Asked { window, purpose, records }) = asked.take() {
            let transform = self.transform(purpose.now);
            let read = move |arrived, is_recognised| transform.application(arrived, is_recognised, Some(&window));
            let expected = Expected::Window(window);
            let intake = sink::read::<application::Entity, _>(self.writer, records, expected, read, &purpose).await?;
            length = next_length(length, intake.fetched());
            let next = rest.map(|rest| self.split(rest, length));
            rest = next.and_then(|(_, rest)| rest);
            let commit = Box::pin(self.commit(intake, window, &plan.aim, &purpose));
            let (counts, answer) = tokio::join!(commit, self.ask_if(next.map(|(window, _)| window)));
            add(&mut total, &counts?);
            asked = answer?;
        }
        match &plan.aim {
            Aim::News => {}
            Aim::Reconcile(whole) => total.removed = self.judge_missing(*whole).await?,
            Aim::Backfill(name) => self.writer.set_cursor(name, None, self.run_id, self.context.clock.now()).await?,
        }
        tracing::info!(
            from = %plan.window.from, to = %plan.window.to, fetched = total.fetched, inserted = total.inserted,
            updated = total.updated, removed = total.removed, rejected = total.rejected, "applications read"
        );
        Ok(())
    }

    fn split(&self, window: Window, length: TimeDelta) -> (Window, Option<Window>) {
        match self.settings.source.window_style {
            WindowStyle::Range => window.split(length),
            // the answer has an open end, so asking for less than all would read the rest again and again
            WindowStyle::Since => (window, None),
        }
    }

    async fn ask_if(&self, window: Option<Window>) -> anyhow::Result<Option<Asked<'_>>> {
        match window {
            Some(window) => Ok(Some(self.ask(window).await?)),
            None => Ok(None),
        }
    }

    /// Asks for a slice, and begins to read what comes, as far as it need not be kept.
    #[tracing::instrument(skip_all, fields(from = %window.from, to = %window.to))]
    async fn ask(&self, window: Window) -> anyhow::Result<Asked<'_>> {
        let purpose = self.purpose();
        let query = ApplicationsQuery::of(window, self.settings.source.window_style);
        let answer = self.source.applications(&query).await?;
        let records = batches(answer.into_reader(), BATCH, Arrived::application);
        Ok(Asked { window, purpose, records })
    }

    #[tracing::instrument(skip_all, fields(from = %window.from, to = %window.to))]
    async fn commit(
        &self,
        intake: Intake<'_, application::Entity>,
        window: Window,
        aim: &Aim,
        purpose: &Purpose<'_>,
    ) -> anyhow::Result<SliceCounts> {
        let mark = |stream: &str| Cursor { stream: stream.to_owned(), position: window.to };
        let (cursors, complete) = match aim {
            Aim::News => (vec![mark(STREAM)], None),
            Aim::Reconcile(_) => (vec![mark(STREAM), mark(RECONCILING)], intake.evidence(window)),
            Aim::Backfill(name) => (vec![mark(name)], None),
        };
        let counts = intake.commit(purpose, cursors, complete, None).await?;
        tracing::debug!(
            fetched = counts.fetched,
            inserted = counts.inserted,
            updated = counts.updated,
            "slice committed"
        );
        Ok(counts)
    }

    /// Lets go what no slice had. When that is too much to be believed, the reconcile is given up and put off, so that
    /// the next runs read what is new and the source is not asked for everything every hour.
    async fn judge_missing(&self, window: Window) -> anyhow::Result<u64> {
        let now = self.context.clock.now();
        let judged = Judged {
            run_id: self.run_id,
            now,
            window,
            accept_removals: self.accept_removals,
            done: RECONCILED,
            under_way: RECONCILING,
        };
        let removed = self.writer.judge_missing(&judged).await;
        if matches!(removed, Err(StoreError::MissingApplications { .. })) {
            self.writer.set_cursor(PUT_OFF, Some(window.to), self.run_id, now).await?;
            self.writer.set_cursor(RECONCILING, None, self.run_id, now).await?;
        }
        removed.final_if(StoreError::is_final)
    }
}

/// What is to be read, of which the source was asked for the first slice.
pub(crate) struct Begun<'a> {
    plan: Plan,
    asked: Asked<'a>,
    rest: Option<Window>,
}

/// A slice that the source was asked for.
struct Asked<'a> {
    window: Window,
    purpose: Purpose<'a>,
    records: Batches<Arrived>,
}

/// Slices of a quiet time grow, slices of a busy time shrink: few requests, and transactions that stay short.
fn next_length(length: TimeDelta, fetched: u64) -> TimeDelta {
    match fetched {
        ..SPARSE => (length * 2).min(LONGEST),
        DENSE.. => (length / 2).max(TimeDelta::hours(1)),
        _ => length,
    }
}

fn add(total: &mut SliceCounts, counts: &SliceCounts) {
    total.fetched += counts.fetched;
    total.inserted += counts.inserted;
    total.updated += counts.updated;
    total.rejected += counts.rejected;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_follow_the_traffic() {
        let week = TimeDelta::days(7);
        assert_eq!(next_length(week, 10), week * 2);
        assert_eq!(next_length(week, 5_000), week);
        assert_eq!(next_length(week, 50_000), week / 2);
        assert_eq!(next_length(LONGEST, 0), LONGEST);
        assert_eq!(next_length(TimeDelta::hours(1), 50_000), TimeDelta::hours(1));
    }
}
