//! Settings that every process has.

use serde::Deserialize;

use super::standard::HttpUrl;
use crate::section;

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// `text` on a terminal, else `json`.
    Auto,
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}

section! {
    #[derive(Debug, Clone, Deserialize)]
    pub(crate) struct ProcessSettings in "" {
        /// what is logged, as a level or as directives of tracing-subscriber; a check says nothing beside its lines
        /// without it
        pub(crate) rust_log: String = default("RUST_LOG", "info").such_as("info,store=debug"),
        /// json, text, or auto: text on a terminal, else json
        pub(crate) log_format: LogFormat = default("LOG_FORMAT", "auto").such_as("json"),
        /// where traces and metrics go, by OTLP over HTTP; the other OTEL_ variables count too
        /// (docs/standard-variables.md)
        pub(crate) otel_exporter_otlp_endpoint: Option<HttpUrl> =
            optional("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318").address(),
        /// who or what started the run, for the audit
        pub(crate) run_trigger: String = default("RUN_TRIGGER", "manual").such_as("schedule"),
    }
}

impl Default for ProcessSettings {
    fn default() -> Self {
        Self {
            rust_log: "info".to_owned(),
            log_format: LogFormat::Auto,
            otel_exporter_otlp_endpoint: None,
            run_trigger: "manual".to_owned(),
        }
    }
}
