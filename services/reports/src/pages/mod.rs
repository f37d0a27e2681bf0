//! What is shown, one file a page.

mod build;
mod bundle;
mod dashboard;
mod docs;
mod frame;
mod health;
mod reader;
mod routes;
mod runs;

pub(crate) use frame::STRICT;
pub(crate) use routes::routes;
