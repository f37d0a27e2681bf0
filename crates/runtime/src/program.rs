//! What a run is given.

use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{Clock, Program};

/// What [`crate::run`] hands to the work of a process.
#[derive(Debug, Clone)]
pub struct Context {
    /// Which program this is.
    pub program: &'static Program,
    /// Names this run in logs, traces and the audit.
    pub run_id: Uuid,
    /// Who started it: the setting `RUN_TRIGGER`, else `manual`.
    pub trigger: String,
    /// The time.
    pub clock: Clock,
    /// Cancelled at SIGTERM or SIGINT; work that sees it ends by itself within the grace time.
    pub shutdown: CancellationToken,
}
