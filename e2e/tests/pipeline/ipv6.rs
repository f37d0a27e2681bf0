//! Where there is IPv6 alone: source, board, database and pages at `::1`.

use e2e::rows::Rows;
use rig::{Backend, Database, Mock, Program, http::client};

use super::stages::{export, ingest, migrate_at, transfer};

const TOKEN: &str = "a-token-that-is-long-enough";

#[tokio::test]
async fn every_program_is_reached_and_reaches_others() {
    let backend = if Backend::Postgres.is_there() { Backend::Postgres } else { Backend::Sqlite };
    let (database, of_mock) = (Database::absent(backend), Database::absent(backend));
    let [url, url_of_mock] = [&database, &of_mock].map(|each| each.url.replace("@127.0.0.1:", "@[::1]:"));
    assert_eq!(url == database.url, backend == Backend::Sqlite, "the server is at 127.0.0.1, and at ::1");
    let mock = Mock::start_with(&[
        ("MOCK_LISTEN", "[::1]:0"),
        ("MOCK_DATABASE_URL", &url_of_mock),
        ("MOCK_POSTINGS", "5"),
        ("MOCK_APPLICATIONS", "30"),
    ]);
    assert!(mock.address.starts_with("[::1]:"), "{}", mock.address);

    let folder = tempfile::tempdir().unwrap();
    migrate_at(&url).run().must_succeed();
    ingest(&url, &mock.address).run().must_succeed();
    let rows = Rows::of(&database.url).await;
    assert_eq!(rows.applications.len(), 30);
    let sent = transfer(&url, &mock.address, "helm/emply-pipeline/files/mapping-for-the-mock.toml").run();
    assert!(sent.must_succeed().count("inserted") > 0, "{}", sent.err);
    export(&url, &folder.path().join("lake")).run().must_succeed();

    let mut reports = Program::of_workspace("reports")
        .with("LOG_FORMAT", "json")
        .with("DATABASE_URL", &url)
        .with("REPORTS_LISTEN", "[::]:0")
        .with("REPORTS_TOKEN", TOKEN)
        .with("REPORTS_DIR", folder.path().join("pages").display().to_string())
        .start();
    let listening = reports.wait_for("listening")["address"].as_str().unwrap().to_owned();
    let port = listening.rsplit(':').next().unwrap();
    for host in ["[::1]", "127.0.0.1"] {
        let answer = client().get(format!("http://{host}:{port}/runs")).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{host}");
    }
}
