//! Settings that every process has.

use serde::Deserialize;

use super::{Need, Section, Setting, standard::HttpUrl};

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

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct ProcessSettings {
    pub(crate) rust_log: String,
    pub(crate) log_format: LogFormat,
    pub(crate) otel_exporter_otlp_endpoint: Option<HttpUrl>,
    pub(crate) run_trigger: String,
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

impl Section for ProcessSettings {
    const PREFIX: &'static str = "";
    const SETTINGS: &'static [Setting] = &[
        Setting::plain(
            "RUST_LOG",
            Need::Default("info"),
            "what is logged, as a level or as directives of tracing-subscriber; a check says nothing beside its lines without it",
            "info,store=debug",
        ),
        Setting::plain(
            "LOG_FORMAT",
            Need::Default("auto"),
            "json, text, or auto: text on a terminal, else json",
            "json",
        ),
        Setting::address(
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            Need::Optional,
            "where traces and metrics go, by OTLP over HTTP; the other OTEL_ variables count too (docs/standard-variables.md)",
            "http://localhost:4318",
        ),
        Setting::plain(
            "RUN_TRIGGER",
            Need::Default("manual"),
            "who or what started the run, for the audit",
            "schedule",
        ),
    ];
}
