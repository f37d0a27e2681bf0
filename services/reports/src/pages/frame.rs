//! What stands around the content of a page of ours.

use std::io::{self, Write as _};

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
};
use flate2::{Compression, write::GzEncoder};
use maud::{DOCTYPE, Markup, html};

use super::reader::Reader;
use crate::{charts::clean, words::Language};

/// Of our own pages: a style sheet and an icon of this server, its forms, and nothing else.
pub(crate) const STRICT: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; \
     frame-ancestors 'none'";

pub(super) struct Page<'a> {
    pub(super) reader: &'a Reader,
    pub(super) status: StatusCode,
    pub(super) title: &'a str,
    pub(super) class: &'a str,
}

pub(super) fn framed(page: &Page, content: &Markup) -> HttpResponse {
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
    // the page depends on both, so no cache may give one reader what another one got
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

pub(super) fn no_such_page(reader: &Reader) -> HttpResponse {
    let words = &reader.language.words().frame;
    let page = Page { reader, status: StatusCode::NOT_FOUND, title: words.not_there, class: "" };
    framed(&page, &html! { p { (words.no_such_page) } })
}
