//! The front page: where to go, and how things stand.

use actix_web::{HttpResponse, http::StatusCode, web};
use maud::{Markup, html};
use store::entity::sync_run;

use super::{framed, runs, store_away};
use crate::server::State;

/// The last run of a service is looked for among so many; ingest runs hourly, export daily.
const LOOKED_AT: u64 = 200;

pub(super) async fn page(state: web::Data<State>) -> HttpResponse {
    let since = state.shelf.since();
    let last = match state.ledger.runs(None, LOOKED_AT).await {
        Ok(runs) => last_runs(&runs),
        Err(error) => store_away(&error),
    };
    let content = html! {
        section {
            h2 { a href="/dbt/" { "Data and docs" } }
            p {
                "Every table and column of the warehouse, what it means and where it comes from. "
                @match since {
                    Some(since) => { "As of " (runs::time(since)) " (UTC)." }
                    None => "None have been handed over yet; the next export does so."
                }
            }
        }
        section {
            h2 { a href="/runs" { "Runs" } }
            p { "The last run of each service. All of them: " a href="/runs" { "as a table" } ", " a href="/runs.json" { "as JSON" } "." }
            (last)
        }
    };
    framed(StatusCode::OK, "Recruiting data", &content)
}

fn last_runs(all: &[sync_run::Model]) -> Markup {
    let mut last: Vec<&sync_run::Model> = Vec::new();
    for run in all {
        if !last.iter().any(|known| known.service == run.service) {
            last.push(run);
        }
    }
    runs::table(&last)
}
