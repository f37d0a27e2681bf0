//! What is shown, one file a page.

mod build;
mod bundle;
mod dashboard;
mod docs;
mod health;
mod runs;

use std::io::{self, Write as _};

use actix_web::{
    HttpMessage as _, HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web,
};
use flate2::{Compression, write::GzEncoder};
use maud::{DOCTYPE, Markup, html};

use crate::{charts::clean, dashboard::LONGEST, server::State, words::Language};

/// Of our own pages: a style sheet and an icon of this server, its forms, and nothing else.
pub const STRICT: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; \
     frame-ancestors 'none'";

const STYLE: &str = concat!(include_str!("style.css"), include_str!("dashboard.css"));
const ICON: &str = include_str!("icon.svg");

/// All routes.
pub fn routes(routes: &mut web::ServiceConfig) {
    routes
        .service(web::resource("/").get(dashboard::front).head(dashboard::front))
        .service(web::resource("/dashboard").get(dashboard::page).head(dashboard::page))
        .service(web::resource("/dashboard/{name}.csv").get(dashboard::csv))
        .service(web::resource("/runs").get(runs::page))
        .service(web::resource("/runs.json").get(runs::json))
        .service(web::resource("/bundle").get(bundle::get).put(bundle::put))
        .service(web::resource("/build").put(build::put))
        .service(web::resource("/dbt").get(docs::to_folder))
        .service(web::resource("/dbt/{path:.*}").get(docs::file).head(docs::file))
        .service(web::resource("/style.css").get(style))
        .service(web::resource("/icon.svg").get(icon))
        .service(web::resource("/healthz").get(health::ok))
        .service(web::resource("/readyz").get(health::ok));
}

async fn style() -> HttpResponse {
    HttpResponse::Ok().content_type("text/css; charset=utf-8").body(STYLE)
}

async fn icon() -> HttpResponse {
    HttpResponse::Ok().content_type("image/svg+xml").body(ICON)
}

/// What pages ask of each other, besides a language.
const FIELDS: [&str; 8] = ["period", "department", "city", "source", "type", "week", "service", "limit"];

/// Who asks for a page: in which language, and where they are.
struct Reader {
    language: Language,
    /// The address without its language, to ask for the same page in another one.
    path: String,
    fields: Vec<(String, String)>,
    takes_gzip: bool,
    /// Where it was asked for by name.
    asked: Option<Language>,
}

impl Reader {
    fn of(request: &HttpRequest, state: &State) -> Self {
        let fields = web::Query::<Vec<(String, String)>>::from_query(request.query_string());
        let mut fields = fields.map(web::Query::into_inner).unwrap_or_default();
        let asked = fields.iter().rev().find(|(name, _)| name == "lang").map(|(_, tag)| tag.clone());
        fields.retain(|(name, _)| name != "lang");
        let accepted = request.get_header::<header::AcceptLanguage>();
        let language = Language::choose(asked.as_deref(), accepted.as_ref(), state.settings.report.language);
        let encodings = request.get_header::<header::AcceptEncoding>();
        let known = [header::Encoding::gzip(), header::Encoding::identity()];
        let encoding = encodings.and_then(|accepted| accepted.negotiate(known.iter()));
        let takes_gzip = encoding == Some(header::Encoding::gzip());
        let asked = asked.and_then(|tag| tag.parse().ok());
        Self { language, path: request.path().to_owned(), fields, takes_gzip, asked }
    }

    /// The same page in another language. What no page of ours asks for is left out: it may be of any length.
    fn link(&self, language: Language) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let known =
            self.fields.iter().filter(|(name, value)| FIELDS.contains(&name.as_str()) && value.len() <= LONGEST);
        let fields = query.extend_pairs(known.take(FIELDS.len())).append_pair("lang", language.tag());
        format!("{}?{}", self.path, fields.finish())
    }

    /// Another page, in the language that was asked for by name.
    fn to(&self, path: &str, fields: &[(&str, &str)]) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let query = query.extend_pairs(fields).extend_pairs(self.asked.map(|language| ("lang", language.tag())));
        let query = query.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
}

/// What stands around the content of a page of ours.
struct Page<'a> {
    reader: &'a Reader,
    status: StatusCode,
    title: &'a str,
    class: &'a str,
}

fn framed(page: &Page, content: &Markup) -> HttpResponse {
    let Page { reader, status, title, class } = page;
    let words = &reader.language.words().frame;
    let here = |path: &str| (reader.path == path).then_some("page");
    let page = html! {
        (DOCTYPE)
        html lang=(reader.language) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · emply-pipeline" }
                link rel="stylesheet" href="/style.css";
                link rel="icon" href="/icon.svg" type="image/svg+xml";
            }
            body class=(class) {
                a.skip href="#content" { (words.skip_to_content) }
                header {
                    nav aria-label="emply-pipeline" {
                        a href=(reader.to("/", &[])) aria-current=[here("/").or(here("/dashboard"))] { (words.dashboard) }
                        a href="/dbt/" { (words.docs) }
                        a href=(reader.to("/runs", &[])) aria-current=[here("/runs")] { (words.runs) }
                    }
                    nav.languages aria-label=(words.languages) {
                        @for language in Language::ALL {
                            a href=(reader.link(language)) lang=(language) hreflang=(language)
                                aria-current=[(language == reader.language).then_some("true")] { (language.name()) }
                        }
                    }
                }
                main id="content" { h1 { (title) } (content) }
            }
        }
    };
    // names come from strangers, and some signs would be seen as nothing or turn the text around them
    let page = clean(&page.into_string());
    let mut answer = HttpResponse::build(*status);
    answer.content_type(header::ContentType::html()).insert_header((header::VARY, "Accept-Language, Accept-Encoding"));
    match reader.takes_gzip.then(|| packed(page.as_bytes())) {
        Some(Ok(packed)) => answer.insert_header(header::ContentEncoding::Gzip).body(packed),
        _ => answer.body(page),
    }
}

/// By a third smaller than what the server's own compression makes of it, which is for answers of any size.
fn packed(page: &[u8]) -> io::Result<Vec<u8>> {
    let mut packing = GzEncoder::new(Vec::new(), Compression::default());
    packing.write_all(page)?;
    packing.finish()
}

fn no_such_page(reader: &Reader) -> HttpResponse {
    let words = &reader.language.words().frame;
    let page = Page { reader, status: StatusCode::NOT_FOUND, title: words.not_there, class: "" };
    framed(&page, &html! { p { (words.no_such_page) } })
}

/// The store is away: why, for whoever reads the log.
fn log_store_away(error: &anyhow::Error) {
    tracing::warn!(error = format!("{error:#}"), "the audit of runs cannot be read");
}

/// The same, for whoever reads the page.
fn store_away(error: &anyhow::Error, language: Language) -> Markup {
    log_store_away(error);
    html! { p.notice { (language.words().frame.store_away) } }
}
