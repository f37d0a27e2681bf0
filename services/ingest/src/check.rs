//! Whether everything that a run needs is in order. Writes nothing.

use runtime::{Check, Summary};

use crate::{PROGRAM, config::Settings, source::Emply};

/// Prints one line for each item.
pub(crate) async fn run(settings: &Settings) -> anyhow::Result<Summary> {
    let mut check = Check::new();
    one_shot::check(&mut check, &PROGRAM, &settings.database).await;
    let source = Emply::new(&PROGRAM, &settings.source, settings.ingest.max_requests)?;
    for media_id in settings.source.media_ids.as_slice() {
        // the head of the answer tells that address, customer and key are right; the body is not read
        let answer = source.postings(media_id).await;
        check.item(&format!("Emply, medium {media_id}"), answer.map(|_| "answers, and the key is accepted".to_owned()));
    }
    check.finish()
}
