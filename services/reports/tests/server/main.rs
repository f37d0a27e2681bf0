//! The real program: bundles come in or are refused, pages go out, with and without a store.

#![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod archives;
mod build;
mod dashboard;
mod disk;
mod fixture;
mod stop;
mod uploads;

use std::{io::Read as _, path::Path};

use reqwest::{Method, StatusCode};
use serde_json::Value;
use tar::EntryType;

use fixture::{Reports, TOKEN, archive, entry, page};

#[tokio::test]
async fn a_bundle_is_shown_replaced_and_kept_over_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let reports = Reports::start(folder.path(), &[]);
    let (status, text) = reports.get("/dbt/").await;
    assert!(status == StatusCode::NOT_FOUND && text.contains("No docs"), "{status} {text}");
    assert_eq!(reports.since(TOKEN).await, (StatusCode::OK, false));
    assert_eq!(reports.put(archive(vec![page("first")])).await, StatusCode::OK);
    assert_eq!(reports.shown().await, "first");
    assert_eq!(reports.since(TOKEN).await, (StatusCode::OK, true));
    assert_eq!(reports.since("another-token-as-long").await, (StatusCode::UNAUTHORIZED, false));
    let more = entry(EntryType::Regular, "more/data.json", b"{}");
    assert_eq!(reports.put(archive(vec![page("second"), more])).await, StatusCode::OK);
    assert_eq!((reports.shown().await, reports.get("/dbt/more/data.json").await.1), ("second".into(), "{}".into()));
    drop(reports);
    std::fs::write(folder.path().join("pages/incoming/left-by-a-kill.tar.gz"), "half").unwrap();
    let again = Reports::start(folder.path(), &[]);
    assert_eq!(again.shown().await, "second");
    assert_eq!(std::fs::read_dir(folder.path().join("pages/incoming")).unwrap().count(), 0);
    assert_eq!(std::fs::read_dir(folder.path().join("pages/bundles")).unwrap().count(), 1);
}

