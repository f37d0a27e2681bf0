//! `POST /api/job/test`: as `create`, but nothing becomes of it.

use actix_web::{HttpRequest, HttpResponse, web};

use super::create::hand_over;
use crate::{
    board::{Reply, reply::respond},
    database::listing,
    state::State,
};

/// Try to hand over a job ad.
///
/// The same as `create`, and the other calls follow as usual, but the board does not forward what it got.
#[utoipa::path(
    post,
    path = "/api/job/test",
    operation_id = "testJob",
    tag = "job",
    request_body(content = crate::board::Submission, description = "Account and job ad, UTF-8", content_type = "application/json"),
    responses((status = 200, description = "`ok` and the listing's id; `error` if anything is wrong", body = Reply, content_type = "application/json")),
)]
pub(in crate::board) async fn test(
    state: web::Data<State>,
    request: HttpRequest,
    received: Result<web::Bytes, actix_web::Error>,
) -> HttpResponse {
    let outcome = hand_over(&state, &request, received, listing::TEST).await;
    respond(&state, outcome)
}
