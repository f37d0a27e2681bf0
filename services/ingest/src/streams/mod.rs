//! What is read, in which order.

mod applications;
mod postings;

use runtime::Context;
use store::{Store, Writer};

use crate::{config::Settings, sink::Purpose, source::Emply};

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
}

impl Streams<'_> {
    fn purpose<'p>(&self, run_id: &'p str) -> Purpose<'p> {
        Purpose { run_id, now: self.context.clock.now(), max_rejected_ratio: self.settings.ingest.max_rejected_ratio.0 }
    }
}
