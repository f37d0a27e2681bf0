//! Whose world a request is about.

use serde::Deserialize;

use crate::{
    customer::Customer,
    emply::{Problem, access},
    state::State,
};

#[derive(Debug, Deserialize)]
pub(super) struct Whose {
    customer: Option<String>,
}

impl Whose {
    /// The customer of that name, or the first one.
    pub(super) fn find<'a>(&self, state: &'a State) -> Result<&'a Customer, Problem> {
        match &self.customer {
            Some(slug) => access::customer(state, slug),
            None => state.customers().and_then(<[_]>::first).ok_or_else(Problem::not_ready),
        }
    }
}
