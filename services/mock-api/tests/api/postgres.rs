//! The same on PostgreSQL, when `TEST_DATABASE_URL` names a server on which databases may be made.

use reqwest::Method;
use rig::{Backend, Database};

use crate::{
    board,
    emply::{customers, kept},
    harness::{MEDIUM, Mock, json},
    rough,
};

/// Runs a test with the URL of a database that nobody has made yet: the mock does.
async fn with_new_database(run: impl AsyncFnOnce(&str)) {
    if Backend::Postgres.is_there() {
        run(&Database::absent(Backend::Postgres).url).await;
    }
}

#[tokio::test]
async fn customers_live_apart_on_postgresql() {
    with_new_database(async |url| customers::live_apart(&[("MOCK_DATABASE_URL", url)]).await).await;
}

#[tokio::test]
async fn every_write_to_postgresql_is_seen_at_once() {
    with_new_database(async |url| {
        kept::every_write_is_seen_at_once(url).await;
        kept::readers_never_read_the_past(&[("MOCK_DATABASE_URL", url)]).await;
    })
    .await;
}

#[tokio::test]
async fn a_world_is_the_same_on_postgresql() {
    with_new_database(async |url| {
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
    with_new_database(async |url| {
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
