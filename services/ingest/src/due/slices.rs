//! Applications: by their date of creation, slice by slice, the oldest first.

use chrono::{DateTime, TimeDelta, Utc};
use domain::Window;
use store::{CommitSlice, Complete, Cursor, Judged, Removals, SliceCounts, StoreError};

use super::{
    margin::Margin,
    marks::{CLOCK, PUT_OFF, RECONCILED, RECONCILING, STREAM, UNJUDGED_APPLICATIONS, WIDE, cursor},
    plan::{Aim, Plan},
    work::Work,
};
use crate::{config::WindowStyle, source::ApplicationsQuery};

/// A slice with fewer records is followed by one twice as long.
const SPARSE: u64 = 8_000;
/// A slice with more is followed by one half as long.
const DENSE: u64 = 20_000;
const LONGEST: TimeDelta = TimeDelta::days(366);
const SHORTEST: TimeDelta = TimeDelta::hours(1);

#[derive(Debug, Clone)]
pub(crate) struct ApplicationsSlice {
    pub(crate) window: Window,
    pub(crate) query: ApplicationsQuery,
    pub(crate) asked: Window,
    pub(crate) wanted: Window,
    aim: Aim,
    /// A run that is cut off has been there, too.
    clock: Cursor,
}

impl ApplicationsSlice {
    /// How it is committed. Where it has records that cannot be told from others, or from elsewhere, `no_evidence` says so.
    pub(crate) fn commit<'a>(&'a self, no_evidence: Option<String>, commit: CommitSlice<'a>) -> CommitSlice<'a> {
        let Self { window, asked, clock, .. } = self;
        let mark = |stream: &str| cursor(stream, window.to);
        let reconciled = || vec![mark(STREAM), mark(RECONCILING), clock.clone()];
        match (&self.aim, no_evidence) {
            // it takes nothing for gone, so whether it could is not asked
            (Aim::News, _) => CommitSlice { cursors: vec![mark(STREAM), clock.clone()], ..commit },
            (Aim::Backfill(name), _) => CommitSlice { cursors: vec![mark(name)], ..commit },
            (Aim::Reconcile(_), None) => {
                let complete = Some(Complete::Window { window: *window, asked: *asked });
                CommitSlice { cursors: reconciled(), complete, ..commit }
            }
            (Aim::Reconcile(_), Some(why)) => {
                tracing::warn!(why, "no application is taken for gone in this reconcile");
                let why = format!("applications created from {} to {}: {why}", window.from, window.to);
                let removals = Some(Removals::Unjudged { mark: UNJUDGED_APPLICATIONS.to_owned(), why });
                CommitSlice { cursors: reconciled(), removals, ..commit }
            }
        }
    }
}

pub(super) struct Progress {
    plan: Plan,
    rest: Option<Window>,
    /// Of the first slice, and of each of which nothing is known.
    first_length: TimeDelta,
    length: TimeDelta,
    /// Up to there all was read before.
    known_until: Option<DateTime<Utc>>,
    /// Whether the slice that was asked for last begins before that.
    is_known: bool,
    total: SliceCounts,
}

impl Progress {
    pub(super) fn begin(plan: Plan, length: TimeDelta, known_until: Option<DateTime<Utc>>) -> Self {
        let (rest, total) = (Some(plan.window), SliceCounts::default());
        Self { plan, rest, first_length: length, length, known_until, is_known: false, total }
    }

    pub(super) fn next(&mut self, work: &Work<'_>) -> Option<ApplicationsSlice> {
        let rest = self.rest?;
        self.is_known = self.known_until.is_some_and(|until| rest.from < until);
        let style = work.settings.source.window_style;
        let (window, rest) = match style {
            WindowStyle::Range => rest.split(self.length),
            // the answer has an open end, so asking for less than all would read the rest again and again
            WindowStyle::Since => (rest, None),
        };
        self.rest = rest;
        let plan = &self.plan;
        let (query, asked) = plan.margin.question(window, style);
        // a backfill may begin before INGEST_START
        let start = work.settings.ingest.start.0.min(plan.window.from);
        let wanted = Window { from: start, to: window.to + plan.margin.length() };
        let (aim, clock) = (plan.aim.clone(), cursor(CLOCK, plan.window.to));
        Some(ApplicationsSlice { window, query, asked, wanted, aim, clock })
    }

