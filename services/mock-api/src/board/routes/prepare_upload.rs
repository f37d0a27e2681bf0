//! `POST /api/job/prepare-upload/{id}`: an attachment is announced.

use actix_web::{HttpResponse, web};
use sea_orm::{ActiveModelTrait as _, ActiveValue::Set};
use serde::Deserialize;
use utoipa::ToSchema;

use super::with_open_listing;
use crate::{
    board::{
        Refusal, Reply, content, ids,
        reply::{body, respond},
    },
    database::attachment,
    state::State,
};

/// A longer name is none that a file has.
const LONGEST_NAME: usize = 255;
/// Ends of names that only archives have.
const ARCHIVES: [&str; 12] =
    [".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".jar", ".cab", ".iso"];

/// An attachment that is to come.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"filename": "message.txt", "mimeType": "text/plain"}))]
pub(in crate::board) struct Announcement {
    /// Name by which the ad's HTML refers to it.
    filename: String,
    /// What it is: an image, a text or a PDF.
    mime_type: String,
}

/// Announce an attachment.
///
/// Before `publish`, one after the other. The answer's `result` is the attachment's id, a new one each time.
#[utoipa::path(
    post,
    path = "/api/job/prepare-upload/{id}",
    operation_id = "prepareUpload",
    tag = "attachments",
    params(("id" = String, Path, description = "The listing's id", example = "58089674d3fa73a0a457b72c")),
    request_body(content = Announcement, description = "Name and type of the file", content_type = "application/json"),
    responses((status = 200, description = "The attachment's id; `error` if anything is wrong", body = Reply, content_type = "application/json",
        example = json!({"result": "UFNUTUNWBN"}))),
)]
pub(in crate::board) async fn prepare(
    state: web::Data<State>,
    id: web::Path<String>,
    received: Result<web::Bytes, actix_web::Error>,
) -> HttpResponse {
    let outcome = announce(&state, &id, received).await;
    respond(&state, outcome)
}

async fn announce(state: &State, id: &str, received: Result<web::Bytes, actix_web::Error>) -> Result<Reply, Refusal> {
    let announcement: Announcement = serde_json::from_slice(&body(received)?)
        .map_err(|_| Refusal::new("the body is no JSON object with filename and mimeType"))?;
    let name = announcement.filename;
    let is_plain = !name.trim().is_empty() && !name.contains(['/', '\\']) && !name.contains(char::is_control);
    if !is_plain || name.len() > LONGEST_NAME {
        return Err(Refusal::new("filename: is not the plain name of a file"));
    }
    if ARCHIVES.iter().any(|end| name.to_ascii_lowercase().ends_with(end)) {
        return Err(Refusal::new("filename: is that of an archive"));
    }
    if !content::may_be_announced(&announcement.mime_type) {
        return Err(Refusal::new("mimeType: is neither an image nor a text nor application/pdf"));
    }
    let database = with_open_listing(state, id).await?;
    let attachment_id = ids::attachment();
    let row = attachment::ActiveModel {
        id: Set(attachment_id.clone()),
        listing_id: Set(id.to_owned()),
        filename: Set(name),
        mime_type: Set(announcement.mime_type),
        prepared_at: Set(state.now()),
        uploaded_at: Set(None),
        content: Set(None),
    };
    row.insert(database).await?;
    Ok(Reply::attachment(attachment_id))
}
