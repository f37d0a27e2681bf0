//! `PUT /bundle`: dbt hands its pages over. `GET /bundle`: whether it could, and since when the present ones are on show.

use std::path::Path;

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use chrono::{DateTime, Utc};
use futures_util::StreamExt as _;
use serde_json::json;
use subtle::ConstantTimeEq as _;
use tokio::{fs::File, io::AsyncWriteExt as _};

use crate::{
    bundle::{Contents, Limits, Refusal},
    server::State,
};

/// Unpacked, a bundle may be so many times as large as the setting says; text is well compressed.
const UNPACKED: u64 = 8;
/// Files and folders of a bundle at most.
const ENTRIES: u64 = 10_000;

pub(super) async fn get(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Refusal> {
    authorise(&request, state.settings.reports.token.reveal())?;
    Ok(HttpResponse::Ok().json(json!({ "since": state.shelf.since().map(DateTime::<Utc>::from) })))
}

pub(super) async fn put(
    request: HttpRequest,
    state: web::Data<State>,
    body: web::Payload,
) -> Result<HttpResponse, Refusal> {
    let taken_in = take_in(&request, state, body).await;
    match &taken_in {
        Ok(contents) => tracing::info!(files = contents.files, bytes = contents.bytes, "a bundle is on show"),
        Err(refusal) => tracing::warn!(error = %refusal, "a bundle was refused; the last good one stays on show"),
    }
    let contents = taken_in?;
    Ok(HttpResponse::Ok().json(json!({ "files": contents.files, "bytes": contents.bytes })))
}

async fn take_in(request: &HttpRequest, state: web::Data<State>, body: web::Payload) -> Result<Contents, Refusal> {
    authorise(request, state.settings.reports.token.reveal())?;
    let _alone = state.taking_in.try_lock().map_err(|_| Refusal::Busy)?;
    let most = state.settings.reports.max_bundle_bytes;
    let archive = state.shelf.place_for_archive();
    let limits = Limits { bytes: most.saturating_mul(UNPACKED), entries: ENTRIES };
    let contents = match receive(body, &archive, most).await {
        Ok(()) => {
            let (shelf, archive) = (state.shelf.clone(), archive.clone());
            let unpacked = web::block(move || shelf.take_in(&archive, limits)).await;
            unpacked.unwrap_or_else(|error| Err(Refusal::Disk(std::io::Error::other(error))))
        }
        Err(refusal) => Err(refusal),
    };
    // what cannot be removed now is removed at the next start
    let _ = tokio::fs::remove_file(&archive).await;
    contents
}

fn authorise(request: &HttpRequest, token: &str) -> Result<(), Refusal> {
    let given = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    if bool::from(given.as_bytes().ct_eq(token.as_bytes())) { Ok(()) } else { Err(Refusal::Unauthorized) }
}

async fn receive(mut body: web::Payload, archive: &Path, most: u64) -> Result<(), Refusal> {
    let mut file = File::create(archive).await?;
    let mut received = 0;
    while let Some(piece) = body.next().await {
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
