//! What a program is, and what a run of it is given.

use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::Clock;

/// What a binary is called and what it is for.
#[derive(Debug)]
#[expect(missing_docs, reason = "a field has a doc where its name does not say all")]
pub struct Program {
    /// Name of the service in logs and traces.
    pub name: &'static str,
    pub version: &'static str,
    pub about: &'static str,
}

/// What [`crate::run`] hands to the work of a process.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "a field has a doc where its name does not say all")]
pub struct Context {
    pub program: &'static Program,
    /// Names this run in logs, traces and the audit.
    pub run_id: Uuid,
    /// Who started it: the setting `RUN_TRIGGER`, else `manual`.
    pub trigger: String,
    pub clock: Clock,
    /// Cancelled at SIGTERM or SIGINT; work that sees it ends by itself within the grace time.
    pub shutdown: CancellationToken,
}
