//! What is shown, one file a page.

mod build;
mod bundle;
mod docs;
mod health;
mod index;
mod runs;

use actix_web::{HttpResponse, http::StatusCode, http::header::ContentType, web};
use maud::{DOCTYPE, Markup, html};

/// Of our own pages: a style sheet of this server, and nothing else.
pub const STRICT: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const STYLE: &str = include_str!("style.css");

/// All routes.
pub fn routes(routes: &mut web::ServiceConfig) {
    routes
        .service(web::resource("/").get(index::page))
        .service(web::resource("/runs").get(runs::page))
        .service(web::resource("/runs.json").get(runs::json))
        .service(web::resource("/bundle").get(bundle::get).put(bundle::put))
        .service(web::resource("/build").put(build::put))
        .service(web::resource("/dbt").get(docs::to_folder))
        .service(web::resource("/dbt/{path:.*}").get(docs::file).head(docs::file))
        .service(web::resource("/style.css").get(style))
        .service(web::resource("/healthz").get(health::ok))
        .service(web::resource("/readyz").get(health::ok));
}

async fn style() -> HttpResponse {
    HttpResponse::Ok().content_type("text/css; charset=utf-8").body(STYLE)
}

/// A page of ours around its content.
fn framed(status: StatusCode, title: &str, content: &Markup) -> HttpResponse {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · emply-pipeline" }
                link rel="stylesheet" href="/style.css";
            }
            body {
                header { nav { a href="/" { "Overview" } a href="/dbt/" { "Data and docs" } a href="/runs" { "Runs" } } }
                main { h1 { (title) } (content) }
            }
        }
    };
    HttpResponse::build(status).content_type(ContentType::html()).body(page.into_string())
}

/// The store is away: why, for whoever reads the log.
fn log_store_away(error: &anyhow::Error) {
    tracing::warn!(error = format!("{error:#}"), "the audit of runs cannot be read");
}

/// The same, for whoever reads the page.
fn store_away(error: &anyhow::Error) -> Markup {
    log_store_away(error);
    html! {
        p.notice {
            "The database with the audit of runs cannot be read just now. It may be starting, or its tables are not made yet \
             (that is what migrate does). This page works again as soon as it is there."
        }
    }
}
