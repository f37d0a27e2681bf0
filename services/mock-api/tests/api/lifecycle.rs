//! Start, restart, stop, `check`.

use std::{
    io::{Read as _, Write as _},
    time::Duration,
};

use reqwest::Method;
use rig::Ended;

use crate::harness::{Mock, START, program};

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

#[tokio::test]
async fn a_request_at_work_does_not_keep_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}/mock.db", folder.path().display());
    let settings = [("MOCK_DATABASE_URL", url.as_str()), ("MOCK_APPLICATIONS", "50000")];
    let mock = Mock::start(&settings).await;
    let before = mock.world().await;
    let ask = |text: &str| {
        let mut stream = std::net::TcpStream::connect(&mock.address).expect("it listens");
        stream.write_all(text.as_bytes()).expect("it reads");
        stream
    };
    let mut slow = ask("GET /v1/acme/applications/find-by-date?from=2020-01-01&apiKey=k HTTP/1.1\r\nHost: x\r\n\r\n");
    slow.read_exact(&mut [0; 100]).expect("the answer begins");
    let year = ask("POST /_mock/advance?hours=8784 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
    // the world is being moved on as soon as somebody else has to wait for the one connection
    let is_at_work = async { while mock.world().await["applications"] == before["applications"] {} };
    let waited = tokio::time::timeout(Duration::from_secs(1), is_at_work).await;
    assert!(waited.is_err(), "a year takes more than a second");
    assert!(mock.terminate().success());
    drop((slow, year));
    let again = Mock::start(&settings).await;
    assert_eq!(again.world().await["applications"], before["applications"], "there is no half of a year");
}

#[tokio::test]
async fn a_world_in_the_making_does_not_keep_it() {
    let mock = Mock::listening(&[("MOCK_APPLICATIONS", "100000000"), ("MOCK_START", START)]);
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(mock.terminate().success());
    // without postings nobody applies, and all of it is counting
    let mock = Mock::listening(&[("MOCK_APPLICATIONS", "100000000"), ("MOCK_POSTINGS", "0"), ("MOCK_START", START)]);
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(mock.terminate().success());
}

#[tokio::test]
async fn a_file_is_made_and_called_as_the_address_says() {
    let folder = tempfile::tempdir().expect("a folder");
    for (given, file) in [("mock.db", "mock.db"), ("a%20b.db", "a b.db"), ("100%2525.db", "100%25.db")] {
        let url = format!("sqlite://{}/{given}", folder.path().display());
        let settings = [("MOCK_DATABASE_URL", url.as_str()), ("MOCK_CUSTOMERS", "acme,globex")];
        assert!(Mock::start(&settings).await.terminate().success());
        assert!(folder.path().join(file).is_file(), "{given}");
        assert!(folder.path().join(file.replace(".db", "-globex.db")).is_file(), "{given}");
        assert!(run(&settings, &["check"]).out.contains("holds a world"), "{given}");
    }
    let there = std::fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(there, 6, "and nothing else is");
    let absent = format!("sqlite://{}/absent.db?mode=rw", folder.path().display());
    assert_eq!(run(&[("MOCK_DATABASE_URL", &absent)], &[]).code(), Some(1));
}

#[test]
fn an_address_that_cannot_be_read_is_not_told() {
    for password in ["top/secret", "12/topsecret", "12#topsecret", "12?topsecret", "topsecret%ff"] {
        let url = format!("postgres://someone:{password}@127.0.0.1:1/d");
        for words in [&[][..], &["check"], &["seed"]] {
            let ended = run(&[("MOCK_DATABASE_URL", &url), ("RUST_LOG", "trace")], words);
            let said = ended.out.clone() + &ended.err;
            assert_eq!(ended.code(), Some(2), "{password} {words:?}: {said}");
            assert!(said.contains("MOCK_DATABASE_URL") && said.contains("%2F"), "{said}");
            assert!(!said.contains("secret") && !said.contains("someone"), "{said}");
        }
    }
}

fn run(settings: &[(&str, &str)], arguments: &[&str]) -> Ended {
    program(settings).arguments(arguments).run()
}

#[test]
fn check_says_what_is_reachable_and_writes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}/mock.db?mode=rwc", folder.path().display());
    let fine = run(&[("MOCK_DATABASE_URL", &url)], &["check"]);
    fine.must_succeed();
    let place = folder.path().join("mock.db");
    let said = format!("ok    settings\nok    database: {} is not there yet; mock-api makes it\n", place.display());
    assert_eq!((fine.out, place.exists()), (said, false));
    let nowhere = format!("sqlite://{}/none/mock.db", folder.path().display());
    let nowhere = run(&[("MOCK_DATABASE_URL", &nowhere)], &["check"]);
    assert_eq!(nowhere.code(), Some(2));
    assert!(nowhere.out.contains("none of MOCK_DATABASE_URL is not there"), "{}", nowhere.out);
    let away = run(&[("MOCK_DATABASE_URL", "postgres://u:topsecret@127.0.0.1:1/none")], &["check"]);
    assert_eq!(away.code(), Some(1));
    assert!(away.out.contains("FAIL  database"), "{}", away.out);
    assert!(!(away.out.clone() + &away.err).contains("topsecret"));
}

#[test]
fn wrong_settings_are_all_named_at_once() {
    let wrong = run(&[("MOCK_SEED", "many"), ("MOCK_START", "soon")], &[]);
    assert_eq!(wrong.code(), Some(2));
    let log = &wrong.err;
    assert!(log.contains("MOCK_SEED") && log.contains("MOCK_START"), "{log}");
    let foreign = run(&[("MOCK_DATABASE_URL", "mysql://h/d")], &[]);
    assert_eq!(foreign.code(), Some(2), "{}", foreign.err);
    assert!(foreign.err.contains("MOCK_DATABASE_URL"));
}
