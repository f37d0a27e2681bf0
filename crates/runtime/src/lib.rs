//! How a process of ours starts, reads settings, logs, traces, calls out over HTTP, and stops.
//!
//! - [`run`] is the one way in: settings, logs, signals, the root span, one summary line, exit code.
//! - [`settings`] reads the environment and reports every fault at once.
//! - [`http`] calls strangers: timeouts, retries with a budget, `Retry-After`.
//! - [`toml_file`] reads the files that a user writes.
//! - [`Check`] and [`answer`] print a command's answer to stdout; everything else is a log line on stderr.
//!
//! Nothing here knows what the process is about.

#![warn(missing_docs)] // others build on it; a service has no reader but its own

pub mod answer;
mod chart_values;
mod check;
mod clock;
mod failure;
pub mod http;
mod program;
mod run;
mod serving;
pub mod settings;
mod summary;
mod telemetry;
pub mod toml_file;

pub use check::{Check, soon};
pub use clock::Clock;
pub use failure::{ExitStatus, Final, FinalIf};
pub use program::{Context, Program};
pub use run::run;
pub use serving::{end_server, listen};
pub use settings::{BaseUrl, Config, DatabaseSettings, List, Need, Reader, Secret, Section, Setting, Show};
pub use summary::Summary;
