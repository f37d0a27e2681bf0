//! The dashboard, and each of its figures as CSV. It is the front page, too, with the last runs beside it.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web,
};
use maud::{Markup, html};

use super::{Page, Reader, framed, runs};
use crate::{
    build::{self, Build, Outcome},
    dashboard::{self, Beside, Question, View},
    marts::Marts,
    server::State,
};

type Fields = web::Query<Vec<(String, String)>>;

pub(super) async fn page(request: HttpRequest, state: web::Data<State>, fields: Fields) -> HttpResponse {
    answer(&Reader::of(&request, &state), &state, &fields, None).await
}

pub(super) async fn front(request: HttpRequest, state: web::Data<State>, fields: Fields) -> HttpResponse {
    let reader = Reader::of(&request, &state);
    let last = runs::last(&state, reader.language).await;
    answer(&reader, &state, &fields, Some(Beside(last))).await
}

async fn answer(reader: &Reader, state: &State, fields: &Fields, beside: Option<Beside>) -> HttpResponse {
    let Ok(asked) = Question::read(fields) else { return too_long(reader) };
    let (language, path) = (reader.language, reader.path.clone());
    let (marts, known) = what_is_known(state);
    let notices =
        dashboard::state(&known, marts.as_deref().map(|marts| &marts.counts.told), state.clock.now(), language.words());
    let content = if let Some(marts) = marts {
        // a long sum is not for the thread that answers others meanwhile
        let drawn = web::block(move || {
            let view = View::new(&marts, &asked, language);
            dashboard::page(&view, &path, &notices, beside.as_ref())
        });
        drawn.await.unwrap_or_else(|error| failed(&error))
    } else {
        html! { (notices) @if let Some(Beside(content)) = beside { section.beside { (content) } } }
    };
    framed(&Page { reader, status: StatusCode::OK, title: language.words().titles.dashboard, class: "wide" }, &content)
}

fn failed(error: &dyn std::error::Error) -> Markup {
    tracing::error!(%error, "the page was not drawn to its end");
    html! {}
}

fn too_long(reader: &Reader) -> HttpResponse {
    let words = reader.language.words();
    let content = html! { p.notice { (words.filters.too_long) } };
    let page = Page { reader, status: StatusCode::URI_TOO_LONG, title: words.titles.dashboard, class: "" };
    framed(&page, &content)
}

/// One figure, under the same filters as on the page.
pub(super) async fn csv(
    request: HttpRequest,
    state: web::Data<State>,
    name: web::Path<String>,
    fields: Fields,
) -> HttpResponse {
    let reader = Reader::of(&request, &state);
    let Some(make) = dashboard::figure(&name) else { return super::no_such_page(&reader) };
    let Ok(asked) = Question::read(&fields) else { return too_long(&reader) };
    let Some(marts) = state.marts.current().marts else { return none_yet(&reader) };
    let day = marts.counts.told.as_of_on.map(|day| format!("-{day}")).unwrap_or_default();
    let words = reader.language.words();
    let language = reader.language;
    let written = web::block(move || make(&View::new(&marts, &asked, language)).csv(words));
    let written =
        written.await.map_err(|error| error.to_string()).and_then(|csv| csv.map_err(|error| error.to_string()));
    match written {
        Ok(csv) => HttpResponse::Ok()
            .content_type("text/csv; charset=utf-8; header=present")
            .insert_header((header::CONTENT_LANGUAGE, language.tag()))
            .insert_header((header::VARY, "Accept-Language"))
            .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}{day}.csv\"")))
            .body(csv),
        Err(error) => {
            tracing::error!(error, "the file was not written to its end");
            HttpResponse::InternalServerError().finish()
        }
    }
}

fn none_yet(reader: &Reader) -> HttpResponse {
    let words = reader.language.words();
    let page = Page { reader, status: StatusCode::NOT_FOUND, title: words.titles.dashboard, class: "" };
    framed(&page, &html! { p.notice { (words.told.no_data) } })
}

/// The numbers on show, and what has happened since.
fn what_is_known(state: &State) -> (Option<Arc<Marts>>, dashboard::State) {
    let held = state.marts.current();
    let unreadable = held.problem.map(|problem| problem.to_string());
    let known = match Build::read(&state.shelf.beside(build::FILE)) {
        Ok(Some(build)) => {
            let why = build.error.unwrap_or_default();
            let failed = (build.outcome == Outcome::Failed).then_some((build.finished, why));
            dashboard::State { failed, failures: build.failed, warnings: build.warned, unreadable }
        }
        Ok(None) => dashboard::State { unreadable, ..dashboard::State::default() },
        Err(problem) => {
            tracing::warn!(error = %problem, "the page does not say how dbt's last build ended");
            dashboard::State { unreadable, ..dashboard::State::default() }
        }
    };
    (held.marts, known)
}
