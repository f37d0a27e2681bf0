//! Logs on stderr; traces and metrics by OTLP when an endpoint is set.

mod otlp;

use std::io::IsTerminal as _;

use opentelemetry::trace::TracerProvider as _;
use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::{
    Program,
    settings::{LogFormat, ProcessSettings},
};

/// What the libraries say of themselves is shown only when it is a warning, unless asked for. gcp_auth warns of each try with
/// the answer's body.
const QUIET: &str = "sqlx=warn,sea_orm=warn,sea_orm_migration=warn,hyper=warn,reqwest=warn,opentelemetry=warn,opentelemetry_sdk=warn,actix_server=warn,gcp_auth=error";

/// The running exporters.
pub(crate) struct Telemetry {
    otlp: Option<otlp::Providers>,
}

impl Telemetry {
    /// Installs the process's logger and, if asked for, its exporters.
    pub(crate) fn start(program: &'static Program, settings: &ProcessSettings) -> Self {
        let otlp = settings.otel_exporter_otlp_endpoint.as_ref().map(|_| otlp::Providers::start(program));
        let (otlp, failure) = match otlp.transpose() {
            Ok(providers) => (providers, None),
            Err(error) => (None, Some(error)),
        };
        let (filter, bad_filter) = filter(&settings.rust_log);
        let spans = otlp
            .as_ref()
            .map(|providers| tracing_opentelemetry::layer().with_tracer(providers.traces.tracer(program.name)));
        tracing_subscriber::registry().with(filter).with(spans).with(lines(settings.log_format)).init();
        if let Some(error) = failure {
            tracing::warn!(
                error = format!("{error:#}"),
                "no traces and no metrics: OTEL_EXPORTER_OTLP_ENDPOINT cannot be used"
            );
        }
        if bad_filter {
            tracing::warn!("RUST_LOG cannot be read; info is taken");
        }
        Self { otlp }
    }

    /// Sends what is still there, within a few seconds.
    pub(crate) fn stop(self) {
        if let Some(providers) = self.otlp {
            providers.stop();
        }
    }
}

fn filter(directives: &str) -> (EnvFilter, bool) {
    // what the user says comes last and wins
    match EnvFilter::try_new(format!("{QUIET},{directives}")) {
        Ok(filter) => (filter, false),
        Err(_) => (EnvFilter::new(format!("{QUIET},info")), true),
    }
}

fn lines<S>(format: LogFormat) -> Box<dyn Layer<S> + Send + Sync>
where
    S: tracing::Subscriber + for<'span> tracing_subscriber::registry::LookupSpan<'span>,
{
    let terminal = std::io::stderr().is_terminal();
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    match format {
        LogFormat::Text => layer.with_ansi(terminal).with_target(false).boxed(),
        LogFormat::Auto if terminal => layer.with_target(false).boxed(),
        LogFormat::Auto | LogFormat::Json => layer.json().flatten_event(true).with_current_span(false).boxed(),
    }
}
