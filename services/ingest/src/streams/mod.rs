//! What is read, in which order.

mod applications;
mod clock;
mod margin;
mod plan;
mod postings;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use runtime::Context;
use store::{Store, Writer};

use crate::{
    config::Settings,
    sink::Purpose,
    source::Emply,
    transform::{Noted, Suppression, Transform},
};

pub(crate) use margin::wide_since;
pub(crate) use plan::{STREAM, Wanted, last_reconcile};

/// How marks begin of what nothing can be said to be gone of; the stream follows, and of postings the medium.
pub(crate) const UNJUDGED: &str = "unjudged/";

/// Everything that reading a stream takes.
pub(crate) struct Streams<'a> {
    /// The run.
    pub(crate) context: &'a Context,
    /// How.
    pub(crate) settings: &'a Settings,
    /// From where.
    pub(crate) source: &'a Emply,
    /// What is known.
    pub(crate) store: &'a Store,
    /// To where.
    pub(crate) writer: &'a Writer,
    /// The run's row.
    pub(crate) run_id: &'a str,
    /// Who is to stay forgotten.
    pub(crate) suppression: Arc<Suppression>,
    /// What was noticed while records were read.
    pub(crate) noted: Arc<Noted>,
    /// So many may be gone at once, because somebody has looked.
    pub(crate) accept_removals: u64,
}

impl<'a> Streams<'a> {
    fn transform(&self, at: DateTime<Utc>) -> Transform {
        let customer = self.settings.source.customer.0.clone();
        Transform { at, customer, suppression: Arc::clone(&self.suppression), noted: Arc::clone(&self.noted) }
    }

    fn purpose(&self) -> Purpose<'a> {
        Purpose {
            run_id: self.run_id,
            now: self.context.clock.now(),
            max_rejected_ratio: self.settings.ingest.max_rejected_ratio.0,
        }
    }
}
