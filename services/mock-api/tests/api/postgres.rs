//! The same on PostgreSQL, when `TEST_DATABASE_URL` names a server on which databases may be made.

use std::io::Write as _;

use reqwest::Method;
use sea_orm::{ConnectionTrait as _, Database};

use crate::{
    board,
    emply::{customers, kept},
    harness::{MEDIUM, Mock, json},
    rough,
};

#[expect(clippy::disallowed_methods, reason = "names the test server, not a setting of a program")]
fn server() -> Option<String> {
    std::env::var_os("TEST_DATABASE_URL")?.into_string().ok().filter(|url| !url.is_empty())
}

/// The server's URL with another database's name.
fn with_database(url: &str, name: &str) -> String {
    let (address, parameters) =
        url.split_once('?').map_or((url, String::new()), |(url, rest)| (url, format!("?{rest}")));
    let authority = address.find("://").map_or(0, |at| at + 3);
    let base = address[authority..].find('/').map_or(address, |slash| &address[..authority + slash]);
    format!("{base}/{name}{parameters}")
}

#[test]
fn the_name_of_the_database_is_replaced_and_nothing_else() {
    assert_eq!(with_database("postgres://u:p@h:1/postgres?host=/tmp", "x"), "postgres://u:p@h:1/x?host=/tmp");
    assert_eq!(with_database("postgres://u@h", "x"), "postgres://u@h/x");
}

/// Runs a test with the URL of a database that nobody has made yet: the mock does.
async fn with_new_database(test: &str, run: impl AsyncFnOnce(&str)) {
    let Some(server) = server() else {
        // not eprintln!: the test runner would swallow that
        let _ = writeln!(std::io::stderr(), "SKIPPED: mock-api on PostgreSQL, because TEST_DATABASE_URL is not set");
        return;
    };
    let name = format!("mock_api_{test}_{}", std::process::id());
    let admin = Database::connect(&server).await.expect("the server of TEST_DATABASE_URL can be reached");
    run(&with_database(&server, &name)).await;
    admin.execute_unprepared(&format!("drop database {name} with (force)")).await.expect("it can be dropped");
}

#[tokio::test]
async fn customers_live_apart_on_postgresql() {
    with_new_database("customers", async |url| customers::live_apart(&[("MOCK_DATABASE_URL", url)]).await).await;
}

#[tokio::test]
async fn every_write_to_postgresql_is_seen_at_once() {
    with_new_database("kept", async |url| {
        kept::every_write_is_seen_at_once(url).await;
        kept::readers_never_read_the_past(&[("MOCK_DATABASE_URL", url)]).await;
    })
    .await;
}

#[tokio::test]
async fn a_world_is_the_same_on_postgresql() {
    with_new_database("world", async |url| {
        let settings = [("MOCK_APPLICATIONS", "2500"), ("MOCK_DATABASE_URL", url)];
        let (postgres, sqlite) = tokio::join!(Mock::start(&settings), Mock::start(&settings[..1]));
        same(&postgres, &sqlite).await;
        let (one, two) = (postgres.advance(50).await, sqlite.advance(50).await);
        assert_eq!((&one["postings"], &one["applications"]), (&two["postings"], &two["applications"]));
        same(&postgres, &sqlite).await;
        assert!(postgres.terminate().success());
        let again = Mock::start(&settings).await;
        same(&again, &sqlite).await;
        assert_eq!(again.world().await["hours_advanced"], 50);
        board::whole_way(&again).await;
        assert_eq!(again.send(Method::POST, "/_mock/reset", &[]).await.status(), 200);
        assert_eq!(sqlite.send(Method::POST, "/_mock/reset", &[]).await.status(), 200);
        same(&again, &sqlite).await;
        assert_eq!(json(again.get("/_mock/board/listings").await).await, serde_json::json!([]));
    })
    .await;
}

#[tokio::test]
async fn a_rough_world_with_a_known_truth_is_the_same_on_postgresql() {
    with_new_database("rough", async |url| {
        let settings = [
            ("MOCK_WORLD", "rough"),
            ("MOCK_HISTORY_DAYS", "90"),
            ("MOCK_HIRED_SHARE", "0.2"),
            ("MOCK_MEDIAN_DAYS", "14.5"),
            ("MOCK_DATABASE_URL", url),
        ];
        let (postgres, sqlite) = tokio::join!(Mock::start(&settings), Mock::start(&settings[..4]));
        assert_eq!(rough::everything(&postgres).await, rough::everything(&sqlite).await);
        postgres.advance(50).await;
        sqlite.advance(50).await;
        assert_eq!(rough::everything(&postgres).await, rough::everything(&sqlite).await);
        assert_eq!(postgres.world().await["truth"], sqlite.world().await["truth"]);
    })
    .await;
}

async fn same(one: &Mock, two: &Mock) {
    assert_eq!(one.applications().await, two.applications().await);
    assert_eq!(one.postings(MEDIUM).await, two.postings(MEDIUM).await);
    assert_eq!(one.world().await["postings"], two.world().await["postings"]);
}
