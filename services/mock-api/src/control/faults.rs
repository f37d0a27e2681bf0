//! `/_mock/faults`: what is to go wrong.

use actix_web::{HttpResponse, web};

use crate::{emply::Problem, faults::rule::Rule, state::State};

pub(super) async fn list(state: web::Data<State>) -> HttpResponse {
    HttpResponse::Ok().json(state.faults.all())
}

/// Replaces all rules; `[]` takes them away.
pub(super) async fn set(state: web::Data<State>, body: web::Bytes) -> Result<HttpResponse, Problem> {
    let rules: Vec<Rule> =
        serde_json::from_slice(&body).map_err(|error| Problem::validation("body", format!("The rules: {error}.")))?;
    for (number, rule) in (1..).zip(&rules) {
        if let Some(fault) = rule.fault_in_it() {
            return Err(Problem::validation("body", format!("Rule {number}: {fault}.")));
        }
    }
    tracing::info!(rules = rules.len(), "faults were set");
    state.faults.set(rules);
    Ok(HttpResponse::Ok().json(state.faults.all()))
}
