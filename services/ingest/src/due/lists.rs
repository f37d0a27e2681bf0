//! Postings: the complete list of each medium, every time.

use store::{CommitSlice, Complete, CompleteList, Removals, SliceCounts};

use super::{marks::UNJUDGED, work::Work};

#[derive(Debug, Clone)]
pub(crate) struct List {
    pub(crate) media_id: String,
    pub(super) accept_removals: u64,
    /// Whether nothing could be said to be gone of the medium the last time.
    pub(super) was_unjudged: bool,
    pub(crate) is_last: bool,
}

impl List {
    /// How it is committed. Where it has records that cannot be told from others, `no_evidence` says so.
    pub(crate) fn commit<'a>(&'a self, no_evidence: Option<String>, commit: CommitSlice<'a>) -> CommitSlice<'a> {
        let media_id = self.media_id.as_str();
        let mark = format!("{UNJUDGED}postings/{media_id}");
        if let Some(why) = no_evidence {
            // one of these records may be a posting that we have: then nothing can be said to be gone
            tracing::warn!(media.id = media_id, why, "no posting of this medium is taken for gone in this run");
            let why = format!("postings of medium {media_id}: {why}");
            return CommitSlice { removals: Some(Removals::Unjudged { mark, why }), ..commit };
        }
        let complete = Some(Complete::List(CompleteList { media_id, accept_removals: self.accept_removals }));
        CommitSlice { complete, removals: self.was_unjudged.then_some(Removals::Judged { mark }), ..commit }
    }

    pub(crate) fn log(&self, counts: &SliceCounts) {
        tracing::info!(
            media.id = self.media_id,
            fetched = counts.fetched,
            inserted = counts.inserted,
            updated = counts.updated,
            removed = counts.removed,
            rejected = counts.rejected,
            "postings read"
        );
    }
}

impl Work<'_> {
    /// Rows of a medium that is no longer read stay as they are.
    pub(crate) async fn report_unlisted(&self) -> anyhow::Result<()> {
        let listed = self.settings.source.media_ids.as_slice();
        let is_listed = |medium: &str| listed.iter().any(|listed| listed.eq_ignore_ascii_case(medium));
        let of_postings = format!("{UNJUDGED}postings/");
        for mark in self.store.marks(&of_postings).await? {
            if mark.stream.strip_prefix(&of_postings).is_some_and(|medium| !is_listed(medium)) {
                // nobody wants to know any more what is gone of that medium
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
            if medium.live > 0 && !is_listed(&medium.media_id) {
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
