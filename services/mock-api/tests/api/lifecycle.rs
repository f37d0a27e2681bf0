//! Start, restart, stop, `check`.

use std::process::Output;

use reqwest::Method;

use crate::harness::{Mock, START, command};

#[tokio::test]
async fn it_answers_before_the_world_is_made() {
    let mock = Mock::listening(&[("MOCK_APPLICATIONS", "200000"), ("MOCK_START", START)]);
    assert_eq!(mock.get("/healthz").await.status(), 200);
    let early = mock.get("/readyz").await;
    assert_eq!(early.status(), 503);
    assert_eq!(early.headers()["retry-after"], "1");
    let early =
        mock.send(Method::GET, "/v1/acme/applications/find-by-date?from=2026-05-01", &[("x-api-key", "k")]).await;
    assert_eq!(early.status(), 503);
    mock.wait_until_ready().await;
    assert_eq!(mock.world().await["applications"]["total"], 200_000);
}

#[tokio::test]
async fn a_restart_continues_the_world() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}/mock.db?mode=rwc", folder.path().display());
    let first = Mock::start(&[("MOCK_DATABASE_URL", &url)]).await;
    first.advance(30).await;
    let before = (first.applications().await, first.world().await);
    assert!(first.terminate().success());
    // another seed and size would make another world, were there none
    let again = Mock::start(&[("MOCK_DATABASE_URL", &url), ("MOCK_SEED", "9"), ("MOCK_POSTINGS", "5")]).await;
    let after = (again.applications().await, again.world().await);
    assert_eq!(before.0, after.0);
    assert_eq!(before.1["postings"], after.1["postings"]);
    assert_eq!((&after.1["seed"], &after.1["hours_advanced"]), (&1.into(), &30.into()));
    assert!(after.1["now"].as_str() > before.1["now"].as_str());
}

#[tokio::test]
async fn it_stops_when_told_to() {
    let mock = Mock::start(&[]).await;
    assert!(mock.terminate().success());
}

fn run(settings: &[(&str, &str)], arguments: &[&str]) -> Output {
    command(settings).args(arguments).output().expect("the binary runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn check_says_what_is_reachable_and_writes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}/mock.db?mode=rwc", folder.path().display());
    let fine = run(&[("MOCK_DATABASE_URL", &url)], &["check"]);
    assert!(fine.status.success(), "{}", text(&fine.stderr));
    assert_eq!(text(&fine.stdout), "ok    settings\nok    database: reachable, no world in it yet\n");
    let away = run(&[("MOCK_DATABASE_URL", "postgres://u:topsecret@127.0.0.1:1/none")], &["check"]);
    assert_eq!(away.status.code(), Some(1));
    assert!(text(&away.stdout).contains("FAIL  database"), "{}", text(&away.stdout));
    assert!(!(text(&away.stdout) + &text(&away.stderr)).contains("topsecret"));
}

#[test]
fn wrong_settings_are_all_named_at_once() {
    let wrong = run(&[("MOCK_SEED", "many"), ("MOCK_START", "soon")], &[]);
    assert_eq!(wrong.status.code(), Some(2));
    let log = text(&wrong.stderr);
    assert!(log.contains("MOCK_SEED") && log.contains("MOCK_START"), "{log}");
    let foreign = run(&[("MOCK_DATABASE_URL", "mysql://h/d")], &[]);
    assert_eq!(foreign.status.code(), Some(2), "{}", text(&foreign.stderr));
    assert!(text(&foreign.stderr).contains("MOCK_DATABASE_URL"));
}
