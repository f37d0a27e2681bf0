//! `ingest replay-rejected`: records that could not be read are tried again.

use std::sync::Arc;

use one_shot::Audited;
use runtime::Summary;
use store::{
    Known, Staged,
    entity::{application, posting, rejected_record},
};

use super::{Asked, same_place, suppression};
use crate::{
    report,
    sink::{Ending, Intake, Purpose},
    transform::{Arrived, FORM, Record, Transform, form_of_applications},
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
            let transform =
                Transform { at: context.clock.now(), customer: source.customer, suppression, noted: Arc::default() };
            let read = |json| transform.posting(Arrived::unread(json, FORM), false, None);
            stream::<posting::Entity>(&audited, &transform, "posting", read).await?;
            let form = form_of_applications(&transform.customer);
            let read = |json| transform.application(Arrived::unread(json, form), false, None);
            stream::<application::Entity>(&audited, &transform, "application", read).await?;
            report::noticed(transform.noted.take());
            Ok(())
        })
        .await
}

async fn stream<E: Staged>(
    audited: &Audited<'_>,
    transform: &Transform,
    name: &str,
    read: impl Fn(String) -> Record<E::Model>,
) -> anyhow::Result<()> {
    let purpose = Purpose { run_id: audited.run_id, now: transform.at, max_rejected_ratio: 1.0 };
    let mut after = String::new();
    loop {
        let page = audited.store.rejected(Some(name), &after, AT_ONCE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after.clone_from(&last.fingerprint);
        let (records, settled) = read_all(page, &read);
        let mut intake = Intake::<E>::begin(audited.writer);
        intake.add(records, Known::default(), &purpose).await?;
        intake.commit(&purpose, Ending { replayed: Some(&settled), ..Ending::default() }).await?;
    }
}

/// What became of them, and the fingerprints of those that need not be kept any longer.
fn read_all<M>(page: Vec<rejected_record::Model>, read: impl Fn(String) -> Record<M>) -> (Vec<Record<M>>, Vec<String>) {
    let (mut records, mut settled) = (Vec::new(), Vec::new());
    for row in page {
        let record = read(row.payload);
        if !matches!(record, Record::Rejected(_)) {
            settled.push(row.fingerprint);
        }
        records.push(record);
    }
    (records, settled)
}
