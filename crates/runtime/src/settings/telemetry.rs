//! What the variables of OpenTelemetry say. The exporters read most of them themselves; the SDK (0.33) leaves to the program whether
//! anything is exported at all, and by which protocol.

use super::{
    Reader,
    standard::{
        Rule::{self, HttpUrl, NoEffect, Number, OneOf, Pairs, Text},
        Variable,
    },
};

const EXPORTERS: Rule = OneOf(&["otlp", "none"]);
const PROTOCOLS: Rule = OneOf(&["http/protobuf"]);
const COMPRESSIONS: Rule = OneOf(&["gzip", "none"]);
const MILLISECONDS: Rule = Number(1, 3_600_000);
const COUNT: Rule = Number(1, 1_000_000);
const NO_FILES: Rule = Rule::Never("certificates come from SSL_CERT_FILE here, and none of our own is shown");

const SCHEME: &str = "the scheme of the endpoint decides";
const NO_LENGTH: &str = "attributes are as long as they are";

pub(super) const VARIABLES: &[Variable] = &[
    Variable::new(
        "OTEL_SDK_DISABLED",
        OneOf(&["true", "false", "TRUE", "FALSE", "True", "False"]),
        "`true`: nothing is exported",
    ),
    Variable::new("OTEL_TRACES_EXPORTER", EXPORTERS, "`none`: no traces are exported"),
    Variable::new("OTEL_METRICS_EXPORTER", EXPORTERS, "`none`: no metrics are exported"),
    Variable::new("OTEL_LOGS_EXPORTER", NoEffect("logs go to stderr"), "where logs go"),
    Variable::new("OTEL_SERVICE_NAME", Text, "name of the service, in place of the program's"),
    Variable::new("OTEL_RESOURCE_ATTRIBUTES", Pairs, "what else is said of the service"),
    Variable::new("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", HttpUrl, "where traces go, to the letter"),
    Variable::new("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", HttpUrl, "where metrics go, to the letter"),
    Variable::new("OTEL_EXPORTER_OTLP_PROTOCOL", PROTOCOLS, "how both go"),
    Variable::new("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", PROTOCOLS, "how traces go"),
    Variable::new("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", PROTOCOLS, "how metrics go"),
    Variable::new("OTEL_EXPORTER_OTLP_HEADERS", Pairs, "headers of both"),
    Variable::new("OTEL_EXPORTER_OTLP_TRACES_HEADERS", Pairs, "headers of traces"),
    Variable::new("OTEL_EXPORTER_OTLP_METRICS_HEADERS", Pairs, "headers of metrics"),
    Variable::new("OTEL_EXPORTER_OTLP_COMPRESSION", COMPRESSIONS, "how both are packed"),
    Variable::new("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", COMPRESSIONS, "how traces are packed"),
    Variable::new("OTEL_EXPORTER_OTLP_METRICS_COMPRESSION", COMPRESSIONS, "how metrics are packed"),
    Variable::new("OTEL_EXPORTER_OTLP_TIMEOUT", MILLISECONDS, "milliseconds for one call"),
    Variable::new("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", MILLISECONDS, "the same for traces"),
    Variable::new("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", MILLISECONDS, "the same for metrics"),
    Variable::new("OTEL_EXPORTER_OTLP_CERTIFICATE", NO_FILES, "certificates that are trusted"),
    Variable::new("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", NO_FILES, "our own certificate"),
    Variable::new("OTEL_EXPORTER_OTLP_CLIENT_KEY", NO_FILES, "its key"),
    Variable::new("OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE", NO_FILES, "the same for traces"),
    Variable::new("OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE", NO_FILES, "the same for traces"),
    Variable::new("OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY", NO_FILES, "the same for traces"),
    Variable::new("OTEL_EXPORTER_OTLP_METRICS_CERTIFICATE", NO_FILES, "the same for metrics"),
    Variable::new("OTEL_EXPORTER_OTLP_METRICS_CLIENT_CERTIFICATE", NO_FILES, "the same for metrics"),
    Variable::new("OTEL_EXPORTER_OTLP_METRICS_CLIENT_KEY", NO_FILES, "the same for metrics"),
    Variable::new("OTEL_EXPORTER_OTLP_INSECURE", NoEffect(SCHEME), "whether there is no TLS"),
    Variable::new("OTEL_EXPORTER_OTLP_TRACES_INSECURE", NoEffect(SCHEME), "the same for traces"),
    Variable::new("OTEL_EXPORTER_OTLP_METRICS_INSECURE", NoEffect(SCHEME), "the same for metrics"),
    Variable::new(
        "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE",
        OneOf(&["cumulative", "delta", "lowmemory"]),
        "since when metrics count",
    ),
    Variable::new(
        "OTEL_TRACES_SAMPLER",
        OneOf(&[
            "always_on",
            "always_off",
            "traceidratio",
            "parentbased_always_on",
            "parentbased_always_off",
            "parentbased_traceidratio",
        ]),
        "which runs are traced",
    ),
    Variable::new("OTEL_TRACES_SAMPLER_ARG", Rule::Ratio, "share of the runs that are traced"),
    Variable::new("OTEL_BSP_SCHEDULE_DELAY", MILLISECONDS, "milliseconds between two batches of spans"),
    Variable::new("OTEL_BSP_EXPORT_TIMEOUT", MILLISECONDS, "milliseconds for one batch"),
    Variable::new("OTEL_BSP_MAX_QUEUE_SIZE", COUNT, "spans that may wait"),
    Variable::new("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", COUNT, "spans of a batch"),
    Variable::new("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", COUNT, "attributes of a span"),
    Variable::new("OTEL_SPAN_EVENT_COUNT_LIMIT", COUNT, "events of a span"),
    Variable::new("OTEL_SPAN_LINK_COUNT_LIMIT", COUNT, "links of a span"),
    Variable::new("OTEL_METRIC_EXPORT_INTERVAL", MILLISECONDS, "milliseconds between two sendings of metrics"),
    Variable::new(
        "OTEL_METRIC_EXPORT_TIMEOUT",
        NoEffect("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT is what counts"),
        "milliseconds for one sending",
    ),
    Variable::new("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", NoEffect(NO_LENGTH), "length of an attribute"),
    Variable::new("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", NoEffect(NO_LENGTH), "the same of a span"),
    Variable::new(
        "OTEL_ATTRIBUTE_COUNT_LIMIT",
        NoEffect("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT is what counts"),
        "attributes of anything",
    ),
    Variable::new("OTEL_PROPAGATORS", NoEffect("no trace is carried to another program"), "how traces are carried on"),
    Variable::new("OTEL_LOG_LEVEL", NoEffect("RUST_LOG is what counts"), "what the SDK says of itself"),
    Variable::new(
        "OTEL_CONFIG_FILE",
        Rule::Never("there are the variables of this table"),
        "a file in the place of variables",
    ),
];

