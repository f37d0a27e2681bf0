//! Whether everything that a run needs is in order. Writes nothing.

use runtime::{Check, Context, FinalIf as _, Summary, soon};
use store::{Store, StoreError};

use crate::{
    commands,
    config::{Clock, Persons, Settings, WITHOUT_VOCABULARY},
    due::wide_since,
    report,
    source::Emply,
};

pub(crate) async fn run(context: &Context, settings: &Settings) -> anyhow::Result<Summary> {
    let mut check = Check::new();
    let mut media_of_old = Vec::new();
    if let Some(store) = one_shot::check(&mut check, context.program, &settings.database).await {
        media_of_old = soon(async { Ok(store.postings_by_medium().await?) }).await?;
        check.item("PII_KEY", soon(key(&store, &settings.persons)).await);
        one_shot::check_place(
            &mut check,
            &store,
            "`ingest forget --suppressed FILE` with the newest list, or `ingest --forgotten-known`",
        )
        .await;
        if let Some(since) = soon(wide_since(&store)).await? {
            let since = since.format("%Y-%m-%d %H:%M:%S");
            let text = format!(
                "since {since} applications are asked for with 24 hours on both sides: Emply reads `from` and `to` otherwise than as UTC"
            );
            check.warning("windows", &text);
        }
        for text in soon(report::unjudged(&store)).await? {
            check.warning("removals", &text);
        }
    }
    if settings.source.clock == Clock::Ours && settings.ingest.start.0 > context.clock.now() {
        check.warning("INGEST_START", "is yet to come; no application is read until then");
    }
    if settings.ingest.retention_days.is_some() {
        vocabulary(&mut check, settings);
    }
    if let Some(told) = settings.source.is_readable_by_others() {
        check.warning("EMPLY_BASE_URL", told);
    }
    let source = Emply::at_a_glance(context, &settings.source)?;
    for media_id in settings.source.media_ids.as_slice() {
        let item = format!("Emply, medium {media_id}");
        let had_some = media_of_old.iter().any(|medium| medium.media_id.eq_ignore_ascii_case(media_id));
        match soon(lists_something(&source, media_id)).await {
            Ok(false) if !had_some => check.warning(
                &item,
                "answers with an empty list, and never had a posting: is it a medium of this customer (EMPLY_MEDIA_IDS)?",
            ),
            found => check.item(&item, found.map(|_| "answers, and the key is accepted".to_owned())),
        }
    }
    check.finish()
}

/// By which those are counted who are forgotten because their time is over.
fn vocabulary(check: &mut Check, settings: &Settings) {
    match &settings.vocabulary.file {
        Some(path) => {
            let listed =
                settings.freezing().map(|listed| format!("{}: {}", path.display(), listed.unwrap_or_default()));
            check.item("vocabulary", listed);
        }
        None => check.warning("vocabulary", WITHOUT_VOCABULARY),
    }
}

async fn lists_something(source: &Emply, media_id: &str) -> anyhow::Result<bool> {
    // the head tells that address, customer and key are right; of the body no more is read than is needed
    Ok(source.postings(media_id).await?.lists_something().await?)
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
