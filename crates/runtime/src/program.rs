//! What a program is, and what a run of it is given.

use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::Clock;

/// What a binary is called and what it is for.
#[derive(Debug)]
pub struct Program {
    /// Name of the service in logs and traces.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// One sentence for `--help`.
    pub about: &'static str,
}

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
