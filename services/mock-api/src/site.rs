//! What every service has: health, a front door, and an answer to unknown paths.

use actix_web::{HttpRequest, HttpResponse, ResponseError as _, http::header, web};

use crate::{emply::Problem, state::State};

pub(crate) fn routes(routes: &mut web::ServiceConfig) {
    routes
        .service(web::resource("/healthz").get(alive))
        .service(web::resource("/readyz").get(ready))
        .service(web::resource("/").get(front_door))
        .service(web::resource("/swagger-ui").get(front_door));
}

async fn alive() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok\n")
}

async fn ready(state: web::Data<State>) -> HttpResponse {
    match state.customers() {
        Some(_) => HttpResponse::Ok().content_type("text/plain").body("ready\n"),
        None => Problem::not_ready().error_response(),
    }
}

async fn front_door() -> HttpResponse {
    HttpResponse::Found().insert_header((header::LOCATION, "/swagger-ui/")).finish()
}

pub(crate) async fn not_found(request: HttpRequest) -> HttpResponse {
    let known = request.path().starts_with("/v1/");
    let hint = if known {
        "There is no such resource in this mock; see /swagger-ui/."
    } else {
        "There is nothing here; see /swagger-ui/."
    };
    Problem::not_found(hint.to_owned()).error_response()
}
