//! The control plane: what a test may do to the world. Not part of what is mocked, so not in the OpenAPI
//! document, and not there at all with `MOCK_CONTROL=false`.

mod advance;
mod world;

use actix_web::web;

/// The endpoints.
pub fn routes(routes: &mut web::ServiceConfig) {
    routes
        .service(web::resource("/_mock/advance").post(advance::advance))
        .service(web::resource("/_mock/world").get(world::show));
}
