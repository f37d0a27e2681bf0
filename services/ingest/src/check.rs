//! Whether everything that a run needs is in order. Writes nothing.

use runtime::{Check, FinalIf as _, Summary};
use store::{Store, StoreError};

use crate::{PROGRAM, config::Settings, open_options, source::Emply};

/// Prints one line for each item.
pub(crate) async fn run(settings: &Settings) -> anyhow::Result<Summary> {
    let mut check = Check::new();
    match Store::open_to_look(settings.database.url.reveal(), &open_options(&settings.database))
        .await
        .final_if(StoreError::is_final)
    {
        Ok(store) => {
            check.item("database", Ok(store.shown()));
            check.item("schema", schema(&store).await);
        }
        Err(error) => check.item("database", Err(error)),
    }
    let source = Emply::new(&PROGRAM, &settings.source, settings.ingest.max_requests)?;
    for media_id in settings.source.media_ids.as_slice() {
        // the head of the answer tells that address, customer and key are right; the body is not read
        let answer = source.postings(media_id).await;
        check.item(&format!("Emply, medium {media_id}"), answer.map(|_| "answers, and the key is accepted".to_owned()));
    }
    check.finish()
}

async fn schema(store: &Store) -> anyhow::Result<String> {
    let pending = store.schema().await?.pending;
    if pending.is_empty() {
        return Ok("up to date".to_owned());
    }
    Err(StoreError::SchemaMissing { pending }.into())
}
