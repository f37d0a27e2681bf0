//! What is due, in which order: the list of each medium, then what is new of applications, or all of them.

mod clock;
mod lists;
mod margin;
mod marks;
mod parts;
mod plan;
mod slices;
mod work;

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::Window;
use store::{SliceCounts, entity::sync_cursor};

pub(crate) use lists::List;
pub(crate) use marks::{STREAM, UNJUDGED, last_reconcile, wide_since};
use parts::Parts;
use plan::Plan;
pub(crate) use plan::Wanted;
pub(crate) use slices::ApplicationsSlice;
use slices::Progress;
pub(crate) use work::Work;

pub(crate) enum Due {
    Postings(List),
    Applications(ApplicationsSlice),
}

pub(crate) struct Schedule<'a> {
    work: Work<'a>,
    wanted: Wanted,
    media: std::slice::Iter<'a, String>,
    /// All marks, as they stood before anything was read.
    marks: Vec<sync_cursor::Model>,
    date_there: Option<DateTime<Utc>>,
    /// The time at the source, which is the time that its records carry; ours counts only when the source does not tell.
    pub(crate) now_there: DateTime<Utc>,
    window: &'a mut Option<Window>,
    is_planned: bool,
    applications: Option<Progress>,
    parts: Parts,
}

impl<'a> Schedule<'a> {
    pub(crate) async fn begin(work: Work<'a>, wanted: Wanted, window: &'a mut Option<Window>) -> anyhow::Result<Self> {
        let media = match wanted {
            // a backfill says nothing of what is listed now
            Wanted::Backfill(_) => &[],
            Wanted::News | Wanted::Reconcile => work.settings.source.media_ids.as_slice(),
        };
        Ok(Self {
            work,
            wanted,
            media: media.iter(),
            marks: work.store.marks("").await?,
            date_there: None,
            now_there: work.context.clock.now(),
            window,
            is_planned: false,
            applications: None,
            parts: Parts::of_at_most(work.settings.ingest.part_records),
        })
    }

    pub(crate) async fn next(&mut self) -> anyhow::Result<Option<Due>> {
        if let Some(media_id) = self.media.next() {
            return Ok(Some(Due::Postings(self.list(media_id))));
        }
        if !self.is_planned {
            // only now, since the answers before have told the time at the source
            self.is_planned = true;
            if let Some(plan) = self.work.plan(self.wanted, self.now_there).await? {
                *self.window = Some(plan.window);
                self.applications = Some(self.progress(plan));
            }
        }
        Ok(self.applications.as_mut().and_then(|progress| progress.next(&self.work)).map(Due::Applications))
    }

    fn list(&self, media_id: &str) -> List {
        let media_id = domain::key(media_id).unwrap_or_default();
        let mark = format!("{UNJUDGED}postings/{media_id}");
        List {
            accept_removals: self.work.accept_removals,
            was_unjudged: self.marks.iter().any(|held| held.stream == mark),
            is_last: self.media.as_slice().is_empty(),
            media_id,
        }
    }

    /// Takes the time that an answer tells, before anything of it is kept; gives the last one told. An error when it cannot be.
    pub(crate) fn take_time(&mut self, date: Option<DateTime<Utc>>) -> anyhow::Result<Option<DateTime<Utc>>> {
        self.date_there = date.or(self.date_there);
        self.now_there = self.work.clock_there(self.date_there, &self.marks)?;
        Ok(self.date_there)
    }

    /// Whether so many records from outside of a slice show that the source reads times otherwise. Then it is not to be kept.
    pub(crate) fn shows_other_times(&self, outside: u64) -> bool {
        let style = self.work.settings.source.window_style;
        self.applications.as_ref().is_some_and(|progress| progress.shows_other_times(outside, style))
    }

    pub(crate) async fn widen(&mut self, slice: Window, outside: u64) -> anyhow::Result<()> {
        if let Some(progress) = self.applications.take() {
            let plan = progress.widened(&self.work, slice, outside).await?;
            self.applications = Some(self.progress(plan));
        }
        Ok(())
    }

    fn progress(&self, plan: Plan) -> Progress {
        let known_until = self.marks.iter().find(|mark| mark.stream == STREAM).map(|mark| mark.position);
        Progress::begin(plan, self.work.settings.ingest.slice_hours.delta(), known_until)
    }

    /// Records of an answer that are committed at once, at most.
    pub(crate) fn part_length(&self) -> u64 {
        self.parts.length()
    }

    pub(crate) fn note_commit(&mut self, records: u64, took: Duration) {
        self.parts.note(records, took);
    }

    pub(crate) fn note_read(&mut self, fetched: u64) {
        if let Some(progress) = &mut self.applications {
            progress.note_read(fetched);
        }
    }

    pub(crate) fn add(&mut self, counts: &SliceCounts) {
        if let Some(progress) = &mut self.applications {
            progress.add(counts);
        }
    }

    /// What is to be done when all was read; gives the time at the source.
    pub(crate) async fn finish(self) -> anyhow::Result<DateTime<Utc>> {
        if let Some(progress) = self.applications {
            progress.finish(&self.work).await?;
        }
        Ok(self.now_there)
    }
}
