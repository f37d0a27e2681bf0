//! Whether everything that a run needs is in order. Writes nothing.

use domain::Pseudonymiser;
use runtime::{Check, FinalIf as _, Summary};
use store::StoreError;

use crate::{PROGRAM, config::Settings, source::Emply};

/// Prints one line for each item.
pub(crate) async fn run(settings: &Settings) -> anyhow::Result<Summary> {
    let mut check = Check::new();
    one_shot::check(&mut check, &PROGRAM, &settings.database).await;
    if let Some(key) = settings.persons.given() {
        check.item("PII_KEY", check_key(settings, &key).await);
    }
    let source = Emply::new(&PROGRAM, &settings.source, settings.ingest.max_requests)?;
    for media_id in settings.source.media_ids.as_slice() {
        // the head of the answer tells that address, customer and key are right; the body is not read
        let answer = source.postings(media_id).await;
        check.item(&format!("Emply, medium {media_id}"), answer.map(|_| "answers, and the key is accepted".to_owned()));
    }
    check.finish()
}

/// Whether it is the key that something in the store was made with.
async fn check_key(settings: &Settings, key: &Pseudonymiser) -> anyhow::Result<String> {
    let store = one_shot::open(&PROGRAM, &settings.database).await?;
    store.check_key(key).await.final_if(StoreError::is_final)?;
    Ok(format!("fits the store (fingerprint {})", key.fingerprint()))
}
