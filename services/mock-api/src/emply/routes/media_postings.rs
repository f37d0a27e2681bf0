//! `GET /v1/{customer}/postings/{mediaId}`: what is, or was, to be seen on one medium.

use actix_web::{HttpRequest, HttpResponse, web};
use sea_orm::{ColumnTrait as _, Condition, DatabaseConnection, DbErr, EntityTrait as _, QueryFilter as _};

use crate::{
    config::UnknownMedium,
    database::posting::{Column, Entity, WITHDRAWN},
    emply::{Posting, Problem, access, posting::rows, rough::Manner, stream},
    state::State,
};

/// Postings of a medium.
///
/// Answers with all postings of this medium that exist now: published (stage 1) and unpublished (stage 2).
/// A posting that was withdrawn is no longer listed. An unknown medium has no postings, or is 404 if the mock is told so.
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
        (status = 404, description = "Unknown customer, or medium", body = Problem, content_type = "application/problem+json"),
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
    let customer = access::customer(&state, &customer)?;
    if state.settings.unknown_medium == UnknownMedium::NotFound
        && !is_known(&state, &customer.database, &media_id).await?
    {
        return Err(Problem::not_found("There is no such medium.".to_owned()));
    }
    let media_id = media_id.to_lowercase();
    let which = Condition::all().add(Column::MediaId.eq(media_id.as_str())).add(Column::Status.ne(WITHDRAWN));
    // whatever is longer is the id of no medium
    let name = (media_id.len() <= 36).then(|| format!("medium {media_id}"));
    let manner = Manner::of(state.settings.world).for_medium(state.settings.media_ids.as_slice(), &media_id);
    stream::array(customer, name, manner, || rows::pages(customer, which.clone())).await
}

async fn is_known(state: &State, database: &DatabaseConnection, media_id: &str) -> Result<bool, DbErr> {
    if state.settings.media_ids.as_slice().iter().any(|known| known.eq_ignore_ascii_case(media_id)) {
        return Ok(true);
    }
    // somebody may have put a posting on a medium that the settings do not name
    let posting = Entity::find().filter(Column::MediaId.eq(media_id.to_lowercase())).one(database).await?;
    Ok(posting.is_some())
}
