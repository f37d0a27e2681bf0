//! Emply v1, as far as its clients use it: the wire format and its endpoints.
//!
//! The vendor's own document is not public; fields and their behaviour are taken from what real clients read.
//! [`rough`] changes what is sent in the rough world.
//! One endpoint is one file in `routes/`; the rows of [`crate::database`] become wire types in the wire type's folder.

pub(crate) mod access;
mod application;
mod dates;
mod localization;
mod openapi;
mod pages;
mod posting;
mod problem;
pub mod rough;
mod routes;
mod stream;

use actix_web::web;

pub(crate) use application::Application;
pub(crate) use dates::read as read_date;
pub(crate) use localization::Localization;
pub use openapi::openapi;
pub(crate) use posting::{Choice, Department, Posting};
pub(crate) use problem::{Problem, query_config};

pub(crate) fn register(service: &mut web::ServiceConfig) {
    service
        .service(web::resource("/v1/{customer}/postings").get(routes::public_postings::list))
        .service(web::resource("/v1/{customer}/postings/{media_id}").get(routes::media_postings::list))
        .service(web::resource("/v1/{customer}/applications/find-by-date").get(routes::applications_by_date::find))
        .service(web::resource("/v1/{customer}/departments").get(routes::departments::list));
}
