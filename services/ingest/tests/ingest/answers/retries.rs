//! What is asked again, how often, and when that ends. Pauses are not measured: budgets of none and of plenty tell
//! whether the server's wish was read.

use std::time::{Duration, SystemTime};

use rig::{http::Answer, on_each_backend};

use crate::fixture::{On, Rig, stored};

on_each_backend!(two_outages, as_the_server_wishes, longer_than_the_budget, without_patience);

fn outage(status: &str, retry_after: Option<&str>) -> Answer {
    let wish = retry_after.map(|wish| ("retry-after", wish));
    Answer::whole(status, wish.as_slice(), "{\"title\":\"try later\"}")
}

/// An HTTP date.
fn date(from_now: i64) -> String {
    #[expect(clippy::disallowed_methods, reason = "the program compares the date with the machine's clock")]
    let now = SystemTime::now();
    let by = Duration::from_secs(from_now.unsigned_abs());
    httpdate::fmt_http_date(if from_now < 0 { now - by } else { now + by })
}

async fn two_outages(rig: &Rig) {
    rig.source.answer_next(On::Applications, outage("503 Service Unavailable", None));
    rig.source.answer_next(On::Applications, outage("502 Bad Gateway", None));
    rig.ingest().run().must(0, &[]);
    let run = rig.database.last_run().await;
    assert_eq!((run.outcome.as_str(), run.requests, run.retries), ("succeeded", 4, 2));
    assert_eq!(
        rig.database.rows().await.counts(),
        stored! { postings: 12, applications: 20, candidates: 10, events: 20 }
    );
    let requests = rig.source.take_requests();
    assert_eq!(requests.len(), 4);
    assert!(requests.iter().all(|request| request.method == "GET"), "{requests:?}");
}

async fn as_the_server_wishes(rig: &Rig) {
    let none = "0";
    for (wish, budget) in [("1".to_owned(), "9"), (date(1), "9"), ("0".to_owned(), none), (date(-60), none)] {
        rig.source.answer_next(On::Postings, outage("429 Too Many Requests", Some(&wish)));
        rig.ingest().with("EMPLY_MAX_RETRY_SECONDS", budget).run().must(0, &[]);
        let run = rig.database.last_run().await;
        assert_eq!((run.requests, run.retries), (3, 1), "retry-after: {wish}");
    }
}

async fn longer_than_the_budget(rig: &Rig) {
    rig.fill().await;
    for wish in ["3600".to_owned(), date(3600)] {
        rig.source.answer_next(On::Postings, outage("429 Too Many Requests", Some(&wish)));
        let words = ["the retry budget of 300 s is used up", "429 Too Many Requests"];
        let (_, run) = rig.must_fail(rig.ingest(), 1, &words).await;
        assert_eq!((run.requests, run.retries), (1, 0), "retry-after: {wish}");
    }
}

async fn without_patience(rig: &Rig) {
    rig.fill().await;
    for status in ["500 Internal Server Error", "503 Service Unavailable", "504 Gateway Timeout"] {
        rig.source.answer_next(On::Postings, outage(status, None));
        let program = rig.ingest().with("EMPLY_MAX_RETRY_SECONDS", "0");
        let (_, run) = rig.must_fail(program, 1, &["the retry budget of 0 s is used up", &status[..3]]).await;
        assert_eq!((run.requests, run.retries), (1, 0), "{status}");
    }
}
