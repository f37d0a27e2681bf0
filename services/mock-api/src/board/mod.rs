//! The job board's transfer interface (kliniken.de): five calls by which an employer hands over a job ad.
//!
//! What the board's document leaves open is decided in [`rules`] and in the routes, each where it matters. Whatever is
//! wrong, the answer is `{"result":"error"}` and nothing more; the reason stands in the log and in the journal.
//! One call is one file in `routes/`.

mod content;
mod ids;
mod openapi;
mod reply;
mod routes;
mod rules;
mod submission;

use actix_web::web;

pub use openapi::openapi;
pub(crate) use reply::{Refusal, Reply};
pub(crate) use submission::{Account, Address, Contact, Job, JobLocation, Submission};

use crate::config::MockSettings;

pub(crate) fn register(service: &mut web::ServiceConfig, settings: &MockSettings) {
    let most = usize::try_from(settings.board_max_bytes).unwrap_or(usize::MAX);
    let body = web::PayloadConfig::new(most);
    service
        .service(web::resource("/api/job/create").app_data(body.clone()).post(routes::create::create))
        .service(web::resource("/api/job/test").app_data(body.clone()).post(routes::test::test))
        .service(
            web::resource("/api/job/prepare-upload/{id}").app_data(body.clone()).post(routes::prepare_upload::prepare),
        )
        .service(web::resource("/api/job/upload/{id}/{attachmentId}").app_data(body).post(routes::upload::upload))
        .service(web::resource("/api/job/publish/{id}").get(routes::publish::publish));
}
