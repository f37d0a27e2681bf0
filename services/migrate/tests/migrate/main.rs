//! The real program: what it makes, and how any program of ours starts and stops.

#![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod collector;

use std::{
    path::Path,
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use collector::Collector;

fn migrate(settings: &[(&str, &str)], args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_migrate")).env_clear().envs(settings.iter().copied()).args(args).output().unwrap()
}

fn store_in(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("store.db").display())
}

fn lines(output: &Output) -> Vec<serde_json::Value> {
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}"))).collect()
}

#[test]
fn it_makes_the_schema_and_then_nothing_more() {
    let folder = tempfile::tempdir().unwrap();
    let url = store_in(folder.path());
    let first = migrate(&[("DATABASE_URL", &url)], &[]);
    assert_eq!(first.status.code(), Some(0), "{first:?}");
    let summary = lines(&first).pop().unwrap();
    assert_eq!((summary["outcome"].as_str(), summary["rows"].as_u64()), (Some("succeeded"), Some(1)), "{summary}");
    let second = migrate(&[("DATABASE_URL", &url)], &[]);
    assert_eq!((second.status.code(), lines(&second).pop().unwrap()["rows"].as_u64()), (Some(0), Some(0)));
    assert!(second.stdout.is_empty(), "only answers go to stdout");
}

#[expect(clippy::disallowed_methods, reason = "names the test server, not a setting of a program")]
fn server() -> Option<String> {
    std::env::var_os("TEST_DATABASE_URL")?.into_string().ok().filter(|url| !url.is_empty())
}

#[test]
fn it_makes_a_database_that_the_server_does_not_have() {
    use std::io::Write as _;
    let Some(server) = server() else {
        // not eprintln!: the test runner would swallow that
        let _ = writeln!(std::io::stderr(), "SKIPPED: migrate on PostgreSQL, because TEST_DATABASE_URL is not set");
        return;
    };
    let mut url: url::Url = server.parse().unwrap();
    url.set_path(&format!("Odd \"name\"-{}", std::process::id()));
    let settings = [("DATABASE_URL", url.as_str())];
    let looked = migrate(&settings, &["check"]);
    assert_eq!(looked.status.code(), Some(1), "check makes no database: {looked:?}");
    let two = [(); 2].map(|()| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_migrate"));
        command.env_clear().envs(settings).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    });
    let two = two.map(|child| child.wait_with_output().unwrap());
    for one in &two {
        assert_eq!(one.status.code(), Some(0), "{one:?}");
    }
    let made = two.iter().flat_map(lines).filter(|line| line["message"] == "made the database").count();
    assert_eq!(made, 1, "one of two makes it");
    assert_eq!(migrate(&settings, &["check"]).status.code(), Some(0));
}

#[test]
fn check_looks_and_makes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let url = store_in(folder.path());
    let absent = migrate(&[("DATABASE_URL", &url)], &["check"]);
    assert_eq!(absent.status.code(), Some(1), "{absent:?}");
    assert!(String::from_utf8_lossy(&absent.stdout).contains("FAIL  database"), "{absent:?}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "check makes no file");
    migrate(&[("DATABASE_URL", &url)], &[]);
    let present = migrate(&[("DATABASE_URL", &url)], &["check"]);
    let answer = String::from_utf8_lossy(&present.stdout).into_owned();
    assert_eq!(present.status.code(), Some(0), "{present:?}");
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
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
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
    assert_eq!(none.status.code(), Some(2), "{none:?}");
    let away = [("DATABASE_URL", "postgres://user:hush@127.0.0.1:9/db"), ("DATABASE_WAIT_SECONDS", "1")];
    let away = migrate(&away, &[]);
    assert_eq!(away.status.code(), Some(1), "{away:?}");
    let text = String::from_utf8_lossy(&away.stderr).into_owned();
    assert!(
        text.contains("postgres://127.0.0.1:9/db cannot be reached") && text.contains("waiting for the database"),
        "{text}"
    );
    for output in [none.stderr, away.stderr] {
        assert!(!String::from_utf8_lossy(&output).contains("hush"));
    }
}

#[test]
fn a_signal_ends_the_wait() {
    let settings = [("DATABASE_URL", "postgres://127.0.0.1:9/db"), ("DATABASE_WAIT_SECONDS", "600")];
    let mut command = Command::new(env!("CARGO_BIN_EXE_migrate"));
    let mut child = command.env_clear().envs(settings).stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = std::io::BufReader::new(child.stderr.take().unwrap());
    let mut text = String::new();
    while !text.contains("waiting for the database") {
        assert!(std::io::BufRead::read_line(&mut stderr, &mut text).unwrap() > 0, "{text}");
    }
    let kill = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    std::io::Read::read_to_string(&mut stderr, &mut text).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1), "{text}");
    assert!(
        text.contains("SIGTERM") && text.lines().last().unwrap_or_default().contains("\"outcome\":\"failed\""),
        "{text}"
    );
}

