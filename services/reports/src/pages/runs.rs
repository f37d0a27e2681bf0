//! The audit of runs, as a page and as JSON.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use chrono::{DateTime, Utc};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;
use store::entity::sync_run;

use super::{
    frame::{Page, framed},
    reader::Reader,
};
use crate::{
    state::State,
    words::{Language, Words},
};

/// More rows than this are a matter for SQL.
const AT_MOST: u64 = 1000;

#[derive(Debug, Deserialize)]
pub(super) struct RunsQuery {
    #[serde(default = "fifty")]
    limit: u64,
    service: Option<String>,
}

fn fifty() -> u64 {
    50
}

impl RunsQuery {
    async fn runs(&self, state: &State) -> anyhow::Result<Vec<sync_run::Model>> {
        let service = self.service.as_deref().filter(|service| !service.is_empty());
        state.ledger.runs(service, self.limit.clamp(1, AT_MOST)).await
    }
}

const SERVICES: [&str; 3] = ["ingest", "transfer", "export"];

pub(super) async fn page(request: HttpRequest, state: web::Data<State>, wanted: web::Query<RunsQuery>) -> HttpResponse {
    let reader = Reader::of(&request, &state);
    let words = reader.language.words();
    let (status, shown) = match wanted.runs(&state).await {
        Ok(runs) if runs.is_empty() => (StatusCode::OK, html! { p { (words.frame.no_run_yet) } }),
        Ok(runs) => (StatusCode::OK, table(&runs.iter().collect::<Vec<_>>(), words)),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, store_away(&error, reader.language)),
    };
    let content = html! {
        p {
            (words.frame.newest_first) " "
            a href=(reader.to("/runs", &[])) { (words.frame.all) }
            @for service in SERVICES { ", " a href=(reader.to("/runs", &[("service", service)])) { (service) } }
            "; " a href="/runs.json" { (words.frame.as_json) }
        }
        (shown)
    };
    framed(&Page { reader: &reader, status, title: words.frame.runs, class: "" }, &content)
}

/// The last run of each command of a service is looked for among so many of its runs.
const LOOKED_AT: u64 = 50;
/// The numbers are not kept from anybody for longer by a database that does not answer.
const PATIENCE: Duration = Duration::from_secs(1);

pub(super) async fn last(state: &State, language: Language) -> Markup {
    let words = &language.words().frame;
    let looking = async {
        let mut all = Vec::new();
        for service in SERVICES {
            all.extend(state.ledger.runs(Some(service), LOOKED_AT).await?);
        }
        Ok(all)
    };
    let found = tokio::time::timeout(PATIENCE, looking).await;
    let content = match found.unwrap_or_else(|_| Err(anyhow::anyhow!("the store did not answer within a second"))) {
        Ok(runs) if runs.is_empty() => html! { p { (words.no_run_yet) } },
        Ok(runs) => cards(&runs, language.words()),
        Err(error) => store_away(&error, language),
    };
    html! {
        h2 { a href="/runs" { (words.last_runs) } }
        p.how { (words.last_runs_of_each) }
        (content)
        p.links { a href="/runs" { (words.all_runs_as_table) } " · " a href="/runs.json" { (words.as_json) } }
    }
}

fn cards(all: &[sync_run::Model], words: &Words) -> Markup {
    let mut last: Vec<&sync_run::Model> = Vec::new();
    for run in all {
        // a person's command that ended well does not hide a scheduled run that did not
        if !last.iter().any(|known| known.service == run.service && known.command == run.command) {
            last.push(run);
        }
    }
    html! {
        ul.runs { @for run in last { li {
            strong { (run.service) " " (run.command) } " "
            span class={ "outcome " (run.outcome) } { (mark(&run.outcome)) " " (run.outcome) } " "
            (time(run.started_at)) " UTC"
            @if let Some(error) = &run.error { p.error { (error) } }
            @if let Some(why) = &run.unjudged { p.error { ((words.frame.not_judged)(why)) } }
        } } }
    }
}

pub(super) async fn json(state: web::Data<State>, wanted: web::Query<RunsQuery>) -> HttpResponse {
    match wanted.runs(&state).await {
        Ok(runs) => HttpResponse::Ok().json(runs.iter().map(sync_run::Model::to_json).collect::<Vec<_>>()),
        Err(error) => {
            log_store_away(&error);
            HttpResponse::ServiceUnavailable()
                .json(json!({ "error": "the database with the audit of runs cannot be read" }))
        }
    }
}

const COLUMNS: u8 = 21;

fn table(runs: &[&sync_run::Model], words: &Words) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(words.frame.runs) {
            table {
                thead { tr {
                    @for name in ["service", "command", "outcome", "started", "seconds", "started by"] { th scope="col" { (name) } }
                    @for name in ["fetched", "inserted", "updated", "unchanged", "removed", "rejected", "suppressed", "outside", "bytes", "requests", "retries", "jobs", "bytes billed"] {
                        th.number scope="col" { (name) }
                    }
                    th scope="col" { "window" } th scope="col" { "version" }
                } }
                tbody { @for run in runs { (row(run, words)) } }
            }
        }
    }
}

fn row(run: &sync_run::Model, words: &Words) -> Markup {
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
        @if let Some(error) = &run.error { (said_below(error)) }
        @if let Some(why) = &run.unjudged { (said_below(&(words.frame.not_judged)(why))) }
    }
}

fn said_below(error: &str) -> Markup {
    // as wide as what is seen of the table, and not as the table: nobody has to scroll to read it
    html! { tr.error { td colspan=(COLUMNS) { div { (error) } } } }
}

fn mark(outcome: &str) -> &'static str {
    // not by colour alone, which not everybody sees
    match outcome {
        "succeeded" => "✓",
        "failed" => "✗",
        "running" => "…",
        _ => "–",
    }
}

fn time(at: DateTime<Utc>) -> Markup {
    html! { time datetime=(at.to_rfc3339()) { (at.format("%Y-%m-%d %H:%M:%S")) } }
}

fn log_store_away(error: &anyhow::Error) {
    tracing::warn!(error = format!("{error:#}"), "the audit of runs cannot be read");
}

fn store_away(error: &anyhow::Error, language: Language) -> Markup {
    log_store_away(error);
    html! { p.notice { (language.words().frame.store_away) } }
}