#[tokio::test]
async fn what_is_no_good_is_refused_and_the_last_good_one_stays() {
    let folder = tempfile::tempdir().unwrap();
    let reports = Reports::start(folder.path(), &[("REPORTS_MAX_BUNDLE_BYTES", "4096")]);
    assert_eq!(reports.put(archive(vec![page("good")])).await, StatusCode::OK);
    let file = |name: &str| archive(vec![page("bad"), entry(EntryType::Regular, name, b"x")]);
    let kind = |kind: EntryType| archive(vec![page("bad"), entry(kind, "odd", b"")]);
    let mut noise = vec![0; 9000];
    noise.iter_mut().enumerate().for_each(|(at, byte)| *byte = u8::try_from(at * at * 31 % 251).unwrap());
    let refused = [
        ("out", file("../out"), StatusCode::UNPROCESSABLE_ENTITY),
        ("out by a folder", file("a/../../out"), StatusCode::UNPROCESSABLE_ENTITY),
        ("absolute", file("/tmp/out"), StatusCode::UNPROCESSABLE_ENTITY),
        ("twice", archive(vec![page("bad"), page("bad")]), StatusCode::UNPROCESSABLE_ENTITY),
        ("symbolic link", kind(EntryType::Symlink), StatusCode::UNPROCESSABLE_ENTITY),
        ("hard link", kind(EntryType::Link), StatusCode::UNPROCESSABLE_ENTITY),
        ("device", kind(EntryType::Char), StatusCode::UNPROCESSABLE_ENTITY),
        ("pipe", kind(EntryType::Fifo), StatusCode::UNPROCESSABLE_ENTITY),
        ("no index", archive(vec![entry(EntryType::Regular, "other.html", b"x")]), StatusCode::UNPROCESSABLE_ENTITY),
        ("no archive", b"not an archive".to_vec(), StatusCode::UNPROCESSABLE_ENTITY),
        ("cut off", archive(vec![page("bad")])[..40].to_vec(), StatusCode::UNPROCESSABLE_ENTITY),
        ("too large", [archive(vec![page("bad")]), noise].concat(), StatusCode::PAYLOAD_TOO_LARGE),
        ("bomb", archive(vec![page(&"0".repeat(100_000))]), StatusCode::PAYLOAD_TOO_LARGE),
    ];
    for (name, sent, expected) in refused {
        assert_eq!((name, reports.put(sent).await), (name, expected));
        assert_eq!(reports.shown().await, "good", "{name}");
    }
    assert!(!folder.path().join("out").exists() && !folder.path().join("pages/out").exists());
    for token in ["", "wrong", &TOKEN[1..], &format!("{TOKEN}x")] {
        let answer = reports.ask(Method::PUT, "/bundle", token, archive(vec![page("bad")])).await;
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{token}");
        assert_eq!(answer.headers()["www-authenticate"], "Bearer");
    }
    assert_eq!(reports.shown().await, "good");
    for path in ["/dbt/../../store.db", "/dbt/%2e%2e/%2e%2e/store.db", "/dbt/..%2f..%2fstore.db", "/dbt//etc/passwd"] {
        assert_eq!(reports.get(path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn every_answer_has_the_headers_that_it_needs() {
    let folder = tempfile::tempdir().unwrap();
    let reports = Reports::start(folder.path(), &[]);
    reports.put(archive(vec![page("docs")])).await;
    for path in [
        "/",
        "/dashboard",
        "/runs",
        "/runs.json",
        "/style.css",
        "/icon.svg",
        "/healthz",
        "/readyz",
        "/dbt/",
        "/dbt/none",
        "/nowhere",
    ] {
        let answer = reports.ask(Method::GET, path, "", Vec::new()).await;
        let header = |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap()).unwrap_or_default();
        assert_eq!((path, header("x-content-type-options"), header("x-frame-options")), (path, "nosniff", "DENY"));
        let policy = header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("default-src 'none'"), "{path}: {policy}");
        assert_eq!(policy.contains("unsafe-eval"), path == "/dbt/", "{path}: {policy}");
        assert!(path != "/dbt/" || policy.starts_with("sandbox ") && !policy.contains("allow-same-origin"), "{policy}");
    }
    assert_eq!(reports.ask(Method::POST, "/runs", "", Vec::new()).await.status(), StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_page_is_packed_for_those_who_take_it() {
    let folder = tempfile::tempdir().unwrap();
    let reports = Reports::start(folder.path(), &[]);
    let plain = reports.get("/runs").await.1;
    let request = rig::http::client().get(format!("http://{}/runs", reports.address));
    let packed = request.header("accept-encoding", "gzip").send().await.unwrap();
    assert_eq!(packed.headers()["content-encoding"], "gzip");
    assert_eq!(packed.headers()["vary"], "Accept-Language, Accept-Encoding");
    let bytes = packed.bytes().await.unwrap();
    let mut unpacked = String::new();
    flate2::read::GzDecoder::new(&*bytes).read_to_string(&mut unpacked).unwrap();
    assert!(unpacked == plain && bytes.len() < plain.len(), "{} of {} bytes", bytes.len(), plain.len());
}

#[tokio::test]
async fn the_audit_is_shown_once_the_store_is_there_and_what_it_says_is_escaped() {
    let folder = tempfile::tempdir().unwrap();
    let reports = Reports::start(folder.path(), &[]);
    reports.put(archive(vec![page("docs")])).await;
    assert_eq!(reports.get("/runs").await.0, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(reports.get("/runs.json").await.0, StatusCode::SERVICE_UNAVAILABLE);
    for path in ["/", "/dbt/", "/healthz", "/readyz"] {
        assert_eq!(reports.get(path).await.0, StatusCode::OK, "{path} does not need the store");
    }
    a_failed_run(folder.path()).await;
    let (status, shown) = reports.get("/runs?service=ingest").await;
    assert_eq!(status, StatusCode::OK, "{shown}");
    assert!(shown.contains("&lt;script&gt;") && !shown.contains("<script"), "{shown}");
    assert!(shown.contains("what is gone could not be said: 3 records &lt;script&gt;from outside"), "{shown}");
    let heads = shown.matches("scope=\"col\"").count();
    assert!(shown.contains(&format!("colspan=\"{heads}\"")), "a reason is as wide as the table: {heads} of {shown}");
    assert!(!shown.contains("-5"), "a clock that was put back makes no run end before it began: {shown}");
    assert!(!reports.get("/runs?service=export").await.1.contains("script"));
    let runs: Value = serde_json::from_str(&reports.get("/runs.json?limit=1").await.1).unwrap();
    assert_eq!((&runs[0]["service"], &runs[0]["outcome"]), (&"ingest".into(), &"failed".into()));
    assert_eq!((&runs[0]["outside"], &runs[0]["fetched"]), (&3.into(), &3.into()));
    assert!(reports.get("/").await.1.contains("failed"));
}

async fn a_failed_run(folder: &Path) {
    let url = format!("sqlite://{}", folder.join("store.db").display());
    let options = store::OpenOptions { service: "ingest", max_connections: 1, wait: std::time::Duration::ZERO };
    let store = store::Store::open_to_migrate(&url, &options).await.unwrap();
    let now = chrono::DateTime::UNIX_EPOCH;
    store.migrate(now).await.unwrap();
    let run = store::NewRun { id: "1", command: "run", trigger: "test", started_at: now, version: "0" };
    let store::Begun::Running { writer, .. } = store.begin_run(&run).await.unwrap() else { panic!("it is at work") };
    let why = "3 records <script>from outside</script>".to_owned();
    let removals = Some(store::Removals::Unjudged { mark: "unjudged/applications".to_owned(), why });
    let commit = store::CommitSlice { outside: 3, removals, ..store::CommitSlice::of("1", now, 3) };
    writer.slice::<store::entity::application::Entity>().commit(&commit).await.unwrap();
    let put_back = now - chrono::TimeDelta::seconds(5);
    let outcome = store::Outcome::Failed("<script>alert(1)</script>".to_owned());
    store.finish_run("1", &outcome, store::RunTotals::default(), put_back).await.unwrap();
}