    pub(super) fn note_read(&mut self, fetched: u64) {
        self.length = match fetched {
            // it says nothing of how many are in the next one, where nobody has looked before
            0 if !self.is_known => self.first_length,
            _ => following(self.length, fetched),
        };
    }

    pub(super) fn add(&mut self, counts: &SliceCounts) {
        self.total += *counts;
    }

    pub(super) fn shows_other_times(&self, outside: u64, style: WindowStyle) -> bool {
        // with more asked for, or an open end, records from outside say nothing
        outside > 0 && self.plan.margin == Margin::Minute && style == WindowStyle::Range
    }

    /// Keeps that the source reads times otherwise, and puts the run back to where it began; gives what it is to read now.
    pub(super) async fn widened(self, work: &Work<'_>, slice: Window, outside: u64) -> anyhow::Result<Plan> {
        tracing::warn!(
            records = outside, from = %slice.from, to = %slice.to,
            "records of a slice were created outside of it: the source reads `from` and `to` otherwise than as UTC. Nothing of the \
             slice was kept; it and those of this run before it are asked for again, with 24 hours on both sides, and so are all \
             later ones"
        );
        let now = work.context.clock.now();
        let (plan, wide) = (Plan { margin: Margin::Day, ..self.plan }, cursor(WIDE, now));
        let stream = match &plan.aim {
            Aim::News => STREAM,
            Aim::Backfill(name) => name,
            // what was noted as missing before may only have been in another slice's answer
            Aim::Reconcile(whole) => {
                let (whole, from) = (*whole, whole.from);
                work.begin_reconcile(&[cursor(STREAM, from), cursor(RECONCILING, from), wide]).await?;
                return Ok(Plan { window: whole, ..plan });
            }
        };
        work.writer.set_cursors(&[cursor(stream, plan.window.from), wide], work.run_id, now).await?;
        Ok(plan)
    }

    pub(super) async fn finish(self, work: &Work<'_>) -> anyhow::Result<()> {
        let Self { plan, mut total, .. } = self;
        match &plan.aim {
            Aim::News => {}
            Aim::Reconcile(whole) => total.removed = judge_missing(work, *whole).await?,
            Aim::Backfill(name) => work.writer.set_cursor(name, None, work.run_id, work.context.clock.now()).await?,
        }
        tracing::info!(
            from = %plan.window.from, to = %plan.window.to, fetched = total.fetched, inserted = total.inserted,
            updated = total.updated, removed = total.removed, rejected = total.rejected, outside = total.outside,
            "applications read"
        );
        Ok(())
    }
}

/// Turns what no slice had into tombstones.
async fn judge_missing(work: &Work<'_>, window: Window) -> anyhow::Result<u64> {
    let now: DateTime<Utc> = work.context.clock.now();
    let judged = Judged {
        run_id: work.run_id,
        now,
        window,
        accept_removals: work.accept_removals,
        unjudged: UNJUDGED_APPLICATIONS,
        done: RECONCILED,
        under_way: RECONCILING,
    };
    let removed = work.writer.judge_missing(&judged).await;
    // too much to be believed: put off, so that the next runs read what is new and the source is not asked for everything every
    // hour
    if matches!(removed, Err(StoreError::MissingApplications { .. })) {
        work.writer.set_cursor(PUT_OFF, Some(window.to), work.run_id, now).await?;
        work.writer.set_cursor(RECONCILING, None, work.run_id, now).await?;
    }
    Ok(removed?)
}

fn following(length: TimeDelta, fetched: u64) -> TimeDelta {
    // few requests in quiet times, and short transactions in busy ones
    match fetched {
        ..SPARSE => (length * 2).min(LONGEST),
        DENSE.. => (length / 2).max(SHORTEST),
        _ => length,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_follow_the_traffic() {
        let week = TimeDelta::days(7);
        assert_eq!(following(week, 10), week * 2);
        assert_eq!(following(week, 10_000), week);
        assert_eq!(following(week, 50_000), week / 2);
        assert_eq!(following(LONGEST, 0), LONGEST);
        assert_eq!(following(TimeDelta::hours(1), 50_000), TimeDelta::hours(1));
    }
}