#[derive(Debug, Default)]
pub(crate) struct TelemetrySettings {
    pub(crate) exports_traces: bool,
    pub(crate) exports_metrics: bool,
    pub(crate) is_named: bool,
    /// Variables that are given and change nothing, and why.
    pub(crate) without_effect: Vec<(&'static str, &'static str)>,
}

impl TelemetrySettings {
    /// Reads them; `has_endpoint` is whether both have one in common.
    pub(crate) fn read(reader: &mut Reader, has_endpoint: bool) -> Self {
        let mut given = Vec::new();
        for variable in VARIABLES {
            if let Some(value) = reader.variable(variable) {
                given.push((variable, value));
            }
        }
        let value = |name: &str| given.iter().find(|(variable, _)| variable.name == name).map(|(_, value)| &**value);
        let says = |name: &str, word: &str| value(name).is_some_and(|value| value.eq_ignore_ascii_case(word));
        let exports = |exporter: &str, endpoint: &str| {
            !says("OTEL_SDK_DISABLED", "true") && !says(exporter, "none") && (has_endpoint || value(endpoint).is_some())
        };
        let names_service = |list: &str| {
            list.split(',').any(|pair| pair.split('=').next().is_some_and(|name| name.trim() == "service.name"))
        };
        Self {
            exports_traces: exports("OTEL_TRACES_EXPORTER", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"),
            exports_metrics: exports("OTEL_METRICS_EXPORTER", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"),
            is_named: value("OTEL_SERVICE_NAME").is_some()
                || value("OTEL_RESOURCE_ATTRIBUTES").is_some_and(names_service),
            without_effect: given
                .iter()
                .filter_map(|(variable, _)| match variable.rule {
                    NoEffect(why) => Some((variable.name, why)),
                    _ => None,
                })
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(has_endpoint: bool, pairs: &[(&str, &str)]) -> (TelemetrySettings, Vec<String>) {
        let mut reader =
            Reader::over(pairs.iter().map(|(name, value)| ((*name).to_owned(), Some((*value).to_owned()))));
        let settings = TelemetrySettings::read(&mut reader, has_endpoint);
        (settings, reader.finish().iter().map(ToString::to_string).collect())
    }

    #[test]
    fn what_is_switched_off_is_off() {
        let exports = |has_endpoint, pairs: &[(&str, &str)]| {
            let (settings, faults) = read(has_endpoint, pairs);
            assert!(faults.is_empty(), "{faults:?}");
            (settings.exports_traces, settings.exports_metrics)
        };
        assert_eq!(exports(false, &[]), (false, false));
        assert_eq!(exports(true, &[]), (true, true));
        assert_eq!(exports(true, &[("OTEL_SDK_DISABLED", "TRUE")]), (false, false));
        assert_eq!(exports(true, &[("OTEL_TRACES_EXPORTER", "none")]), (false, true));
        assert_eq!(
            exports(true, &[("OTEL_METRICS_EXPORTER", "none"), ("OTEL_TRACES_EXPORTER", "otlp")]),
            (true, false)
        );
        assert_eq!(exports(false, &[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://h/v1/traces")]), (true, false));
    }

    #[test]
    fn what_cannot_be_done_is_refused_by_name() {
        for bad in [
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
            ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/json"),
            ("OTEL_TRACES_EXPORTER", "zipkin"),
            ("OTEL_EXPORTER_OTLP_CERTIFICATE", "/ca.pem"),
            ("OTEL_TRACES_SAMPLER", "xray"),
            ("OTEL_BSP_MAX_QUEUE_SIZE", "0"),
            ("OTEL_SDK_DISABLED", "yes"),
        ] {
            let (_, faults) = read(true, &[bad]);
            assert!(faults.len() == 1 && faults[0].starts_with(bad.0), "{faults:?}");
        }
        let (settings, faults) = read(true, &[("OTEL_LOGS_EXPORTER", "otlp"), ("OTEL_SERVICE_NAME", "mine")]);
        assert!(faults.is_empty() && settings.is_named);
        assert_eq!(settings.without_effect, [("OTEL_LOGS_EXPORTER", "logs go to stderr")]);
        assert!(read(true, &[("OTEL_RESOURCE_ATTRIBUTES", "a=b, service.name = mine")]).0.is_named);
    }
}
