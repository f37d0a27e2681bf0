//! `GET /v1/{customer}/postings`: what is published, on all media. Public: no key is needed.

use actix_web::{HttpResponse, web};
use sea_orm::{ColumnTrait as _, Condition};

use crate::{
    database::posting::{Column, PUBLISHED},
    emply::{Posting, Problem, access, posting::rows, rough::Manner, stream},
    state::State,
};

/// Published postings.
///
/// Answers with the published postings (stage 1) of all media; a vacancy on two media is two postings. No
/// key is needed, since these postings are public.
#[utoipa::path(
    get,
    path = "/v1/{customer}/postings",
    operation_id = "listPublishedPostings",
    tag = "postings",
    params(("customer" = String, Path, description = "Slug of the customer", example = "acme")),
    responses(
        (status = 200, description = "All published postings", body = [Posting], content_type = "application/json"),
        (status = 404, description = "Unknown customer", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The world is still being made", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(in crate::emply) async fn list(
    state: web::Data<State>,
    customer: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let customer = access::customer(&state, &customer)?;
    let which = Condition::all().add(Column::Status.eq(PUBLISHED));
    let (name, manner) = (Some("published".to_owned()), Manner::of(state.settings.world));
    stream::array(customer, name, manner, || rows::pages(customer, which.clone())).await
}
