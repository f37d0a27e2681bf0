//! The dbt docs, out of the bundle on show.

use std::path::{Component, Path};

use actix_files::NamedFile;
use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web,
};
use maud::html;

use super::{
    frame::{Page, framed, no_such_page},
    reader::Reader,
};
use crate::{bundle::INDEX, state::State};

/// dbt's page is one file whose scripts evaluate code. In a sandbox without our origin it can do that to itself only:
/// it reads no answer of this server, sends nothing anywhere, and is in no frame.
const SANDBOXED: &str = "sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox allow-downloads; \
     default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data:; \
     font-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) async fn to_folder() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "/dbt/")).finish()
}

pub(super) async fn file(request: HttpRequest, state: web::Data<State>, path: web::Path<String>) -> HttpResponse {
    let wanted = if path.is_empty() { INDEX } else { path.as_str() };
    let Some(folder) = state.shelf.current() else { return none_yet(&Reader::of(&request, &state)) };
    // `..` or an absolute path would lead out of the bundle
    if !Path::new(wanted).components().all(|part| matches!(part, Component::Normal(_))) {
        return no_such_page(&Reader::of(&request, &state));
    }
    let Ok(file) = NamedFile::open_async(folder.join(wanted)).await else {
        return no_such_page(&Reader::of(&request, &state));
    };
    // by its ETag alone: after a clock went back, what is newer has the older date
    let mut answer = file.use_last_modified(false).into_response(&request);
    answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, header::HeaderValue::from_static(SANDBOXED));
    answer
}

fn none_yet(reader: &Reader) -> HttpResponse {
    let words = &reader.language.words().frame;
    let content = html! {
        p.notice { (words.no_docs_yet) " " a href=(reader.to("/runs", &[("service", "export")])) { (words.runs_of_export) } }
    };
    framed(&Page { reader, status: StatusCode::NOT_FOUND, title: words.docs, class: "" }, &content)
}
