//! What is printed on stdout: the audit, the check, the help.

use rig::{
    http::{Answer, nobody},
    on_each_backend,
};
use serde_json::Value;

use crate::fixture::{KEY, MEDIUM, On, Rig, ingest};

on_each_backend!(the_audit_is_printed, a_check_writes_nothing, a_check_says_what_fails);

/// Every setting, as users know it.
const SETTINGS: [&str; 31] = [
    "DATABASE_URL",
    "DATABASE_MAX_CONNECTIONS",
    "DATABASE_WAIT_SECONDS",
    "EMPLY_BASE_URL",
    "EMPLY_API_KEY",
    "EMPLY_CUSTOMER",
    "EMPLY_MEDIA_IDS",
    "EMPLY_KEY_STYLE",
    "EMPLY_CLOCK",
    "EMPLY_WINDOW_STYLE",
    "EMPLY_TIMEOUT_SECONDS",
    "EMPLY_MAX_RETRY_SECONDS",
    "INGEST_START",
    "INGEST_LOOKBACK_HOURS",
    "INGEST_PART_RECORDS",
    "INGEST_SLICE_HOURS",
    "INGEST_RECONCILE_HOURS",
    "INGEST_MAX_REQUESTS",
    "INGEST_MAX_REJECTED_RATIO",
    "INGEST_RETENTION_DAYS",
    "PII_KEY",
    "PII_KEY_OLD",
    "INGEST_GONE_DAYS",
    "REPORT_TIME_ZONE",
    "REPORT_MIN_GROUP",
    "VOCABULARY_FILE",
    "RUST_LOG",
    "LOG_FORMAT",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "RUN_TRIGGER",
    "Exit codes: 0",
];

#[test]
fn the_help_lists_every_setting() {
    let help = ingest().argument("--help").run();
    assert_eq!(help.code(), Some(0));
    for name in SETTINGS {
        assert!(help.out.contains(name), "{name}: {}", help.out);
    }
    let known = runtime::Reader::describe::<ingest::config::Settings>();
    assert_eq!(known.len(), SETTINGS.len() - 1, "a setting is missing in this test");
    for word in ["--adopt", "--reset-marks", "--accept-removals", "--reconcile", "--from", "--to", "runs", "check"] {
        assert!(help.out.contains(word), "{word}");
    }
}

async fn the_audit_is_printed(rig: &Rig) {
    rig.fill().await;
    rig.source.answer_next(On::Postings, Answer::whole("401 Unauthorized", &[], ""));
    rig.ingest().run().must(2, &[]);
    let before = rig.database.runs().await;

    let answer = rig.ingest().argument("runs").argument("--json").run();
    assert_eq!(answer.code(), Some(0));
    let runs: Vec<Value> = serde_json::from_str(&answer.out).unwrap();
    assert_eq!(runs.len(), 2);
    assert_eq!((&runs[0]["outcome"], &runs[1]["outcome"]), (&"failed".into(), &"succeeded".into()), "newest first");
    assert!(runs[0]["error"].as_str().unwrap().contains("EMPLY_API_KEY"));
    assert_eq!((&runs[1]["fetched"], &runs[1]["inserted"], &runs[1]["error"]), (&32.into(), &32.into(), &Value::Null));
    assert_eq!(runs[1]["id"], before[0].id.as_str());

    let answer = rig.ingest().argument("runs").argument("--limit=1").run();
    let lines = answer.out.lines().collect::<Vec<_>>();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].starts_with("started") && lines[1].contains("failed"), "{lines:?}");
    assert_eq!(rig.database.runs().await, before, "looking is not a run");
}

async fn a_check_writes_nothing(rig: &Rig) {
    let before = rig.fill().await;
    let runs = rig.database.runs().await;
    let check = rig.ingest().argument("check").run();
    assert_eq!(check.code(), Some(0), "{check:#?}");
    let lines = check.out.lines().collect::<Vec<_>>();
    assert_eq!(lines.len(), 7, "{lines:?}");
    assert!(lines.iter().all(|line| line.starts_with("ok    ")), "{lines:?}");
    assert!(lines[6].contains(MEDIUM) && !check.out.contains(KEY), "{lines:?}");
    assert_eq!(rig.source.take_requests().len(), 1);
    assert!(rig.database.rows().await == before);
    assert_eq!(rig.database.runs().await, runs);
}

async fn a_check_says_what_fails(rig: &Rig) {
    rig.source.answer_next(On::Postings, Answer::whole("401 Unauthorized", &[], ""));
    let check = rig.ingest().argument("check").run();
    assert_eq!(check.code(), Some(2), "a wrong key does not mend itself: {check:#?}");
    assert!(check.out.contains(&format!("FAIL  Emply, medium {MEDIUM}:")), "{check:#?}");
    assert!(check.out.contains("EMPLY_API_KEY") && check.out.contains("ok    schema: up to date"), "{check:#?}");

    // all that fails is listed, also when the first thing does
    let check = rig.ingest().argument("check").with("EMPLY_MAX_RETRY_SECONDS", "0");
    let check =
        check.with("DATABASE_URL", "sqlite:///nowhere/store.db").with("EMPLY_BASE_URL", format!("http://{}", nobody()));
    let check = check.run();
    assert_eq!(check.code(), Some(1), "{check:#?}");
    let failed = check.out.lines().filter(|line| line.starts_with("FAIL  ")).count();
    assert_eq!(failed, 2, "{check:#?}");
    assert!(rig.database.runs().await.is_empty());
}
