//! The dashboard, and each of its figures as CSV. It is the front page, too, with the last runs beside it.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web,
};
use maud::{Markup, html};

use super::{
    frame::{Page, framed, no_such_page},
    reader::Reader,
    runs,
};
use crate::{
    build::{self, Build, BuildOutcome},
    dashboard::{self, Beside, Health, Question, View},
    marts::Marts,
    state::State,
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
    let (marts, health) = what_is_known(state);
    let run = marts.as_deref().map(|marts| &marts.counts.run);
    let notices = dashboard::notices(&health, run, state.clock.now(), language.words());
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
    only(reader, StatusCode::URI_TOO_LONG, reader.language.words().filters.too_long)
}

fn only(reader: &Reader, status: StatusCode, said: &str) -> HttpResponse {
    let page = Page { reader, status, title: reader.language.words().titles.dashboard, class: "" };
    framed(&page, &html! { p.notice { (said) } })
}

pub(super) async fn csv(
    request: HttpRequest,
    state: web::Data<State>,
    name: web::Path<String>,
    fields: Fields,
) -> HttpResponse {
    let reader = Reader::of(&request, &state);
    let Some(make) = dashboard::by_name(&name) else { return no_such_page(&reader) };
    let Ok(asked) = Question::read(&fields) else { return too_long(&reader) };
    let words = reader.language.words();
    let Some(marts) = state.marts.current().marts else {
        return only(&reader, StatusCode::NOT_FOUND, words.told.no_data);
    };
    let day = marts.counts.run.as_of_on.map(|day| format!("-{day}")).unwrap_or_default();
    let language = reader.language;
    let written = web::block(move || make(&View::new(&marts, &asked, language)).csv(words)).await;
    let written = written.map_err(|error| error.to_string()).and_then(|csv| csv.map_err(|error| error.to_string()));
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

fn what_is_known(state: &State) -> (Option<Arc<Marts>>, Health) {
    let held = state.marts.current();
    let unreadable = held.problem.map(|problem| problem.to_string());
    let build = Build::read(&state.shelf.beside(build::FILE)).unwrap_or_else(|error| {
        tracing::warn!(%error, "the page does not say how dbt's last build ended");
        None
    });
    let Some(build) = build else { return (held.marts, Health { unreadable, ..Health::default() }) };
    let why = build.error.unwrap_or_default();
    let failed = (build.outcome == BuildOutcome::Failed).then_some((build.finished, why));
    (held.marts, Health { failed, failures: build.failed, warnings: build.warned, unreadable })
}
