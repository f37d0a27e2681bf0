//! Wrong settings: named with the way out, all at once, never with a value. Nothing is done.

use crate::rig::{KEY, PASSWORD, Program, nobody, settings};

#[test]
fn what_is_missing_is_named_at_once() {
    let ended = Program::default().run();
    ended.must(2, &["DATABASE_URL is missing", "sqlite://FILE or postgres://", "EMPLY_BASE_URL is missing"]);
    ended.must(2, &["EMPLY_API_KEY is missing", "EMPLY_CUSTOMER is missing", "EMPLY_MEDIA_IDS is missing"]);
    ended.must(2, &["5 settings are wrong; nothing was done"]);
    assert_eq!(ended.out, "");
}

#[test]
fn what_is_there_is_not_printed_beside_what_is_missing() {
    // that the key is not printed is held of every run
    let ended = settings("", "").with("EMPLY_CUSTOMER", "acme-clinics").run();
    ended.must(2, &["DATABASE_URL is missing", "EMPLY_BASE_URL is missing", "2 settings are wrong"]);
    assert!(!ended.err.contains("acme-clinics") && !ended.err.contains("EMPLY_API_KEY"), "{ended:#?}");
}

#[test]
fn an_address_that_cannot_be_read() {
    for address in ["api.example.com", "ftp://api.example.com", "http://", "no address at all"] {
        let ended = settings("sqlite://absent.db", address).run();
        ended.must(2, &["EMPLY_BASE_URL has a value that cannot be read", "for example https://api.emply.com"]);
        assert!(!ended.err.contains("api.example.com") && !ended.err.contains("at all"), "{ended:#?}");
    }
}

#[test]
fn a_store_whose_address_cannot_be_read() {
    for address in ["pipeline.db", "mysql://root:{}@db/pipeline", "sqlite::memory:", "postgres://"] {
        let address = address.replace("{}", PASSWORD);
        let ended = settings(&address, "http://localhost").run();
        ended.must(2, &["DATABASE_URL", "sqlite://FILE or postgres://USER:PASSWORD@HOST/DATABASE"]);
    }
}

#[test]
fn a_name_that_is_nearly_right() {
    let source = format!("http://{}", nobody());
    let ended = settings("sqlite://absent.db", &source).without("EMPLY_BASE_URL").with("EMPLY_BASE_URI", &source).run();
    ended.must(2, &["EMPLY_BASE_URI is not a setting; is EMPLY_BASE_URL meant?", "EMPLY_BASE_URL is missing"]);
    // also beside the right one, since one of the two is wrong
    let ended = settings("sqlite://absent.db", &source).with("EMPLY_API_KEYS", KEY).run();
    ended.must(2, &["EMPLY_API_KEYS is not a setting; is EMPLY_API_KEY meant?", "nothing was done"]);
}

#[test]
fn numbers_and_lists_that_cannot_be() {
    let ended = settings("sqlite://absent.db", "http://localhost")
        .with("EMPLY_MEDIA_IDS", " , ")
        .with("EMPLY_CUSTOMER", "Acme Ltd")
        .with("EMPLY_WINDOW_STYLE", "sideways")
        .with("INGEST_SLICE_HOURS", "0")
        .with("INGEST_MAX_REJECTED_RATIO", "7")
        .run();
    ended.must(2, &["EMPLY_CUSTOMER has", "EMPLY_WINDOW_STYLE has", "INGEST_SLICE_HOURS has"]);
    ended.must(2, &["INGEST_MAX_REJECTED_RATIO has"]);
    for value in ["Acme", "sideways"] {
        assert!(!ended.err.contains(value), "{ended:#?}");
    }
    let ended = settings("sqlite://absent.db", "http://localhost").with("EMPLY_MEDIA_IDS", " , ").run();
    ended.must(2, &["EMPLY_MEDIA_IDS names no medium"]);
}
