//! The control plane: what a test may do to the world. Not part of what is mocked, so not in the OpenAPI
//! document, and not there at all with `MOCK_CONTROL=false`.

mod advance;
mod faults;
mod listings;
mod own;
mod requests;
mod reset;
mod rough;
mod whose;
mod world;

use actix_web::web;

pub(crate) fn routes(routes: &mut web::ServiceConfig) {
    routes
        .service(web::resource("/_mock/advance").post(advance::advance))
        .service(web::resource("/_mock/faults").get(faults::list).put(faults::set))
        .service(web::resource("/_mock/postings").post(own::posting::put))
        .service(web::resource("/_mock/applications").post(own::application::put))
        .service(web::resource("/_mock/reset").post(reset::reset))
        .service(web::resource("/_mock/world").get(world::show))
        .service(web::resource("/_mock/rough").get(rough::show))
        .service(web::resource("/_mock/requests").get(requests::list))
        .service(web::resource("/_mock/board/listings").get(listings::list))
        .service(web::resource("/_mock/board/listings/{id}").get(listings::show))
        .service(web::resource("/_mock/board/listings/{id}/attachments/{attachmentId}").get(listings::content));
}
