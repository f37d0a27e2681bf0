//! A proxy for everything but the networks that `NO_PROXY` names.

use rig::{Backend, Database, Mock};

use super::stages::{ingest, migrate};

/// Nobody listens there.
const PROXY: &str = "http://127.0.0.1:9";

#[tokio::test]
async fn what_is_in_a_network_of_no_proxy_is_reached_past_the_proxy() {
    let mock = Mock::start_with(&[("MOCK_POSTINGS", "5"), ("MOCK_APPLICATIONS", "30")]);
    let database = Database::absent(Backend::Sqlite);
    migrate(&database).run().must_succeed();
    let run = |networks: &str| {
        let ingest = ingest(&database.url_of("ingest"), &mock.address).with("EMPLY_MAX_RETRY_SECONDS", "0");
        ingest.with("HTTP_PROXY", PROXY).with("NO_PROXY", networks).run()
    };
    let by_the_proxy = run("10.0.0.0/8,::1/128");
    assert_eq!(by_the_proxy.code(), Some(1), "{}", by_the_proxy.err);
    assert_eq!(run("10.0.0.0/8,127.0.0.0/8").must_succeed().count("rejected"), 0);
}
