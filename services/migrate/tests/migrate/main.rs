//! The real program: what it makes, and how any program of ours starts and stops.

#![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod roles;
mod tls;

use std::{
    path::Path,
    time::{Duration, Instant},
};

use rig::{
    Backend, Database, Ended, Program, Running,
    http::{Answer, Request, Server, Silence},
};

fn program(settings: &[(&str, &str)], arguments: &[&str]) -> Program {
    Program::at(env!("CARGO_BIN_EXE_migrate")).with_all(settings).arguments(arguments)
}

fn migrate(settings: &[(&str, &str)], arguments: &[&str]) -> Ended {
    program(settings, arguments).run()
}

fn store_in(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("store.db").display())
}

/// Takes what a program sends by OTLP over HTTP.
fn collector() -> Server {
    Server::start(|_| Answer::whole("200 OK", &[], ""))
}

/// Whether the protobuf message holds this text.
fn holds(request: &Request, text: &str) -> bool {
    request.body.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn it_makes_the_schema_and_then_nothing_more() {
    let folder = tempfile::tempdir().unwrap();
    let url = store_in(folder.path());
    let first = migrate(&[("DATABASE_URL", &url)], &[]);
    assert_eq!(first.code(), Some(0), "{first:?}");
    let summary = first.log().pop().unwrap();
    assert_eq!((summary["outcome"].as_str(), summary["rows"].as_u64()), (Some("succeeded"), Some(1)), "{summary}");
    let second = migrate(&[("DATABASE_URL", &url)], &[]);
    assert_eq!((second.code(), second.log().pop().unwrap()["rows"].as_u64()), (Some(0), Some(0)));
    assert!(second.out.is_empty(), "only answers go to stdout");
}

#[test]
fn it_makes_a_database_that_the_server_does_not_have() {
    if !Backend::Postgres.is_there() {
        return;
    }
    let database = Database::absent_called(Backend::Postgres, &format!("Odd \"name\"-{}", std::process::id()));
    let settings = [("DATABASE_URL", &*database.url)];
    let looked = migrate(&settings, &["check"]);
    assert_eq!(looked.code(), Some(1), "check makes no database: {looked:?}");
    let two = [(); 2].map(|()| program(&settings, &[]).start()).map(Running::wait);
    for one in &two {
        assert_eq!(one.code(), Some(0), "{one:?}");
    }
    let made = two.iter().flat_map(Ended::log).filter(|line| line["message"] == "made the database").count();
    assert_eq!(made, 1, "one of two makes it");
    assert_eq!(migrate(&settings, &["check"]).code(), Some(0));
}

#[test]
fn check_looks_and_makes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let url = store_in(folder.path());
    let absent = migrate(&[("DATABASE_URL", &url)], &["check"]);
    assert_eq!(absent.code(), Some(1), "{absent:?}");
    assert!(absent.out.contains("FAIL  database"), "{absent:?}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "check makes no file");
    migrate(&[("DATABASE_URL", &url)], &[]);
    let present = migrate(&[("DATABASE_URL", &url)], &["check"]);
    let answer = present.out.clone();
    assert_eq!(present.code(), Some(0), "{present:?}");
    assert!(answer.contains("ok    settings") && answer.contains("ok    schema: up to date"), "{answer}");
}

#[test]
fn every_wrong_setting_is_named_at_once_and_no_value_is_shown() {
    let wrong = [
        ("DATABASE_MAX_CONNECTIONS", "hush-hush"),
        ("DATABASE_WAIT_SECOND", "5"),
        ("LOG_FORMAT", "hush-hush"),
        ("DATABASE_PORT_5432_TCP", "tcp://10.0.0.1:5432"),
    ];
    let output = migrate(&wrong, &[]);
    assert_eq!(output.code(), Some(2));
    let text = output.err.clone();
    let named = [
        "DATABASE_URL is missing",
        "DATABASE_MAX_CONNECTIONS",
        "DATABASE_WAIT_SECONDS meant?",
        "LOG_FORMAT",
        "4 settings are wrong",
    ];
    for part in named {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("hush-hush") && !text.contains("5432_TCP"), "{text}");
}

#[test]
fn an_address_that_is_none_is_final_and_a_server_that_is_away_is_not() {
    let none = migrate(&[("DATABASE_URL", "mysql://user:hush@host/db")], &[]);
    assert_eq!(none.code(), Some(2), "{none:?}");
    let away = [("DATABASE_URL", "postgres://user:hush@127.0.0.1:9/db"), ("DATABASE_WAIT_SECONDS", "1")];
    let away = migrate(&away, &[]);
    assert_eq!(away.code(), Some(1), "{away:?}");
    let text = away.err.clone();
    assert!(
        text.contains("postgres://127.0.0.1:9/db cannot be reached") && text.contains("waiting for the database"),
        "{text}"
    );
    for ended in [none, away] {
        assert!(!ended.err.contains("hush"));
    }
}

#[test]
fn a_signal_ends_the_wait() {
    let settings = [("DATABASE_URL", "postgres://127.0.0.1:9/db"), ("DATABASE_WAIT_SECONDS", "600")];
    let mut running = program(&settings, &[]).start();
    running.wait_for("waiting for the database");
    running.terminate();
    let ended = running.wait();
    assert_eq!(ended.code(), Some(1), "{ended:?}");
    assert!(ended.err.contains("SIGTERM"), "{ended:?}");
    assert_eq!(ended.log().pop().unwrap()["outcome"], "failed", "{ended:?}");
}

#[test]
fn text_logs_and_help() {
    let folder = tempfile::tempdir().unwrap();
    let url = store_in(folder.path());
    let output = migrate(&[("DATABASE_URL", &url), ("LOG_FORMAT", "text")], &[]);
    let text = output.err.clone();
    assert!(text.lines().last().unwrap_or_default().contains("finished outcome=\"succeeded\""), "{text}");
    let help = migrate(&[], &["--help"]);
    let text = help.out.clone();
    assert_eq!(help.code(), Some(0));
    for name in [
        "DATABASE_URL (required",
        "DATABASE_WAIT_SECONDS (default 60)",
        "RUST_LOG",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "Exit codes",
    ] {
        assert!(text.contains(name), "{name}: {text}");
    }
    assert_eq!(migrate(&[], &["no-such-command"]).code(), Some(2));
}

#[test]
fn traces_and_metrics_are_sent_before_it_ends_on_every_way_out() {
    let folder = tempfile::tempdir().unwrap();
    for (url, code) in [(store_in(folder.path()), 0), ("mysql://host/db".to_owned(), 2)] {
        let collector = collector();
        let output = migrate(&[("DATABASE_URL", &url), ("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url())], &[]);
        assert_eq!(output.code(), Some(code), "{output:?}");
        let received = collector.requests();
        let traces = received.iter().find(|request| request.path() == "/v1/traces").expect("traces");
        for text in ["migrate", "service.name", "run.id", "service.version"] {
            assert!(holds(traces, text), "{text} is not in the traces");
        }
        if code == 0 {
            let metrics = received.iter().find(|request| request.path() == "/v1/metrics").expect("metrics");
            assert!(holds(metrics, "run.records"));
        }
    }
}

/// One that refuses, and one that takes connections and never answers.
#[test]
fn a_collector_that_is_away_costs_a_run_one_warning_and_two_seconds() {
    let folder = tempfile::tempdir().unwrap();
    let silent = Silence::start().url();
    for (number, endpoint) in ["http://127.0.0.1:9", &silent].into_iter().enumerate() {
        let url = format!("sqlite://{}", folder.path().join(format!("{number}.db")).display());
        let begun = Instant::now();
        let output = migrate(&[("DATABASE_URL", &url), ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)], &[]);
        let took = begun.elapsed();
        assert_eq!(output.code(), Some(0), "{output:?}");
        let warnings: Vec<_> = output.log().into_iter().filter(|line| line["level"] != "INFO").collect();
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert!(warnings[0]["message"].as_str().unwrap().contains("not all traces and metrics could be sent"));
        // without the limit it would be ten seconds and more
        assert!(took < Duration::from_secs(6), "{took:?}");
    }
}

#[test]
fn what_is_switched_off_is_not_sent() {
    let folder = tempfile::tempdir().unwrap();
    let paths = |settings: &[(&str, &str)]| {
        let collector = collector();
        let own = [("DATABASE_URL", &*store_in(folder.path())), ("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url())];
        let output = migrate(&[&own, settings].concat(), &[]);
        assert_eq!(output.code(), Some(0), "{output:?}");
        let received = collector.requests();
        let mut paths: Vec<String> = received.iter().map(|request| request.path().to_owned()).collect();
        paths.sort();
        paths.dedup();
        (paths.join(" "), received)
    };
    assert_eq!(paths(&[]).0, "/v1/metrics /v1/traces");
    assert_eq!(paths(&[("OTEL_SDK_DISABLED", "true")]).0, "");
    assert_eq!(paths(&[("OTEL_TRACES_EXPORTER", "none")]).0, "/v1/metrics");
    assert_eq!(paths(&[("OTEL_METRICS_EXPORTER", "none")]).0, "/v1/traces");
    assert_eq!(paths(&[("OTEL_METRICS_EXPORTER", "none"), ("OTEL_TRACES_SAMPLER", "always_off")]).0, "");
    let (_, named) = paths(&[("OTEL_SERVICE_NAME", "by-another-name")]);
    assert!(named.iter().any(|request| holds(request, "by-another-name")));
    let (_, named) = paths(&[("OTEL_RESOURCE_ATTRIBUTES", "service.name=by-a-third-name,team=hr")]);
    assert!(named.iter().any(|request| holds(request, "by-a-third-name") && holds(request, "team")));
    let (_, packed) = paths(&[("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip")]);
    assert!(!packed.is_empty() && !packed.iter().any(|request| holds(request, "service.name")));
}

#[test]
fn traces_alone_have_an_address_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let collector = collector();
    let endpoint = format!("{}/mine", collector.url());
    let settings = [("DATABASE_URL", &*store_in(folder.path())), ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", &endpoint)];
    assert_eq!(migrate(&settings, &[]).code(), Some(0));
    let received = collector.requests();
    assert!(!received.is_empty() && received.iter().all(|request| request.path() == "/mine"));
}

#[test]
fn what_the_libraries_would_pass_over_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    for (name, value) in [
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
        ("OTEL_TRACES_EXPORTER", "zipkin"),
        ("OTEL_EXPORTER_OTLP_CERTIFICATE", "/etc/ca.pem"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"),
        ("HTTPS_PROXY", "http//proxy:3128"),
        ("https_proxy", "socks5://proxy:1080"),
        ("SSL_CERT_FILE", "/nowhere/ca.pem"),
        ("DATABASE_MAX_CONNECTIONS", "4294967295"),
        ("DATABASE_WAIT_SECONDS", "18446744073709551615"),
    ] {
        let output = migrate(&[("DATABASE_URL", &*store_in(folder.path())), (name, value)], &[]);
        assert_eq!(output.code(), Some(2), "{name}={value}: {output:?}");
        let text = output.err.clone();
        assert!(text.contains(&format!("{name} ")) && !text.contains(value), "{text}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was done");
    let url = store_in(folder.path());
    let output = migrate(&[("DATABASE_URL", &url), ("OTEL_LOGS_EXPORTER", "otlp"), ("OTEL_PROPAGATORS", "b3")], &[]);
    assert_eq!(output.code(), Some(0), "{output:?}");
    let told = output.log().iter().filter(|line| line["level"] == "WARN").count();
    assert_eq!(told, 2, "what changes nothing is told: {output:?}");
}

/// What Helm shows of a container is one line, so nothing may stand between the items.
#[test]
fn a_check_says_its_items_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let url = store_in(folder.path());
    let wrong =
        migrate(&[("DATABASE_URL", "postgres://u:12/hush@host/db"), ("DATABASE_WAIT_SECONDS", "soon")], &["check"]);
    assert_eq!((wrong.code(), wrong.err.len()), (Some(2), 0), "{wrong:?}");
    let said = wrong.out.clone();
    assert!(
        said.lines().count() == 2 && said.lines().all(|line| line.starts_with("FAIL  settings: DATABASE_")),
        "{said}"
    );
    assert!(said.contains("percent-encoded") && said.contains("PGPASSWORD") && !said.contains("hush"), "{said}");
    let absent = migrate(&[("DATABASE_URL", &url)], &["check"]);
    assert_eq!((absent.code(), absent.err.len()), (Some(1), 0), "{absent:?}");
    migrate(&[("DATABASE_URL", &url)], &[]);
    let present = migrate(&[("DATABASE_URL", &url)], &["check"]);
    assert_eq!((present.code(), present.err.len()), (Some(0), 0), "{present:?}");
    let loud = migrate(&[("DATABASE_URL", &url), ("RUST_LOG", "info")], &["check"]);
    assert!(!loud.err.is_empty(), "whoever asks for logs gets them");
}
