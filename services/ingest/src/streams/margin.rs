//! How much more than a slice is asked for.
//!
//! Emply's document does not say whether `from` and `to` are inclusive, nor in which zone they are read. A minute on both sides
//! makes up for the first. A record from beyond it shows that the second is not as we take it; then everything is asked for with
//! a day on both sides, which is more than any two zones differ by together with the rounding to whole days of one of them.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use domain::Window;
use store::{Cursor, Store};

use super::{
    Streams,
    plan::{Aim, Plan, RECONCILING, STREAM, cursor},
};
use crate::{config::WindowStyle, source::ApplicationsQuery, transform::Scope};

/// Set since a source has shown that it reads times otherwise.
pub(super) const WIDE: &str = "wide/applications";

/// On both sides of a slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Margin {
    /// For bounds that are exclusive.
    Minute,
    /// For a source that reads times otherwise.
    Day,
}

/// Since when everything is asked for with a day on both sides; `None` while a minute is enough.
pub(crate) async fn wide_since(store: &Store) -> anyhow::Result<Option<DateTime<Utc>>> {
    Ok(store.mark(WIDE).await?.map(|mark| mark.moved_at))
}

impl Margin {
    fn length(self) -> TimeDelta {
        match self {
            Self::Minute => TimeDelta::minutes(1),
            Self::Day => TimeDelta::days(1),
        }
    }

    /// How a slice is asked for, and the window that this comes to.
    pub(super) fn question(self, slice: Window, style: WindowStyle) -> (ApplicationsQuery, Window) {
        match style {
            WindowStyle::Range => {
                let asked = Window { from: slice.from - self.length(), to: slice.to + self.length() };
                (ApplicationsQuery::Range(asked), asked)
            }
            WindowStyle::Since => {
                let query = ApplicationsQuery::since(slice.from);
                let day = query.first_day().and_time(NaiveTime::MIN).and_utc();
                // the day may be the tenant's and not UTC's; the end is open
                let asked = Window { from: day - TimeDelta::days(1), to: slice.to + TimeDelta::days(36_525) };
                (query, asked)
            }
        }
    }
}

impl Streams<'_> {
    /// What of an answer for a slice of `plan` is wanted, for which `asked` was asked for.
    pub(super) fn scope(&self, plan: &Plan, slice: Window, asked: Window) -> Scope {
        let start = self.settings.ingest.start.0.min(plan.window.from);
        Scope { asked, wanted: Window { from: start, to: slice.to + plan.margin.length() } }
    }

    /// Whether a slice shows that the source reads times otherwise, which was not known yet.
    pub(super) fn shows_other_times(&self, plan: &Plan, outside: u64) -> bool {
        outside > 0 && plan.margin == Margin::Minute && self.settings.source.window_style == WindowStyle::Range
    }

    /// Keeps that the source reads times otherwise, and puts the run back to where it began; gives what it is to read now.
    pub(super) async fn widen(&self, plan: Plan, slice: Window, outside: u64) -> anyhow::Result<Plan> {
        tracing::warn!(
            records = outside, from = %slice.from, to = %slice.to,
            "records of a slice were created outside of it: the source reads `from` and `to` otherwise than as UTC. Nothing of the \
             slice was kept; it and those of this run before it are asked for again, with 24 hours on both sides, and so are all \
             later ones"
        );
        let now = self.context.clock.now();
        let wide = cursor(WIDE, now);
        let plan = Plan { margin: Margin::Day, ..plan };
        match &plan.aim {
            Aim::News => self.put_back(&[cursor(STREAM, plan.window.from), wide]).await?,
            Aim::Backfill(name) => self.put_back(&[cursor(name, plan.window.from), wide]).await?,
            // what was noted as missing before may only have been in another slice's answer
            Aim::Reconcile(whole) => {
                let (whole, from) = (*whole, whole.from);
                self.begin_reconcile(&[cursor(STREAM, from), cursor(RECONCILING, from), wide]).await?;
                return Ok(Plan { window: whole, ..plan });
            }
        }
        Ok(plan)
    }

    async fn put_back(&self, marks: &[Cursor]) -> anyhow::Result<()> {
        Ok(self.writer.set_cursors(marks, self.run_id, self.context.clock.now()).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        domain::instant::parse(text).unwrap()
    }

    #[test]
    fn a_slice_is_asked_for_with_a_margin() {
        let slice = Window::new(at("2026-03-01T05:00:00Z"), at("2026-03-02T00:00:00Z")).unwrap();
        let (query, asked) = Margin::Minute.question(slice, WindowStyle::Range);
        assert_eq!((asked.from, asked.to), (at("2026-03-01T04:59:00Z"), at("2026-03-02T00:01:00Z")));
        assert_eq!(query, ApplicationsQuery::Range(asked));
        let (_, asked) = Margin::Day.question(slice, WindowStyle::Range);
        assert_eq!((asked.from, asked.to), (at("2026-02-28T05:00:00Z"), at("2026-03-03T00:00:00Z")));
        // asked for is 28 February, which may begin at any hour of UTC
        let (_, asked) = Margin::Minute.question(slice, WindowStyle::Since);
        assert_eq!(asked.from, at("2026-02-27T00:00:00Z"));
        assert!(asked.contains(at("2100-01-01T00:00:00Z")));
    }
}
