//! `ingest replay-rejected`: records that could not be read are tried again.

use std::{collections::HashSet, sync::Arc};

use chrono::{DateTime, Utc};
use one_shot::Audited;
use runtime::Summary;
use store::CommitSlice;

use super::{Asked, same_place, suppression};
use crate::{
    pipeline::{Applications, Postings, Stream, make_rows_again},
    report,
    sink::Load,
    transform::{APPLICATION, POSTING, Transform},
};

/// Records tried in one transaction.
const AT_ONCE: u64 = 500;

/// Those that can be read by now become rows, unless the store has something newer under their key.
pub(crate) async fn replay(asked: &Asked<'_>) -> anyhow::Result<Summary> {
    let Asked { context, persons, .. } = *asked;
    asked
        .run("replay-rejected", async |audited| {
            same_place(&audited, context, false).await?;
            let store = audited.store;
            // another key is refused, also where there is nothing to be tried again
            let suppression = suppression(store, persons).await?;
            let Some(source) = store.source().await? else { return Ok(()) };
            let again = Again {
                transform: Transform { customer: source.customer, suppression, noted: Arc::default() },
                audited,
                now: context.clock.now(),
            };
            again.stream(&Postings { listed_by: None }, POSTING).await?;
            again.stream(&Applications { scope: None }, APPLICATION).await?;
            report::noticed(again.transform.noted.take());
            Ok(())
        })
        .await
}

struct Again<'a> {
    transform: Transform,
    audited: Audited<'a>,
    now: DateTime<Utc>,
}

impl Again<'_> {
    async fn stream<S: Stream>(&self, stream: &S, name: &str) -> anyhow::Result<()> {
        let Audited { store, writer, run_id, .. } = &self.audited;
        let mut after = String::new();
        loop {
            let page = store.rejected(Some(name), &after, AT_ONCE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            // not by a number of rows to skip: those that are settled are gone from the next page
            after.clone_from(&last.fingerprint);
            let (payloads, fingerprints): (_, Vec<_>) =
                page.into_iter().map(|row| (row.payload, row.fingerprint)).unzip();
            // anew for each page, since the one before is committed by then
            let known = writer.recognition::<S::Entity>(None).await?;
            let batch = make_rows_again(stream, &self.transform, known, payloads, self.now);
            let still_rejected: HashSet<u64> = batch.rejected.iter().map(|(place, _)| *place).collect();
            let places = (0..).zip(fingerprints).filter(|(place, _)| !still_rejected.contains(place));
            let settled: Vec<String> = places.map(|(_, fingerprint)| fingerprint).collect();
            let mut load = Load::<S::Entity>::begin(writer, run_id, self.now);
            load.stage(batch).await?;
            let commit = CommitSlice { replayed: Some(&settled), ..load.plain_commit() };
            load.commit(&commit).await?;
        }
    }
}
