//! Whether the clocks can be believed: up to where applications were read is kept as the source's time, and never goes back by
//! itself. One wrong date years ahead would end all reading.

use anyhow::bail;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use store::entity::sync_cursor;

use super::{
    marks::{CLOCK, PUT_OFF, RECONCILED, RECONCILING, STREAM},
    work::Work,
};
use crate::config::Clock;

/// Clocks that differ by more are worth a word.
const SKEW: TimeDelta = TimeDelta::minutes(5);
/// A source with a time of its own may have moved on by so much since the last run.
const FARTHEST: TimeDelta = TimeDelta::days(366);

const ANEW: &str =
    "`ingest --reset-marks` sets anew up to where was read, and reads everything since INGEST_START again";

impl Work<'_> {
    /// The time at the source, by what its answer says, else ours; an error when it cannot be, or when what was read before lies
    /// ahead of it. Nothing of the answer may have been kept yet.
    pub(super) fn clock_there(
        &self,
        told: Option<DateTime<Utc>>,
        marks: &[sync_cursor::Model],
    ) -> anyhow::Result<DateTime<Utc>> {
        let our_now = self.context.clock.now();
        let now_there = told.unwrap_or(our_now);
        match self.settings.source.clock {
            Clock::Ours => self.is_like_ours(now_there, our_now, marks)?,
            Clock::Own => self.is_like_before(now_there, marks)?,
        }
        Ok(now_there)
    }

    fn is_like_ours(
        &self,
        now_there: DateTime<Utc>,
        our_now: DateTime<Utc>,
        marks: &[sync_cursor::Model],
    ) -> anyhow::Result<()> {
        let ahead = now_there - our_now;
        // less than that is read again in any case
        if ahead > self.settings.ingest.lookback_hours.delta() {
            bail!(
                "the source says that it is {} (header Date), which is {} ahead of this machine's {}: nothing of its answer was kept. Look at both \
                 clocks; a source that has a time of its own, such as the mock, wants EMPLY_CLOCK=own",
                shown(now_there),
                length(ahead),
                shown(our_now)
            );
        }
        if let Some((mark, ahead)) = self.farthest_ahead(our_now, marks) {
            bail!(
                "the mark {} stands at {}, which is {} ahead of this machine's {}: nothing of its answer was kept. Look at this machine's clock; if it \
                 is right, the source's was wrong once, and {ANEW}",
                mark.stream,
                shown(mark.position),
                length(ahead),
                shown(our_now)
            );
        }
        if let Some((mark, ahead)) = self.farthest_ahead(now_there, marks) {
            bail!(
                "the source says that it is {} (header Date), and the mark {} stands at {}, which is {} ahead of that: nothing of its answer \
                 was kept. Look at the source's clock, or at what answers in its place from a cache; if it is right, {ANEW}",
                shown(now_there),
                mark.stream,
                shown(mark.position),
                length(ahead)
            );
        }
        if ahead.abs() > SKEW {
            tracing::warn!(ahead_seconds = ahead.num_seconds(), "the source's clock differs from ours; its own counts");
        }
        Ok(())
    }

    fn is_like_before(&self, now_there: DateTime<Utc>, marks: &[sync_cursor::Model]) -> anyhow::Result<()> {
        if let Some((mark, ahead)) = self.farthest_ahead(now_there, marks) {
            bail!(
                "the mark {} stands at {}, which is {} ahead of the source's {}: nothing of its answer was kept. Look at the source's clock; if it is \
                 right, {ANEW}",
                mark.stream,
                shown(mark.position),
                length(ahead),
                shown(now_there)
            );
        }
        let last = marks.iter().find(|mark| mark.stream == CLOCK);
        if let Some(last) = last.filter(|last| now_there - last.position > FARTHEST) {
            bail!(
                "the source says that it is {}, {} later than at the last run, when it was {}: nothing of its answer was kept. Look at the source's \
                 clock; if it is right, {ANEW}",
                shown(now_there),
                length(now_there - last.position),
                shown(last.position)
            );
        }
        Ok(())
    }

    /// The mark that is farthest ahead of a time, and by how much, if that is more than the lookback makes up for.
    fn farthest_ahead<'m>(
        &self,
        now: DateTime<Utc>,
        marks: &'m [sync_cursor::Model],
    ) -> Option<(&'m sync_cursor::Model, TimeDelta)> {
        let of_time =
            marks.iter().filter(|mark| [STREAM, RECONCILING, RECONCILED, PUT_OFF, CLOCK].contains(&&*mark.stream));
        let ahead = of_time.map(|mark| (mark, mark.position - now));
        let ahead = ahead.filter(|(_, ahead)| *ahead > self.settings.ingest.lookback_hours.delta());
        ahead.max_by_key(|(_, ahead)| *ahead)
    }
}

fn shown(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn length(of: TimeDelta) -> String {
    if of.num_days() > 1 { format!("{} days", of.num_days()) } else { format!("{} hours", of.num_hours()) }
}
