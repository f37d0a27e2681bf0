//! `GET /_mock/board/listings…`: what the board received.

use actix_web::{HttpResponse, http::header, web};
use sea_orm::{ColumnTrait as _, DatabaseConnection, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use serde::Serialize;
use serde_json::{Value, value::RawValue};

use crate::{
    database::{attachment, listing},
    emply::Problem,
    state::State,
    ticks::Ticks,
};

#[derive(Debug, Serialize)]
struct Listing {
    id: String,
    mode: String,
    account: String,
    received: String,
    published: Option<String>,
    job: Box<RawValue>,
    attachments: Vec<Attachment>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Attachment {
    id: String,
    filename: String,
    mime_type: String,
    prepared: String,
    uploaded: Option<String>,
    bytes: Option<usize>,
    content: String,
}

pub(super) async fn list(state: web::Data<State>) -> Result<HttpResponse, Problem> {
    let database = state.board().ok_or_else(Problem::not_ready)?;
    let rows = listing::Entity::find().order_by_asc(listing::Column::ReceivedAt).order_by_asc(listing::Column::Id);
    let mut listings = Vec::new();
    for row in rows.all(database).await? {
        listings.push(whole(database, row).await?);
    }
    Ok(HttpResponse::Ok().json(listings))
}

pub(super) async fn show(state: web::Data<State>, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    let database = state.board().ok_or_else(Problem::not_ready)?;
    let row = listing::Entity::find_by_id(id.as_str()).one(database).await?;
    let row = row.ok_or_else(|| Problem::not_found("There is no such listing.".to_owned()))?;
    Ok(HttpResponse::Ok().json(whole(database, row).await?))
}

pub(super) async fn content(
    state: web::Data<State>,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (listing_id, id) = path.into_inner();
    let database = state.board().ok_or_else(Problem::not_ready)?;
    let found = attachment::Entity::find_by_id(id).filter(attachment::Column::ListingId.eq(listing_id));
    let content = found.one(database).await?.and_then(|attachment| attachment.content);
    let content = content.ok_or_else(|| Problem::not_found("No such attachment was uploaded.".to_owned()))?;
    // whatever it says it is, a browser is to do nothing with it
    let answer = HttpResponse::Ok()
        .content_type("application/octet-stream")
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(content);
    Ok(answer)
}

async fn whole(database: &DatabaseConnection, row: listing::Model) -> Result<Listing, DbErr> {
    let attachments = attachment::Entity::find()
        .filter(attachment::Column::ListingId.eq(row.id.as_str()))
        .order_by_asc(attachment::Column::PreparedAt)
        .order_by_asc(attachment::Column::Id)
        .all(database)
        .await?;
    let attachments = attachments.into_iter().map(|attachment| Attachment {
        content: format!("/_mock/board/listings/{}/attachments/{}", row.id, attachment.id),
        id: attachment.id,
        filename: attachment.filename,
        mime_type: attachment.mime_type,
        prepared: attachment.prepared_at.iso_utc(),
        uploaded: attachment.uploaded_at.map(Ticks::iso_utc),
        bytes: attachment.content.map(|content| content.len()),
    });
    let attachments = attachments.collect();
    // a text that is no JSON was put there by hand; it is shown as it is
    let job = RawValue::from_string(row.job)
        .or_else(|error| serde_json::value::to_raw_value(&Value::String(error.to_string())));
    Ok(Listing {
        id: row.id,
        mode: row.mode,
        account: row.account,
        received: row.received_at.iso_utc(),
        published: row.published_at.map(Ticks::iso_utc),
        job: job.map_err(|error| DbErr::Json(error.to_string()))?,
        attachments,
    })
}
