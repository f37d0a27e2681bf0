//! The files that ads refer to, from hosts on a list.
//!
//! - [`fetch`]: gets one, or all of an ad. [`content`]: what it is, by its bytes.
//! - [`breaker`]: lets hosts alone that are away.

mod breaker;
mod content;
mod fetch;

pub(crate) use breaker::CircuitBreaker;
pub(crate) use fetch::{Fetched, Fetcher, NotFetched};
