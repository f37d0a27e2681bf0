//! Settings that every process has.

use serde::Deserialize;

use super::{Need, Section, Setting, Show};

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

/// Logs, telemetry and who started the run.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct ProcessSettings {
    pub(crate) rust_log: String,
    pub(crate) log_format: LogFormat,
    pub(crate) otel_exporter_otlp_endpoint: Option<String>,
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
        Setting {
            name: "RUST_LOG",
            need: Need::Default("info"),
            meaning: "what is logged, as a level or as directives of tracing-subscriber",
            example: "info,store=debug",
            show: Show::Plain,
        },
        Setting {
            name: "LOG_FORMAT",
            need: Need::Default("auto"),
            meaning: "json, text, or auto: text on a terminal, else json",
            example: "json",
            show: Show::Plain,
        },
        Setting {
            name: "OTEL_EXPORTER_OTLP_ENDPOINT",
            need: Need::Optional,
            meaning: "where traces and metrics go, by OTLP over HTTP; the other OTEL_ variables count too",
            example: "http://localhost:4318",
            show: Show::Address,
        },
        Setting {
            name: "RUN_TRIGGER",
            need: Need::Default("manual"),
            meaning: "who or what started the run, for the audit",
            example: "schedule",
            show: Show::Plain,
        },
    ];
}
