//! `GET /_mock/rough?customer=SLUG`: which records are rough, and in what form.

use actix_web::{HttpResponse, web};

use super::whose::Whose;
use crate::{
    emply::{Problem, rough},
    state::State,
};

pub(super) async fn show(state: web::Data<State>, whose: web::Query<Whose>) -> Result<HttpResponse, Problem> {
    let survey = rough::survey(&state, whose.find(&state)?).await?;
    Ok(HttpResponse::Ok().json(survey))
}
