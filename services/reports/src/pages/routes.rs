//! Which address leads where; the style sheet and the icon.

use actix_web::{HttpResponse, web};

use super::{build, bundle, dashboard, docs, health, runs};

const STYLE: &str = concat!(include_str!("style.css"), include_str!("dashboard.css"));
const ICON: &str = include_str!("icon.svg");

pub(crate) fn routes(routes: &mut web::ServiceConfig) {
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