#[test]
fn text_logs_and_help() {
    let folder = tempfile::tempdir().unwrap();
    let url = store_in(folder.path());
    let output = migrate(&[("DATABASE_URL", &url), ("LOG_FORMAT", "text")], &[]);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(text.lines().last().unwrap_or_default().contains("finished outcome=\"succeeded\""), "{text}");
    let help = migrate(&[], &["--help"]);
    let text = String::from_utf8_lossy(&help.stdout).into_owned();
    assert_eq!(help.status.code(), Some(0));
    for name in [
        "DATABASE_URL (required",
        "DATABASE_WAIT_SECONDS (default 60)",
        "RUST_LOG",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "Exit codes",
    ] {
        assert!(text.contains(name), "{name}: {text}");
    }
    assert_eq!(migrate(&[], &["no-such-command"]).status.code(), Some(2));
}

#[test]
fn traces_and_metrics_are_sent_before_it_ends_on_every_way_out() {
    let folder = tempfile::tempdir().unwrap();
    for (url, code) in [(store_in(folder.path()), 0), ("mysql://host/db".to_owned(), 2)] {
        let collector = Collector::start();
        let output = migrate(&[("DATABASE_URL", &url), ("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url)], &[]);
        assert_eq!(output.status.code(), Some(code), "{output:?}");
        let received = collector.received();
        let traces = received.iter().find(|request| request.path == "/v1/traces").expect("traces");
        for text in ["migrate", "service.name", "run.id", "service.version"] {
            assert!(traces.holds(text), "{text} is not in the traces");
        }
        if code == 0 {
            let metrics = received.iter().find(|request| request.path == "/v1/metrics").expect("metrics");
            assert!(metrics.holds("run.records"));
        }
    }
}

/// One that refuses, and one that takes connections and never answers.
#[test]
fn a_collector_that_is_away_costs_a_run_one_warning_and_two_seconds() {
    let folder = tempfile::tempdir().unwrap();
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = format!("http://{}", silent.local_addr().unwrap());
    for (number, endpoint) in ["http://127.0.0.1:9", &silent].into_iter().enumerate() {
        let url = format!("sqlite://{}", folder.path().join(format!("{number}.db")).display());
        let begun = Instant::now();
        let output = migrate(&[("DATABASE_URL", &url), ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)], &[]);
        let took = begun.elapsed();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let warnings: Vec<_> = lines(&output).into_iter().filter(|line| line["level"] != "INFO").collect();
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
        let collector = Collector::start();
        let own = [("DATABASE_URL", &*store_in(folder.path())), ("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url)];
        let output = migrate(&[&own, settings].concat(), &[]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let received = collector.received();
        let mut paths: Vec<String> = received.iter().map(|request| request.path.clone()).collect();
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
    assert!(named.iter().any(|request| request.holds("by-another-name")));
    let (_, named) = paths(&[("OTEL_RESOURCE_ATTRIBUTES", "service.name=by-a-third-name,team=hr")]);
    assert!(named.iter().any(|request| request.holds("by-a-third-name") && request.holds("team")));
    let (_, packed) = paths(&[("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip")]);
    assert!(!packed.is_empty() && !packed.iter().any(|request| request.holds("service.name")));
}

#[test]
fn traces_alone_have_an_address_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let collector = Collector::start();
    let endpoint = format!("{}/mine", collector.url);
    let settings = [("DATABASE_URL", &*store_in(folder.path())), ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", &endpoint)];
    assert_eq!(migrate(&settings, &[]).status.code(), Some(0));
    let received = collector.received();
    assert!(!received.is_empty() && received.iter().all(|request| request.path == "/mine"));
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
        assert_eq!(output.status.code(), Some(2), "{name}={value}: {output:?}");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(text.contains(&format!("{name} ")) && !text.contains(value), "{text}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was done");
    let url = store_in(folder.path());
    let output = migrate(&[("DATABASE_URL", &url), ("OTEL_LOGS_EXPORTER", "otlp"), ("OTEL_PROPAGATORS", "b3")], &[]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let told = lines(&output).iter().filter(|line| line["level"] == "WARN").count();
    assert_eq!(told, 2, "what changes nothing is told: {output:?}");
}

/// What Helm shows of a container is one line, so nothing may stand between the items.
#[test]
fn a_check_says_its_items_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let url = store_in(folder.path());
    let wrong =
        migrate(&[("DATABASE_URL", "postgres://u:12/hush@host/db"), ("DATABASE_WAIT_SECONDS", "soon")], &["check"]);
    assert_eq!((wrong.status.code(), wrong.stderr.len()), (Some(2), 0), "{wrong:?}");
    let said = String::from_utf8_lossy(&wrong.stdout).into_owned();
    assert!(
        said.lines().count() == 2 && said.lines().all(|line| line.starts_with("FAIL  settings: DATABASE_")),
        "{said}"
    );
    assert!(said.contains("percent-encoded") && said.contains("PGPASSWORD") && !said.contains("hush"), "{said}");
    let absent = migrate(&[("DATABASE_URL", &url)], &["check"]);
    assert_eq!((absent.status.code(), absent.stderr.len()), (Some(1), 0), "{absent:?}");
    migrate(&[("DATABASE_URL", &url)], &[]);
    let present = migrate(&[("DATABASE_URL", &url)], &["check"]);
    assert_eq!((present.status.code(), present.stderr.len()), (Some(0), 0), "{present:?}");
    let loud = migrate(&[("DATABASE_URL", &url), ("RUST_LOG", "info")], &["check"]);
    assert!(!loud.stderr.is_empty(), "whoever asks for logs gets them");
}
