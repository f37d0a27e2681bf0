//! `GET /api/job/publish/{id}`: the last call.

use actix_web::{HttpResponse, web};

use crate::{
    board::{Refusal, Reply, reply::respond},
    database::listing,
    state::State,
};

/// Finish the transfer.
///
/// From then on the board's staff works on the listing; nothing can be added to it. Once only.
#[utoipa::path(
    get,
    path = "/api/job/publish/{id}",
    operation_id = "publishJob",
    tag = "job",
    params(("id" = String, Path, description = "The listing's id", example = "58089674d3fa73a0a457b72c")),
    responses((status = 200, description = "`ok`; `error` if anything is wrong", body = Reply, content_type = "application/json", example = json!({"result": "ok"}))),
)]
pub(in crate::board) async fn publish(state: web::Data<State>, id: web::Path<String>) -> HttpResponse {
    let outcome = finish(&state, &id).await;
    respond(&state, outcome)
}

async fn finish(state: &State, id: &str) -> Result<Reply, Refusal> {
    let database = state.board().ok_or_else(Refusal::not_ready)?;
    let published = listing::publish(database, id, state.now()).await?;
    if published { Ok(Reply::ok()) } else { Err(Refusal::new("there is no such listing, or it is published already")) }
}
