//! Who may ask: the key and the customer.

use actix_web::{HttpRequest, web};
use serde::Deserialize;

use super::Problem;
use crate::{customer::Customer, state::State};

pub(super) const HEADER: &str = "x-api-key";
/// Query parameter that may carry the key; what real clients use.
pub(super) const PARAMETER: &str = "apiKey";

#[derive(Deserialize)]
struct KeyQuery {
    #[serde(rename = "apiKey")]
    key: Option<String>,
}

pub(super) fn key(state: &State, request: &HttpRequest) -> Result<(), Problem> {
    let header = request.headers().get(HEADER).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let given = header.filter(|key| !key.is_empty()).or_else(|| {
        let query = web::Query::<KeyQuery>::from_query(request.query_string()).ok()?;
        query.into_inner().key.filter(|key| !key.is_empty())
    });
    let Some(given) = given else {
        return Err(Problem::unauthorized(format!("Send an API key as header {HEADER} or as parameter {PARAMETER}.")));
    };
    match &state.settings.keys {
        Some(known) if !known.reveal().split(',').any(|key| key.trim() == given) => {
            Err(Problem::unauthorized("The API key is not known.".to_owned()))
        }
        _ => Ok(()),
    }
}

pub(crate) fn customer<'a>(state: &'a State, slug: &str) -> Result<&'a Customer, Problem> {
    if !state.settings.customers.as_slice().iter().any(|known| known == slug) {
        return Err(Problem::not_found("There is no such customer.".to_owned()));
    }
    // one that the settings name and that is not there yet is still being made
    let mut customers = state.customers().into_iter().flatten();
    customers.find(|customer| customer.slug == slug).ok_or_else(Problem::not_ready)
}
