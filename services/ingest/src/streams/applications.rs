//! Applications: by their date of creation, slice by slice.

use chrono::{DateTime, TimeDelta, Utc};
use domain::Window;
use store::{Complete, Expected, Judged, Removals, SliceCounts, StoreError, entity::application};

use super::{
    Streams,
    margin::Margin,
    plan::{Aim, CLOCK, PUT_OFF, Plan, RECONCILED, RECONCILING, STREAM, UNJUDGED_APPLICATIONS, Wanted, cursor},
};
use crate::{
    config::WindowStyle,
    sink::{self, BATCH, Ending, Intake, Purpose},
    source::{Batches, batches},
    transform::{Arrived, form_of_applications},
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
        self.begin(plan).await.map(Some)
    }

    async fn begin(&self, plan: Plan) -> anyhow::Result<Begun<'_>> {
        let (first, rest) = self.split(plan.window, self.settings.ingest.slice_hours.delta());
        Ok(Begun { asked: self.ask(first, plan.margin).await?, rest, plan })
    }

    /// Reads what is planned; once more, and more widely, when the source turns out to read times otherwise than as we do.
    pub(crate) async fn applications(&self, mut begun: Begun<'_>) -> anyhow::Result<()> {
        while let Some(plan) = self.slices(begun).await? {
            begun = self.begin(plan).await?;
        }
        Ok(())
    }

    /// Reads slice by slice, the oldest first. While one is committed, the source is asked for the next. Gives the plan that is
    /// to take the place of this one, if it cannot be carried out.
    async fn slices(&self, begun: Begun<'_>) -> anyhow::Result<Option<Plan>> {
        let Begun { plan, asked, mut rest } = begun;
        let mut total = SliceCounts::default();
        let mut length = self.settings.ingest.slice_hours.delta();
        let mut asked = Some(asked);
        while let Some(Asked { slice, purpose, records }) = asked.take() {
            let (transform, scope) = (self.transform(purpose.now), self.scope(&plan, slice.window, slice.asked));
            let read = move |arrived, is_recognised| transform.application(arrived, is_recognised, Some(&scope));
            let expected = Expected::Window(slice.asked);
            let intake = sink::read::<application::Entity, _>(self.writer, records, expected, read, &purpose).await?;
            if self.shows_other_times(&plan, intake.outside()) {
                let outside = intake.outside();
                intake.abandon().await?;
                return self.widen(plan, slice.window, outside).await.map(Some);
            }
            length = next_length(length, intake.fetched());
            let next = rest.map(|rest| self.split(rest, length));
            rest = next.and_then(|(_, rest)| rest);
            let commit = Box::pin(self.commit(intake, slice, &plan, &purpose));
            let (counts, answer) = tokio::join!(commit, self.ask_if(next.map(|(window, _)| window), plan.margin));
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
            updated = total.updated, removed = total.removed, rejected = total.rejected, outside = total.outside,
            "applications read"
        );
        Ok(None)
    }

    fn split(&self, window: Window, length: TimeDelta) -> (Window, Option<Window>) {
        match self.settings.source.window_style {
            WindowStyle::Range => window.split(length),
            // the answer has an open end, so asking for less than all would read the rest again and again
            WindowStyle::Since => (window, None),
        }
    }

    async fn ask_if(&self, window: Option<Window>, margin: Margin) -> anyhow::Result<Option<Asked<'_>>> {
        match window {
            Some(window) => Ok(Some(self.ask(window, margin).await?)),
            None => Ok(None),
        }
    }

    /// Asks for a slice, and begins to read what comes, as far as it need not be kept.
    #[tracing::instrument(skip_all, fields(from = %window.from, to = %window.to))]
    async fn ask(&self, window: Window, margin: Margin) -> anyhow::Result<Asked<'_>> {
        let purpose = self.purpose();
        let (query, asked) = margin.question(window, self.settings.source.window_style);
        let answer = self.source.applications(&query).await?;
        let form = form_of_applications(&self.settings.source.customer.0);
        let record = move |json: &str, marks| Arrived::application(json, marks, form);
        let observed = answer.date;
        let records = batches(answer.into_reader(), BATCH, record);
        Ok(Asked { slice: AskedSlice { window, asked, observed }, purpose, records })
    }

    #[tracing::instrument(skip_all, fields(from = %slice.window.from, to = %slice.window.to))]
    async fn commit(
        &self,
        intake: Intake<'_, application::Entity>,
        slice: AskedSlice,
        plan: &Plan,
        purpose: &Purpose<'_>,
    ) -> anyhow::Result<SliceCounts> {
        let AskedSlice { window, asked, observed } = slice;
        let mark = |stream: &str| cursor(stream, window.to);
        // a run that is cut off has been there, too
        let clock = cursor(CLOCK, plan.window.to);
        let mut ending = Ending { observed, ..Ending::default() };
        match (&plan.aim, intake.is_no_evidence()) {
            (Aim::News, _) => ending.cursors = vec![mark(STREAM), clock],
            (Aim::Backfill(name), _) => ending.cursors = vec![mark(name)],
            (Aim::Reconcile(_), None) => {
                ending.cursors = vec![mark(STREAM), mark(RECONCILING), clock];
                ending.complete = Some(Complete::Window { window, asked });
            }
            (Aim::Reconcile(_), Some(why)) => {
                tracing::warn!(why, "no application is taken for gone in this reconcile");
                ending.cursors = vec![mark(STREAM), mark(RECONCILING), clock];
                let why = format!("applications created from {} to {}: {why}", window.from, window.to);
                ending.removals = Some(Removals::Unjudged { mark: UNJUDGED_APPLICATIONS.to_owned(), why });
            }
        }
        let counts = intake.commit(purpose, ending).await?;
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
            unjudged: UNJUDGED_APPLICATIONS,
            done: RECONCILED,
            under_way: RECONCILING,
        };
        let removed = self.writer.judge_missing(&judged).await;
        if matches!(removed, Err(StoreError::MissingApplications { .. })) {
            self.writer.set_cursor(PUT_OFF, Some(window.to), self.run_id, now).await?;
            self.writer.set_cursor(RECONCILING, None, self.run_id, now).await?;
        }
        Ok(removed?)
    }
}

/// What is to be read, of which the source was asked for the first slice.
pub(crate) struct Begun<'a> {
    plan: Plan,
    asked: Asked<'a>,
    rest: Option<Window>,
}

/// A slice, and what was asked for to get it.
#[derive(Debug, Clone, Copy)]
struct AskedSlice {
    window: Window,
    asked: Window,
    /// When the answer came, by the source's clock.
    observed: Option<DateTime<Utc>>,
}

/// A slice that the source was asked for.
struct Asked<'a> {
    slice: AskedSlice,
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
    total.outside += counts.outside;
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
