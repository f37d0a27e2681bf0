//! `GET /v1/{customer}/postings/{mediaId}`: what is, or was, to be seen on one medium.

use actix_web::{HttpRequest, HttpResponse, web};
use sea_orm::{ColumnTrait as _, Condition};

use crate::{
    database::posting::{Column, WITHDRAWN},
    emply::{Posting, Problem, access, posting::rows, stream},
    state::State,
};

/// Postings of a medium.
///
/// Answers with all postings of this medium that exist now: published (stage 1) and unpublished (stage 2).
/// A posting that was withdrawn is no longer listed. An unknown medium has no postings.
#[utoipa::path(
    get,
    path = "/v1/{customer}/postings/{mediaId}",
    operation_id = "listPostingsOfMedium",
    tag = "postings",
    params(
        ("customer" = String, Path, description = "Slug of the customer", example = "acme"),
        ("mediaId" = String, Path, description = "GUID of the medium", example = "172d5ed0-9986-4ab4-8e3a-3432b94b57a3"),
    ),
    responses(
        (status = 200, description = "All postings of the medium", body = [Posting], content_type = "application/json"),
        (status = 401, description = "No key, or an unknown one", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown customer", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The world is still being made", body = Problem, content_type = "application/problem+json"),
    ),
    security(("header" = []), ("query" = [])),
)]
pub(in crate::emply) async fn list(
    state: web::Data<State>,
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (customer, media_id) = path.into_inner();
    access::key(&state, &request)?;
    let database = access::world(&state, &customer)?.clone();
    let which = Condition::all().add(Column::MediaId.eq(media_id.to_lowercase())).add(Column::Status.ne(WITHDRAWN));
    stream::array(rows::pages(database, which, state.settings.customer.clone())).await
}
