//! Logs on stderr; traces and metrics by OTLP when an endpoint is set.

mod otlp;

use std::{io::IsTerminal as _, time::Duration};

use opentelemetry::trace::TracerProvider as _;
use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::{
    Program,
    settings::{LogFormat, ProcessSettings, TelemetrySettings},
};

/// What the libraries say of themselves is shown only when it is a warning, unless asked for. gcp_auth warns of each try with
/// the answer's body, the exporters of each batch that a collector does not take.
const QUIET: &str = "sqlx=warn,sea_orm=warn,sea_orm_migration=warn,hyper=warn,reqwest=warn,opentelemetry=off,actix_server=warn,gcp_auth=error";

/// What nobody gets to see: the spans of a connection that is opened hold its address, password included (sea-orm 2.0).
const NEVER: &str = "sea_orm::database=warn,sea_orm::driver=warn";

pub(crate) struct Telemetry {
    otlp: otlp::Providers,
}

impl Telemetry {
    pub(crate) fn start(program: &'static Program, process: &ProcessSettings, telemetry: &TelemetrySettings) -> Self {
        let (otlp, failure) = match otlp::Providers::start(program, telemetry) {
            Ok(providers) => (providers, None),
            Err(error) => (otlp::Providers::default(), Some(error)),
        };
        let (filter, bad_filter) = filter(&process.rust_log);
        let spans =
            otlp.traces.as_ref().map(|traces| tracing_opentelemetry::layer().with_tracer(traces.tracer(program.name)));
        tracing_subscriber::registry().with(filter).with(spans).with(lines(process.log_format)).init();
        if failure.is_some() {
            // why holds the address as it is
            tracing::warn!("no traces and no metrics: OTEL_EXPORTER_OTLP_ENDPOINT cannot be used");
        }
        for (name, why) in &telemetry.without_effect {
            tracing::warn!("{name} has no effect: {why}");
        }
        if bad_filter {
            tracing::warn!("RUST_LOG cannot be read; info is taken");
        }
        Self { otlp }
    }

    pub(crate) fn stop(self, at_most: Duration) {
        self.otlp.stop(at_most);
    }
}

fn filter(directives: &str) -> (EnvFilter, bool) {
    // what the user says comes after and wins
    match EnvFilter::try_new(format!("{QUIET},{directives},{NEVER}")) {
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
