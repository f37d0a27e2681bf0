//! Answers with another status than 200 that a retry cannot help.

use rig::{
    http::{Answer, Server},
    on_each_backend,
};

use crate::fixture::{On, Rig};

on_each_backend!(a_wrong_key, other_refusals, a_redirect);

async fn a_wrong_key(rig: &Rig) {
    rig.fill().await;
    for on in [On::Postings, On::Applications] {
        rig.source.postings(|postings| postings.truncate(12));
        rig.source.answer_next(on, Answer::whole("401 Unauthorized", &[], ""));
        if on == On::Applications {
            // what the list of postings brings has been committed before
            rig.ingest().run().must(2, &["EMPLY_API_KEY", "EMPLY_KEY_STYLE", "401"]);
        } else {
            let (_, run) = rig.must_fail(rig.ingest(), 2, &["EMPLY_API_KEY", "EMPLY_KEY_STYLE", "401"]).await;
            assert_eq!((run.requests, run.retries), (1, 0), "a refused key is not shown again");
            assert_eq!(rig.source.take_requests().len(), 1);
        }
    }
}

async fn other_refusals(rig: &Rig) {
    rig.fill().await;
    for (status, words) in [
        ("403 Forbidden", ["403", "EMPLY_CUSTOMER"]),
        ("404 Not Found", ["EMPLY_CUSTOMER", "EMPLY_BASE_URL"]),
        ("400 Bad Request", ["400", "EMPLY_WINDOW_STYLE"]),
        ("410 Gone", ["410", "/v1/acme/postings/"]),
    ] {
        rig.source.answer_next(On::Postings, Answer::whole(status, &[], "{}"));
        let (_, run) = rig.must_fail(rig.ingest(), 2, &words).await;
        assert_eq!((run.requests, run.retries), (1, 0), "{status}");
    }
}

async fn a_redirect(rig: &Rig) {
    rig.fill().await;
    let other = Server::start(|_| Answer::whole("200 OK", &[], "[]"));
    for style in ["header", "query"] {
        let to = format!("{}/v1/acme/postings/elsewhere", other.url());
        rig.source.answer_next(On::Postings, Answer::whole("307 Temporary Redirect", &[("location", &to)], ""));
        let program = rig.ingest().with("EMPLY_KEY_STYLE", style);
        rig.must_fail(program, 2, &["307", "the address has moved: look at EMPLY_BASE_URL"]).await;
    }
    assert!(other.requests().is_empty(), "the other host has seen the key");
}
