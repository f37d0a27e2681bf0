//! Whether everything that a run needs is in order. Writes nothing.

use runtime::{Check, FinalIf as _, Summary};
use store::{Store, StoreError};

use crate::{
    PROGRAM, commands,
    config::{Persons, Settings},
    report,
    source::Emply,
    streams::wide_since,
};

/// Prints one line for each item.
pub(crate) async fn run(settings: &Settings) -> anyhow::Result<Summary> {
    let mut check = Check::new();
    if let Some(store) = one_shot::check(&mut check, &PROGRAM, &settings.database).await {
        check.item("PII_KEY", key(&store, &settings.persons).await);
        one_shot::check_place(
            &mut check,
            &store,
            "`ingest forget --suppressed FILE` with the newest list, or `ingest --forgotten-known`",
        )
        .await;
        if let Some(since) = wide_since(&store).await? {
            let since = since.format("%Y-%m-%d %H:%M:%S");
            let text = format!(
                "since {since} applications are asked for with 24 hours on both sides: Emply reads `from` and `to` otherwise than as UTC"
            );
            check.warning("windows", &text);
        }
        for text in report::unjudged(&store).await? {
            check.warning("removals", &text);
        }
    }
    let source = Emply::new(&PROGRAM, &settings.source, settings.ingest.max_requests)?;
    for media_id in settings.source.media_ids.as_slice() {
        // the head of the answer tells that address, customer and key are right; the body is not read
        let answer = source.postings(media_id).await;
        check.item(&format!("Emply, medium {media_id}"), answer.map(|_| "answers, and the key is accepted".to_owned()));
    }
    check.finish()
}

/// Whether it is the key that something in the store was made with; without one, whether none is needed.
async fn key(store: &Store, persons: &Persons) -> anyhow::Result<String> {
    let Some(key) = persons.given() else {
        commands::suppression(store, persons).await?;
        return Ok("none, and nobody was forgotten".to_owned());
    };
    store.check_key(&key).await.final_if(StoreError::is_final)?;
    Ok(format!("fits the store (fingerprint {})", key.fingerprint()))
}
