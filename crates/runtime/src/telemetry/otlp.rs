//! OTLP over HTTP. The exporters read most of the standard `OTEL_` variables themselves.

use std::{
    sync::mpsc,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use opentelemetry::{KeyValue, global};
use opentelemetry_otlp::{MetricExporter, Protocol, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::{Resource, error::OTelSdkResult, metrics::SdkMeterProvider, trace::SdkTracerProvider};

use crate::{Program, settings::TelemetrySettings};

#[derive(Default)]
pub(super) struct Providers {
    pub(super) traces: Option<SdkTracerProvider>,
    metrics: Option<SdkMeterProvider>,
}

impl Providers {
    /// Must be called outside of an async runtime: the exporters have threads of their own.
    pub(super) fn start(program: &'static Program, settings: &TelemetrySettings) -> anyhow::Result<Self> {
        if !settings.exports_traces && !settings.exports_metrics {
            return Ok(Self::default());
        }
        crate::http::install_tls();
        let resource = Resource::builder();
        // named here, it would take the place of what the variables say
        let resource = if settings.is_named { resource } else { resource.with_service_name(program.name) };
        let resource = resource.with_attribute(KeyValue::new("service.version", program.version)).build();
        let traces = settings.exports_traces.then(|| traces(&resource)).transpose()?;
        let metrics = settings.exports_metrics.then(|| metrics(&resource)).transpose()?;
        if let Some(metrics) = &metrics {
            global::set_meter_provider(metrics.clone());
        }
        Ok(Self { traces, metrics })
    }

    pub(super) fn stop(self, at_most: Duration) {
        // one of the two does not look at its time limit (opentelemetry_sdk 0.33), so both are waited for from outside, together
        let patience_ends = Instant::now() + at_most;
        let (tell, told) = mpsc::channel::<OTelSdkResult>();
        if let Some(traces) = self.traces {
            let tell = tell.clone();
            std::thread::spawn(move || tell.send(traces.shutdown_with_timeout(at_most)));
        }
        if let Some(metrics) = self.metrics {
            let tell = tell.clone();
            std::thread::spawn(move || tell.send(metrics.shutdown_with_timeout(at_most)));
        }
        drop(tell);
        let failure = loop {
            match told.recv_timeout(patience_ends.saturating_duration_since(Instant::now())) {
                Ok(Ok(())) => {}
                Ok(Err(error)) => break error.to_string(),
                Err(mpsc::RecvTimeoutError::Disconnected) => return,
                Err(mpsc::RecvTimeoutError::Timeout) => break format!("no answer within {} s", at_most.as_secs()),
            }
        };
        tracing::warn!(
            reason = failure,
            "not all traces and metrics could be sent: look at OTEL_EXPORTER_OTLP_ENDPOINT and the collector"
        );
    }
}

fn traces(resource: &Resource) -> anyhow::Result<SdkTracerProvider> {
    let spans = SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpBinary)
        .build()
        .context("making the exporter of traces")?;
    Ok(SdkTracerProvider::builder().with_resource(resource.clone()).with_batch_exporter(spans).build())
}

fn metrics(resource: &Resource) -> anyhow::Result<SdkMeterProvider> {
    let points = MetricExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpBinary)
        .build()
        .context("making the exporter of metrics")?;
    Ok(SdkMeterProvider::builder().with_resource(resource.clone()).with_periodic_exporter(points).build())
}
