//! `PUT /bundle`: dbt hands its pages over. `GET /bundle`: whether it could, and since when the present ones are on show.

use std::{sync::Arc, time::Duration};

use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::StreamExt as _;
use serde_json::json;
use tokio::{fs::File, io::AsyncWriteExt as _, time::Instant};

use crate::{
    bundle::{Contents, Limits, Refusal},
    config::Settings,
    state::State,
    token,
};

/// Unpacked, a bundle may be so many times as large as the setting says; text is well compressed.
const UNPACKED: u64 = 8;
const ENTRIES: u64 = 10_000;

pub(super) async fn get(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Refusal> {
    token::authorise(&request, state.settings.reports.token.reveal())?;
    Ok(HttpResponse::Ok().json(json!({ "since": state.shelf.since() })))
}

pub(super) async fn put(
    request: HttpRequest,
    state: web::Data<State>,
    body: web::Payload,
) -> Result<HttpResponse, Refusal> {
    let taken_in = take_in(&request, web::Data::clone(&state), body).await;
    match &taken_in {
        Ok(contents) => tracing::info!(files = contents.files, bytes = contents.bytes, "a bundle is on show"),
        Err(refusal) => tracing::warn!(error = %refusal, "a bundle was refused; the last good one stays on show"),
    }
    let contents = taken_in?;
    // so that whoever has handed it over finds it on the pages
    state.marts.caught_up().await;
    Ok(HttpResponse::Ok().json(json!({ "files": contents.files, "bytes": contents.bytes })))
}

async fn take_in(request: &HttpRequest, state: web::Data<State>, body: web::Payload) -> Result<Contents, Refusal> {
    token::authorise(request, state.settings.reports.token.reveal())?;
    let alone = Arc::clone(&state.taking_in).try_lock_owned().map_err(|_| Refusal::Busy)?;
    // the place is free when all that was on disk is gone, also when this is dropped in the middle
    let (file, archive) = state.shelf.place_for_archive()?;
    tokio::select! {
        received = receive(body, File::from_std(file), &state.settings) => received?,
        () = state.stop.cancelled() => return Err(Refusal::Stopping),
    }
    let limits = Limits { bytes: state.settings.bundle.max_bundle_bytes.saturating_mul(UNPACKED), entries: ENTRIES };
    let (shelf, stop) = (state.shelf.clone(), state.stop.clone());
    let unpacked = web::block(move || {
        // goes on when nobody waits for the answer any more, and so the place stays taken
        let (_alone, archive) = (alone, archive);
        shelf.take_in(archive.path(), limits, &stop)
    });
    unpacked.await.unwrap_or_else(|error| Err(Refusal::Disk(std::io::Error::other(error))))
}

async fn receive(mut body: web::Payload, mut file: File, settings: &Settings) -> Result<(), Refusal> {
    let (idle, all) = (settings.reports.upload_idle_seconds, settings.reports.upload_seconds);
    let most = settings.bundle.max_bundle_bytes;
    let ends = Instant::now() + Duration::from_secs(all);
    let mut received = 0;
    loop {
        let silent = Instant::now() + Duration::from_secs(idle);
        let piece = tokio::time::timeout_at(ends.min(silent), body.next()).await.map_err(|_| {
            Refusal::TooSlow(if ends <= silent {
                format!("it took longer than {all} s, the limit of REPORTS_UPLOAD_SECONDS")
            } else {
                format!("nothing came for {idle} s, the limit of REPORTS_UPLOAD_IDLE_SECONDS")
            })
        })?;
        let Some(piece) = piece else { break };
        let piece = piece.map_err(|error| Refusal::BrokenOff(error.to_string()))?;
        received += piece.len() as u64;
        if received > most {
            return Err(Refusal::TooLarge(most));
        }
        file.write_all(&piece).await?;
    }
    file.flush().await?;
    Ok(())
}
