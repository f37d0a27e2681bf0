//! Every fault that the mock knows, as ingest takes it: how it ends, what it says, and that the next run makes it good.

use e2e::rows::Rows;
use rig::{Backend, Database, Mock};
use serde_json::{Value, json};

use super::stages::{ingest, migrate};

/// A fault, and what comes of it.
struct Expected {
    fault: Value,
    /// How often; 0 is always.
    times: u32,
    code: i32,
    says: &'static [&'static str],
    retries: u64,
}

fn expected(fault: Value, times: u32, code: i32, retries: u64, says: &'static [&'static str]) -> Expected {
    Expected { fault, times, code, says, retries }
}

fn all() -> Vec<Expected> {
    let status = |status: u16| json!({"kind": "status", "status": status});
    let later = |name: &str, seconds: u32| json!({"kind": "status", "status": 429, name: seconds});
    vec![
        expected(status(500), 1, 0, 1, &[]),
        expected(status(503), 0, 1, 1, &["503 Service Unavailable", "the retry budget of 2 s is used up"]),
        expected(status(400), 1, 2, 0, &["400 Bad Request", "EMPLY_WINDOW_STYLE"]),
        expected(status(403), 1, 2, 0, &["403 Forbidden", "the key may not read this"]),
        expected(status(404), 1, 2, 0, &["404 Not Found", "EMPLY_CUSTOMER"]),
        expected(later("retryAfterSeconds", 0), 2, 0, 2, &[]),
        expected(later("retryAfterSeconds", 1), 1, 0, 1, &[]),
        expected(later("retryAtSeconds", 1), 1, 0, 1, &[]),
        expected(later("retryAfterSeconds", 3600), 1, 1, 0, &["429 Too Many Requests", "budget"]),
        expected(json!({"kind": "revokedKey"}), 1, 2, 0, &["401 Unauthorized", "EMPLY_API_KEY"]),
        expected(json!({"kind": "notJson"}), 1, 1, 0, &["the answer is not JSON", "EMPLY_BASE_URL"]),
        expected(json!({"kind": "latency", "milliseconds": 300}), 1, 0, 0, &[]),
        expected(json!({"kind": "reset", "afterBytes": 2000}), 1, 1, 0, &["the answer was cut off after"]),
        expected(json!({"kind": "truncate", "bytes": 2000}), 1, 1, 0, &["the answer was cut off after"]),
        expected(json!({"kind": "duplicate"}), 0, 0, 0, &[]),
        expected(json!({"kind": "withhold", "every": 3}), 0, 0, 0, &[]),
        expected(json!({"kind": "skewedClock", "seconds": 900}), 0, 0, 0, &[]),
        expected(json!({"kind": "lostAnswer"}), 1, 0, 1, &[]),
    ]
}

#[tokio::test]
async fn each_ends_as_it_should_and_the_next_run_makes_it_good() {
    let mock = Mock::start();
    let (applications, postings) = (mock.applications().await.len(), mock.postings().await.len());
    for Expected { fault, times, code, says, retries } in all() {
        let database = Database::absent(Backend::Sqlite);
        migrate(&database).run().must_succeed();
        let run = ingest(&database.url_of("ingest"), &mock.address).with("EMPLY_MAX_RETRY_SECONDS", "2");
        // the first slices are of a time before the world began
        let rules = json!([{"path": "/v1/acme/applications/*", "skip": 5, "times": times, "fault": fault}]);
        mock.put("/_mock/faults", &rules).await;
        let ended = run.clone().run();
        mock.put("/_mock/faults", &json!([])).await;
        assert_eq!(ended.code(), Some(code), "{fault}\n{}", ended.err);
        for words in says {
            assert!(ended.err.contains(words), "{fault} does not say {words:?}\n{}", ended.err);
        }
        let rows = Rows::of(&database.url).await;
        let last = rows.runs.last().unwrap();
        assert_eq!(last.outcome, if code == 0 { "succeeded" } else { "failed" }, "{fault}");
        assert!(u64::try_from(last.retries).unwrap() >= retries, "{fault}: {} retries", last.retries);
        assert!(retries > 0 || last.retries == 0, "{fault} was asked again");
        assert_eq!(
            last.fetched,
            last.inserted + last.updated + last.unchanged + last.rejected + last.outside,
            "{fault}"
        );
        // all people of the mock have their addresses there
        assert!(!ended.err.contains("@example."), "{fault}: an address is in the log\n{}", ended.err);

        run.run().must_succeed();
        let rows = Rows::of(&database.url).await;
        assert_eq!((rows.applications.len(), rows.postings.len()), (applications, postings), "after {fault}");
        assert!(rows.applications.iter().all(|row| row.removed_at.is_none()), "after {fault}");
    }
}
