//! Which applications a run asks for, and what for.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use domain::Window;
use store::Cursor;

use super::{
    margin::Margin,
    marks::{HAS_MANY, PUT_OFF, RECONCILED, RECONCILING, STREAM, UNJUDGED_APPLICATIONS, WIDE, cursor},
    work::Work,
};
use crate::args::RunArgs;

/// Where nobody says how often everything is read again: so many live applications are read again in seconds, and so every day.
const FEW: u64 = 200_000;
const OFTEN: TimeDelta = TimeDelta::hours(24);
const SELDOM: TimeDelta = TimeDelta::hours(168);

/// A reconcile that was cut off goes on where it stood, unless what it has seen is older than this; one that was not
/// believed is not begun anew by itself within it.
const A_DAY: TimeDelta = TimeDelta::days(1);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Reads what is new, and everything when that is due.
    News,
    Reconcile,
    /// Reads a window of the past, up to its end or to now.
    Backfill((DateTime<Utc>, Option<DateTime<Utc>>)),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) window: Window,
    pub(super) aim: Aim,
    pub(super) margin: Margin,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Aim {
    News,
    /// The watermark moves, and what is nowhere in this window is gone.
    Reconcile(Window),
    /// The watermark stays; the mark of this name moves.
    Backfill(String),
}

impl Wanted {
    pub(crate) fn of(args: &RunArgs) -> Self {
        match args.from {
            Some(from) => Self::Backfill((from.0, args.to.map(|to| to.0))),
            None if args.reconcile => Self::Reconcile,
            None => Self::News,
        }
    }

    pub(crate) fn command(self) -> &'static str {
        match self {
            Self::News => "run",
            Self::Reconcile => "reconcile",
            Self::Backfill(_) => "backfill",
        }
    }
}

impl Work<'_> {
    pub(crate) async fn plan(&self, wanted: Wanted, now_there: DateTime<Utc>) -> anyhow::Result<Option<Plan>> {
        if let Wanted::Backfill((from, to)) = wanted {
            return self.backfill(from, to, now_there).await;
        }
        let ingest = &self.settings.ingest;
        let cursor = self.store.cursor(STREAM).await?;
        let news = Window::since(cursor, ingest.start.0, ingest.lookback_hours.delta(), now_there);
        if wanted == Wanted::Reconcile {
            return self.reconcile(now_there).await;
        }
        if self.is_reconcile_due(now_there).await? {
            return self.go_on_reconciling(news, now_there).await;
        }
        self.planned(news, Aim::News).await
    }

    async fn planned(&self, window: Option<Window>, aim: Aim) -> anyhow::Result<Option<Plan>> {
        let Some(window) = window else {
            tracing::warn!("the source's clock stands before INGEST_START; no applications are asked for");
            return Ok(None);
        };
        let is_wide = self.store.cursor(WIDE).await?.is_some();
        let margin = if is_wide { Margin::Day } else { Margin::Minute };
        Ok(Some(Plan { window, aim, margin }))
    }

    async fn is_reconcile_due(&self, now_there: DateTime<Utc>) -> anyhow::Result<bool> {
        let within = |mark: Option<DateTime<Utc>>, length| mark.is_some_and(|mark| now_there - mark < length);
        let (done, put_off) = (self.store.cursor(RECONCILED).await?, self.store.cursor(PUT_OFF).await?);
        let every = match &self.settings.ingest.reconcile_hours {
            Some(hours) => hours.delta(),
            None => self.reconcile_every(|length| within(done, length)).await?,
        };
        Ok(!within(done, every) && !within(put_off, A_DAY))
    }

    /// How often everything is read again where nobody says so.
    async fn reconcile_every(&self, was_within: impl Fn(TimeDelta) -> bool) -> anyhow::Result<TimeDelta> {
        let mut has_many = self.store.cursor(HAS_MANY).await?.is_some();
        // counted when it comes to that, once a day at most, since that takes longer than to read what is new
        if !was_within(if has_many { SELDOM } else { OFTEN }) {
            let was_said = has_many;
            has_many = self.store.has_more_applications_than(FEW).await?;
            if has_many != was_said {
                let now = self.context.clock.now();
                self.writer.set_cursor(HAS_MANY, has_many.then_some(now), self.run_id, now).await?;
            }
        }
        let every = if has_many { SELDOM } else { OFTEN };
        tracing::info!(
            hours = every.num_hours(),
            "INGEST_RECONCILE_HOURS is not set: all applications are read again every so many hours, {} while there are at most \
             {FEW}, {} when there are more",
            OFTEN.num_hours(),
            SELDOM.num_hours()
        );
        Ok(every)
    }

    async fn reconcile(&self, now_there: DateTime<Utc>) -> anyhow::Result<Option<Plan>> {
        let start = self.settings.ingest.start.0;
        let Some(whole) = Window::new(start, now_there) else {
            return self.planned(None, Aim::News).await;
        };
        self.begin_reconcile(&[cursor(RECONCILING, start)]).await?;
        tracing::info!(from = %whole.from, to = %whole.to, "reconciling: everything is read again");
        self.planned(Some(whole), Aim::Reconcile(whole)).await
    }

    /// What a reconcile has found until now does not count: all is read anew. These marks are put down with that.
    pub(super) async fn begin_reconcile(&self, marks: &[Cursor]) -> anyhow::Result<()> {
        let now = self.context.clock.now();
        Ok(self.writer.begin_reconcile(UNJUDGED_APPLICATIONS, marks, (self.run_id, now)).await?)
    }

    /// The rest of a reconcile that was cut off not long ago, else everything.
    async fn go_on_reconciling(&self, news: Option<Window>, now_there: DateTime<Utc>) -> anyhow::Result<Option<Plan>> {
        let now = self.context.clock.now();
        let begun = self.store.mark(RECONCILING).await?.filter(|mark| now - mark.moved_at < A_DAY);
        // what has been found missing may have come back meanwhile: with such a finding it begins anew
        let (Some(mark), 0) = (begun, self.store.missing_noted().await?) else {
            return self.reconcile(now_there).await;
        };
        let start = self.settings.ingest.start.0;
        // with the lookback of a plain run, which this one takes the place of
        let from = news.map_or(mark.position, |news| news.from.min(mark.position)).max(start);
        let (Some(rest), Some(whole)) = (Window::new(from, now_there), Window::new(start, now_there)) else {
            return self.reconcile(now_there).await;
        };
        tracing::info!(position = %mark.position, "a reconcile was cut off; it goes on");
        self.planned(Some(rest), Aim::Reconcile(whole)).await
    }

    async fn backfill(
        &self,
        from: DateTime<Utc>,
        to: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Option<Plan>> {
        let shown = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
        let name = format!("backfill/{}/{}", shown(from), to.map(shown).unwrap_or_default());
        let begun = self.store.cursor(&name).await?;
        if let Some(position) = begun {
            tracing::info!(%position, "this backfill was cut off; it goes on");
        }
        let window = Window::new(begun.unwrap_or(from), to.unwrap_or(now));
        if window.is_none() {
            tracing::warn!("the stretch to fill holds no instant");
        }
        self.planned(window, Aim::Backfill(name)).await
    }
}
