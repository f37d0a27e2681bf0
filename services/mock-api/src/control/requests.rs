//! `GET /_mock/requests`: the last requests, oldest first.

use actix_web::{HttpResponse, web};

use crate::state::State;

pub(super) async fn list(state: web::Data<State>) -> HttpResponse {
    HttpResponse::Ok().json(state.journal.entries())
}
