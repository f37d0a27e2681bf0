//! Applications: by their date of creation, slice by slice.

use chrono::{DateTime, TimeDelta, Utc};
use domain::Window;
use store::{Cursor, SliceCounts, entity::application};

use super::Streams;
use crate::{
    config::WindowStyle,
    sink::{self, BATCH},
    source::{ApplicationsQuery, batches},
    transform,
};

/// Name of the cursor.
const STREAM: &str = "applications";
/// A slice with fewer records is followed by one twice as long.
const SPARSE: u64 = 1_000;
/// A slice with more is followed by one half as long.
const DENSE: u64 = 20_000;
/// No slice is longer.
const LONGEST: TimeDelta = TimeDelta::days(366);

impl Streams<'_> {
    /// Reads what was created since the cursor, less the lookback, up to the source's now.
    pub(crate) async fn applications(
        &self,
        now_there: DateTime<Utc>,
        window: &mut Option<Window>,
    ) -> anyhow::Result<()> {
        let ingest = &self.settings.ingest;
        let cursor = self.store.cursor(STREAM).await?;
        *window = Window::since(cursor, ingest.start.0, ingest.lookback_hours.delta(), now_there);
        let Some(window) = *window else {
            tracing::warn!(
                "the source's clock stands before what has been read already; no applications are asked for"
            );
            return Ok(());
        };
        let mut total = SliceCounts::default();
        let mut length = ingest.slice_hours.delta();
        let mut rest = Some(window);
        while let Some(remaining) = rest {
            let slice = match self.settings.source.window_style {
                WindowStyle::Range => remaining.split(length),
                // the answer has an open end, so asking for less than all would read the rest again and again
                WindowStyle::Since => (remaining, None),
            };
            let counts = self.slice(slice.0).await?;
            length = next_length(length, counts.fetched);
            add(&mut total, &counts);
            rest = slice.1;
        }
        tracing::info!(
            from = %window.from, to = %window.to, fetched = total.fetched, inserted = total.inserted,
            updated = total.updated, rejected = total.rejected, "applications read"
        );
        Ok(())
    }

    #[tracing::instrument(skip_all, fields(from = %window.from, to = %window.to))]
    async fn slice(&self, window: Window) -> anyhow::Result<SliceCounts> {
        let run_id = self.context.run_id.to_string();
        let purpose = self.purpose(&run_id);
        let query = ApplicationsQuery::of(window, self.settings.source.window_style);
        let answer = self.source.applications(&query).await?;
        let (now, customer) = (purpose.now, self.settings.source.customer.0.clone());
        let records =
            batches(answer.into_reader(), BATCH, move |raw| transform::application(raw, now, &customer, &window));
        let intake = sink::read::<application::Entity>(self.writer, records, &purpose).await?;
        let cursor = Cursor { stream: STREAM.to_owned(), position: window.to };
        let counts = intake.commit(&purpose, Some(cursor), None).await?;
        tracing::debug!(
            fetched = counts.fetched,
            inserted = counts.inserted,
            updated = counts.updated,
            "slice committed"
        );
        Ok(counts)
    }
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
