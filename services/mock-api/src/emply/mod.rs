//! Emply v1, as far as its clients use it: the wire format and its endpoints.
//!
//! The vendor's own document is not public; fields and their behaviour are taken from what real clients read.
//! One endpoint is one file; the rows of [`crate::database`] become wire types in the wire type's folder.

mod access;
mod application;
mod applications_by_date;
mod dates;
mod localization;
mod media_postings;
mod openapi;
mod posting;
mod problem;
mod public_postings;
mod stream;

use actix_web::web;

pub use application::Application;
pub use localization::{Localization, LocalizedValue};
pub use openapi::openapi;
pub use posting::{Advertisement, Choice, Department, JobData, JobValue, Location, Posting};
pub use problem::{Problem, query_config};

/// The endpoints.
pub fn routes(routes: &mut web::ServiceConfig) {
    routes
        .service(web::resource("/v1/{customer}/postings").get(public_postings::list))
        .service(web::resource("/v1/{customer}/postings/{media_id}").get(media_postings::list))
        .service(web::resource("/v1/{customer}/applications/find-by-date").get(applications_by_date::find));
}
