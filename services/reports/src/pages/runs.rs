//! The audit of runs, as a page and as JSON.

use actix_web::{HttpResponse, http::StatusCode, web};
use chrono::{DateTime, Utc};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;
use store::entity::sync_run;

use super::{framed, log_store_away, store_away};
use crate::server::State;

/// More rows than this are a matter for SQL.
const AT_MOST: u64 = 1000;

#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    #[serde(default = "fifty")]
    limit: u64,
    service: Option<String>,
}

fn fifty() -> u64 {
    50
}

impl Wanted {
    async fn runs(&self, state: &State) -> anyhow::Result<Vec<sync_run::Model>> {
        let service = self.service.as_deref().filter(|service| !service.is_empty());
        state.ledger.runs(service, self.limit.clamp(1, AT_MOST)).await
    }
}

/// Those that write runs down.
const SERVICES: [&str; 3] = ["ingest", "transfer", "export"];

pub(super) async fn page(state: web::Data<State>, wanted: web::Query<Wanted>) -> HttpResponse {
    let (status, shown) = match wanted.runs(&state).await {
        Ok(runs) if runs.is_empty() => (StatusCode::OK, html! { p { "There is no run yet." } }),
        Ok(runs) => (StatusCode::OK, table(&runs.iter().collect::<Vec<_>>())),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, store_away(&error)),
    };
    let content = html! {
        p {
            "Newest first, times in UTC. Show " a href="/runs" { "all" } ", "
            @for service in SERVICES {
                a href={ "/runs?service=" (service) } { (service) } ", "
            }
            "or all " a href="/runs.json" { "as JSON" } "."
        }
        (shown)
    };
    framed(status, "Runs", &content)
}

pub(super) async fn json(state: web::Data<State>, wanted: web::Query<Wanted>) -> HttpResponse {
    match wanted.runs(&state).await {
        Ok(runs) => HttpResponse::Ok().json(runs.iter().map(sync_run::Model::to_json).collect::<Vec<_>>()),
        Err(error) => {
            log_store_away(&error);
            HttpResponse::ServiceUnavailable()
                .json(json!({ "error": "the database with the audit of runs cannot be read" }))
        }
    }
}

/// Of a row.
const COLUMNS: u8 = 21;

/// One row a run.
pub(super) fn table(runs: &[&sync_run::Model]) -> Markup {
    html! {
        div.scroll tabindex="0" {
            table {
                thead { tr {
                    @for name in ["service", "command", "outcome", "started", "seconds", "started by"] { th { (name) } }
                    @for name in ["fetched", "inserted", "updated", "unchanged", "removed", "rejected", "suppressed", "outside", "bytes", "requests", "retries", "jobs", "bytes billed"] {
                        th.number { (name) }
                    }
                    th { "window" } th { "version" }
                } }
                tbody { @for run in runs { (row(run)) } }
            }
        }
    }
}

fn row(run: &sync_run::Model) -> Markup {
    // a clock that was put back in between leaves the end before the start
    let seconds = run.finished_at.map(|end| (end - run.started_at).as_seconds_f64()).filter(|seconds| *seconds >= 0.0);
    let seconds = seconds.map(|seconds| format!("{seconds:.1}"));
    let counts = [
        run.fetched,
        run.inserted,
        run.updated,
        run.unchanged,
        run.removed,
        run.rejected,
        run.suppressed,
        run.outside,
        run.bytes,
        run.requests,
        run.retries,
        run.jobs,
        run.bytes_billed,
    ];
    html! {
        tr {
            th scope="row" { (run.service) }
            td { (run.command) }
            td { span class={ "outcome " (run.outcome) } { (mark(&run.outcome)) " " (run.outcome) } }
            td { (time(run.started_at)) }
            td.number { (seconds.unwrap_or_default()) }
            td { (run.trigger) }
            @for count in counts { td.number { (count) } }
            td { @if let (Some(from), Some(to)) = (run.window_from, run.window_to) { (time(from)) " – " (time(to)) } }
            td { (run.version) }
        }
        @if let Some(error) = &run.error { tr.error { td colspan=(COLUMNS) { (error) } } }
        @if let Some(why) = &run.unjudged {
            tr.error { td colspan=(COLUMNS) { "what is gone could not be said: " (why) } }
        }
    }
}

/// Not by colour alone.
fn mark(outcome: &str) -> &'static str {
    match outcome {
        "succeeded" => "✓",
        "failed" => "✗",
        "running" => "…",
        _ => "–",
    }
}

/// To the second, in UTC.
pub(super) fn time(at: DateTime<Utc>) -> Markup {
    html! { time datetime=(at.to_rfc3339()) { (at.format("%Y-%m-%d %H:%M:%S")) } }
}
