//! Postings: the complete list of each medium, every time.

use chrono::{DateTime, Utc};
use store::{
    Complete, CompleteList, Expected, Removals,
    entity::{posting, sync_cursor},
};

use super::{Streams, UNJUDGED};
use crate::{
    sink::{self, BATCH, Ending, Intake, Purpose},
    source::{Batches, batches},
    transform::Arrived,
};

impl Streams<'_> {
    /// Reads the postings of every medium; while those of one are committed, the source is asked for those of the next,
    /// and while those of the last are, `then` is begun. It is given the time at the source, which is the time that its
    /// records carry; ours counts only when the source does not tell.
    pub(crate) async fn postings<T>(
        &self,
        then: impl AsyncFnOnce(DateTime<Utc>) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let (mut date_there, mut media) = (None, self.settings.source.media_ids.as_slice().iter());
        let marks = self.store.marks("").await?;
        let Some(first) = media.next() else { return then(self.clock_there(None, &marks)?).await };
        let mut asked = self.ask_for(first).await?;
        loop {
            let Asked { media_id, date, purpose, records } = asked;
            date_there = date.or(date_there);
            let now_there = self.clock_there(date_there, &marks)?;
            let (transform, listed_by) = (self.transform(purpose.now), media_id.clone());
            let read = move |arrived, is_recognised| transform.posting(arrived, is_recognised, Some(&listed_by));
            let expected = Expected::Medium(media_id.clone());
            let intake = sink::read::<posting::Entity, _>(self.writer, records, expected, read, &purpose).await?;
            let ending = Ending { observed: date_there, ..Ending::default() };
            let commit = Box::pin(self.commit_list(intake, &media_id, &purpose, (&marks, ending)));
            let Some(next) = media.next() else {
                let commit = async {
                    commit.await?;
                    self.report_unlisted(&marks).await
                };
                let (committed, begun) = tokio::join!(commit, then(now_there));
                committed?;
                return begun;
            };
            let (committed, answer) = tokio::join!(commit, self.ask_for(next));
            committed?;
            asked = answer?;
        }
    }

    /// Asks for the postings of a medium, and begins to read what comes, as far as it need not be kept.
    async fn ask_for(&self, media_id: &str) -> anyhow::Result<Asked<'_>> {
        let media_id = domain::key(media_id).unwrap_or_default();
        let (listed_by, purpose) = (media_id.clone(), self.purpose());
        let answer = self.source.postings(&media_id).await?;
        let date = answer.date;
        let arrived = move |json: &str, marks| Arrived::posting(json, marks, &listed_by);
        let records = batches(answer.into_reader(), BATCH, arrived);
        Ok(Asked { media_id, date, purpose, records })
    }

    async fn commit_list(
        &self,
        intake: Intake<'_, posting::Entity>,
        media_id: &str,
        purpose: &Purpose<'_>,
        (marks, mut ending): (&[sync_cursor::Model], Ending<'_>),
    ) -> anyhow::Result<()> {
        let mark = format!("{UNJUDGED}postings/{media_id}");
        if let Some(why) = intake.is_no_evidence() {
            // one of these records may be a posting that we have: then nothing can be said to be gone
            tracing::warn!(media.id = media_id, why, "no posting of this medium is taken for gone in this run");
            let why = format!("postings of medium {media_id}: {why}");
            ending.removals = Some(Removals::Unjudged { mark, why });
        } else {
            let list = CompleteList { media_id, accept_removals: self.accept_removals };
            ending.complete = Some(Complete::List(list));
            let was_unjudged = marks.iter().any(|held| held.stream == mark);
            ending.removals = was_unjudged.then_some(Removals::Judged { mark });
        }
        let counts = intake.commit(purpose, ending).await?;
        tracing::info!(
            media.id = media_id,
            fetched = counts.fetched,
            inserted = counts.inserted,
            updated = counts.updated,
            removed = counts.removed,
            rejected = counts.rejected,
            "postings read"
        );
        Ok(())
    }

    /// Rows of a medium that is no longer read stay as they are, and nobody wants to know what is gone of them.
    async fn report_unlisted(&self, marks: &[sync_cursor::Model]) -> anyhow::Result<()> {
        let listed = self.settings.source.media_ids.as_slice();
        for mark in marks {
            let of_medium = mark.stream.strip_prefix(UNJUDGED).and_then(|of| of.strip_prefix("postings/"));
            if of_medium.is_some_and(|medium| !listed.iter().any(|listed| listed.eq_ignore_ascii_case(medium))) {
                self.writer.set_cursor(&mark.stream, None, self.run_id, self.context.clock.now()).await?;
            }
        }
        let known = self.store.postings_by_medium().await?;
        for media_id in listed {
            if !known.iter().any(|medium| medium.media_id.eq_ignore_ascii_case(media_id)) {
                tracing::warn!(
                    media.id = media_id,
                    "EMPLY_MEDIA_IDS lists a medium that never had a posting: is it a medium of this customer?"
                );
            }
        }
        for medium in known {
            if medium.live > 0 && !listed.iter().any(|listed| listed.eq_ignore_ascii_case(&medium.media_id)) {
                tracing::warn!(
                    media.id = medium.media_id,
                    rows = medium.live,
                    "EMPLY_MEDIA_IDS no longer lists a medium whose postings are in the store; they stay"
                );
            }
        }
        Ok(())
    }
}

/// A list that the source was asked for.
struct Asked<'a> {
    media_id: String,
    /// When it was answered, by the source's clock.
    date: Option<DateTime<Utc>>,
    purpose: Purpose<'a>,
    records: Batches<Arrived>,
}
