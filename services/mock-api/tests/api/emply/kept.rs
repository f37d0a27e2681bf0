//! Answers are kept until somebody writes, whoever that is.

use std::sync::atomic::{AtomicU64, Ordering};

use sea_orm::ConnectionTrait as _;
use serde_json::Value;

use crate::harness::{MEDIUM, Mock};

const VACANCY: &str = "83360fff-0663-4df2-a37b-8d014e3b1ec8";
const HOUR: &str = "/v1/acme/applications/find-by-date?from=2026-05-31T00:00:00Z&to=2026-06-01T00:00:00Z";

/// The world in the database of these settings, written to by this process, by another one, and by hand.
pub(crate) async fn every_write_is_seen_at_once(url: &str) {
    let settings = [("MOCK_DATABASE_URL", url), ("RUST_LOG", "mock_api=debug")];
    let (one, other) = (Mock::start(&settings).await, Mock::start(&settings).await);
    let (postings, applications) = (one.postings(MEDIUM).await, one.list(HOUR).await);
    for tries in 0.. {
        assert_eq!(one.postings(MEDIUM).await, postings);
        assert_eq!(one.list(HOUR).await, applications);
        let log = one.log();
        let is_kept = |answer: &str| log.lines().any(|line| line.contains("asked again") && line.contains(answer));
        if is_kept("medium ") && is_kept("created ") {
            break;
        }
        // a server may have written for somebody else meanwhile
        assert!(tries < 100, "no second answer was a kept one:\n{log}");
    }

    // by another replica
    put(&other, "Pflegefachkraft").await;
    assert_eq!(own_title(&one).await.as_deref(), Some("Pflegefachkraft"));
    assert_eq!(own_title(&other).await.as_deref(), Some("Pflegefachkraft"));
    // by itself
    put(&one, "Arzt").await;
    assert_eq!(own_title(&one).await.as_deref(), Some("Arzt"));
    assert_eq!(own_title(&other).await.as_deref(), Some("Arzt"));
    // by hand
    let by_hand = rig::connect(url).await;
    let change = async |statement: String| {
        by_hand.execute_unprepared(&statement).await.expect("a statement of the mock's tables");
    };
    change(format!("update postings set title = 'Hebamme' where vacancy_id = '{VACANCY}'")).await;
    assert_eq!(own_title(&one).await.as_deref(), Some("Hebamme"));
    change(format!("delete from postings where vacancy_id = '{VACANCY}'")).await;
    assert_eq!(own_title(&one).await, None);
    let first = applications[0]["id"].as_str().expect("a GUID");
    change(format!("update applications set email = 'new@example.com' where guid = '{first}'")).await;
    for mock in [&one, &other] {
        assert_eq!(mock.list(HOUR).await[0]["email"], "new@example.com");
    }
    // what is not committed is seen by nobody, and nothing of it stays
    let transaction = sea_orm::TransactionTrait::begin(&by_hand).await.expect("a transaction");
    transaction.execute_unprepared("update postings set title = 'Nobody'").await.expect("a statement");
    if !url.starts_with("sqlite") {
        assert_eq!(one.postings(MEDIUM).await, postings);
    }
    transaction.rollback().await.expect("it is taken back");
    assert_eq!(one.postings(MEDIUM).await, postings);
}

/// While others ask without a pause, whoever has written reads what it wrote.
pub(crate) async fn readers_never_read_the_past(settings: &[(&str, &str)]) {
    let mock = Mock::start(settings).await;
    let (written, is_over) = (AtomicU64::new(0), AtomicU64::new(0));
    let read = async || {
        let mut answers = 0;
        while is_over.load(Ordering::SeqCst) == 0 {
            let before = written.load(Ordering::SeqCst);
            let title = own_title(&mock).await;
            let seen = title.map_or(0, |title| title.parse().expect("a number"));
            assert!(seen >= before, "{seen} was read after {before} had been written");
            answers += 1;
        }
        answers
    };
    let write = async {
        for number in 1..=40 {
            put(&mock, &number.to_string()).await;
            written.store(number, Ordering::SeqCst);
        }
        is_over.store(1, Ordering::SeqCst);
    };
    let (a, b, c, d, ()) = tokio::join!(read(), read(), read(), read(), write);
    assert!(a + b + c + d >= 40, "too few answers to mean anything: {}", a + b + c + d);
}

async fn put(mock: &Mock, title: &str) {
    let body = serde_json::json!({ "vacancyId": VACANCY, "title": title }).to_string();
    let response = mock.post("/_mock/postings", "application/json", body.into()).await;
    assert_eq!(response.status(), 200);
}

/// The title of the posting that the tests put in.
async fn own_title(mock: &Mock) -> Option<String> {
    let postings: Vec<Value> = mock.postings(MEDIUM).await;
    let own = postings.iter().find(|posting| posting["vacancyId"] == VACANCY)?;
    Some(own["title"]["localization"][0]["value"].as_str().expect("a title").to_owned())
}

#[tokio::test]
async fn every_write_to_a_file_is_seen_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    every_write_is_seen_at_once(&format!("sqlite://{}/mock.db?mode=rwc", folder.path().display())).await;
}

#[tokio::test]
async fn readers_of_a_world_in_memory_never_read_the_past() {
    readers_never_read_the_past(&[]).await;
}

#[tokio::test]
async fn answers_are_the_same_bytes_whether_there_is_room_for_them_or_not() {
    let roomy = Mock::start(&[("MOCK_APPLICATIONS", "3000")]).await;
    let paths = [HOUR.to_owned(), HOUR.replace("05-31", "01-01"), format!("/v1/acme/postings/{MEDIUM}")];
    for bytes in ["0", "1", "50000", "2000000"] {
        let mock = Mock::start(&[("MOCK_APPLICATIONS", "3000"), ("MOCK_CACHE_BYTES", bytes)]).await;
        for path in &paths {
            for _ in 0..2 {
                assert_eq!(mock.bytes(path).await, roomy.bytes(path).await, "{path} with room for {bytes} bytes");
            }
        }
    }
}
