//! OTLP over HTTP. The exporters read the standard `OTEL_` variables themselves.

use std::time::Duration;

use anyhow::Context as _;
use opentelemetry::{KeyValue, global};
use opentelemetry_otlp::{MetricExporter, Protocol, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::{Resource, metrics::SdkMeterProvider, trace::SdkTracerProvider};

use crate::Program;

/// An endpoint that is away must not hold up the end of a run for longer.
const FLUSH_AT_MOST: Duration = Duration::from_secs(5);

/// Traces and metrics on their way out.
pub(super) struct Providers {
    pub(super) traces: SdkTracerProvider,
    metrics: SdkMeterProvider,
}

impl Providers {
    /// Must be called outside of an async runtime: the exporters have threads of their own.
    pub(super) fn start(program: &'static Program) -> anyhow::Result<Self> {
        crate::http::install_tls();
        let resource = Resource::builder()
            .with_service_name(program.name)
            .with_attribute(KeyValue::new("service.version", program.version))
            .build();
        let spans = SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .build()
            .context("making the exporter of traces")?;
        let points = MetricExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .build()
            .context("making the exporter of metrics")?;
        let traces = SdkTracerProvider::builder().with_resource(resource.clone()).with_batch_exporter(spans).build();
        let metrics = SdkMeterProvider::builder().with_resource(resource).with_periodic_exporter(points).build();
        global::set_meter_provider(metrics.clone());
        Ok(Self { traces, metrics })
    }

    pub(super) fn stop(self) {
        if let Err(error) = self.traces.shutdown_with_timeout(FLUSH_AT_MOST) {
            tracing::warn!(%error, "not all traces could be sent");
        }
        if let Err(error) = self.metrics.shutdown_with_timeout(FLUSH_AT_MOST) {
            tracing::warn!(%error, "not all metrics could be sent");
        }
    }
}
