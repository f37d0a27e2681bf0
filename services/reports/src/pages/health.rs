//! For probes. Pages are served whether or not the store is there, so neither asks it.

use actix_web::HttpResponse;

pub(super) async fn ok() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}
