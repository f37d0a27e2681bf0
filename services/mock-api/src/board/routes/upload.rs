//! `POST /api/job/upload/{id}/{attachmentId}`: the announced file itself.

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _, sea_query::Expr};

use super::with_open_listing;
use crate::{
    board::{
        Refusal, Reply,
        content::{self, essence},
        reply::{body, respond},
    },
    database::attachment::{Column, Entity},
    state::State,
};

/// Upload an announced attachment.
///
/// The file's bytes, with the announced type as the `Content-Type`; once.
#[utoipa::path(
    post,
    path = "/api/job/upload/{id}/{attachmentId}",
    operation_id = "upload",
    tag = "attachments",
    params(
        ("id" = String, Path, description = "The listing's id", example = "58089674d3fa73a0a457b72c"),
        ("attachmentId" = String, Path, description = "The attachment's id", example = "UFNUTUNWBN"),
    ),
    request_body(content = String, description = "The file, with the announced type", content_type = "text/plain"),
    responses((status = 200, description = "`ok`; `error` if anything is wrong", body = Reply, content_type = "application/json", example = json!({"result": "ok"}))),
)]
pub(in crate::board) async fn upload(
    state: web::Data<State>,
    request: HttpRequest,
    path: web::Path<(String, String)>,
    received: Result<web::Bytes, actix_web::Error>,
) -> HttpResponse {
    let (listing_id, attachment_id) = path.into_inner();
    let outcome = take(&state, &request, &listing_id, &attachment_id, received).await;
    respond(&state, outcome)
}

async fn take(
    state: &State,
    request: &HttpRequest,
    listing_id: &str,
    attachment_id: &str,
    received: Result<web::Bytes, actix_web::Error>,
) -> Result<Reply, Refusal> {
    let bytes = body(received)?;
    let database = with_open_listing(state, listing_id).await?;
    // without the content, which may be large
    let announced: Option<String> = Entity::find_by_id(attachment_id)
        .filter(Column::ListingId.eq(listing_id))
        .select_only()
        .column(Column::MimeType)
        .into_tuple()
        .one(database)
        .await?;
    let announced = announced.ok_or_else(|| Refusal::new("no such attachment of this listing was announced"))?;
    let sent = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if essence(sent) != essence(&announced) {
        return Err(Refusal::new("the Content-Type is not the announced one"));
    }
    content::judge(&announced, &bytes)?;
    // in one statement, so that of two at once only one is taken
    let written = Entity::update_many()
        .col_expr(Column::Content, Expr::value(bytes.to_vec()))
        .col_expr(Column::UploadedAt, Expr::value(state.now()))
        .filter(Column::Id.eq(attachment_id))
        .filter(Column::UploadedAt.is_null())
        .exec(database)
        .await?;
    if written.rows_affected == 1 { Ok(Reply::ok()) } else { Err(Refusal::new("the attachment is uploaded already")) }
}
