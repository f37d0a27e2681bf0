//! What is to be handed over comes from the store; the files that ads refer to, from hosts on a list.

mod content;
mod fetch;
mod hosts;

pub use content::MediaType;
pub use fetch::{Fetched, Fetcher, NotFetched};
pub use hosts::Hosts;
