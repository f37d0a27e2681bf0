//! `POST /_mock/reset`: everything as at the first start.

use actix_web::{HttpResponse, web};

use crate::{emply::Problem, state::State, world};

pub(super) async fn reset(state: web::Data<State>) -> Result<HttpResponse, Problem> {
    let customers = state.customers().ok_or_else(Problem::not_ready)?;
    let _alone = state.moving.lock().await;
    world::renew(&state, customers).await?;
    state.faults.set(Vec::new());
    state.journal.clear();
    tracing::info!("everything was made anew");
    Ok(HttpResponse::Ok().json(serde_json::json!({ "now": state.now().iso_utc() })))
}
