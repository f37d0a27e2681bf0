//! Wrong settings: named with the way out, all at once, never with a value. Nothing is done.

use rig::http::nobody;

use crate::fixture::{KEY, PASSWORD, ingest, settings};

#[test]
fn what_is_missing_is_named_at_once() {
    let ended = ingest().run();
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
        ended.must(2, &["EMPLY_BASE_URL is not", "for example https://api.emply.com"]);
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
    ended.must(
        2,
        &["EMPLY_CUSTOMER has", "EMPLY_WINDOW_STYLE has", "INGEST_SLICE_HOURS is not a whole number from 1 to 87600"],
    );
    ended.must(2, &["INGEST_MAX_REJECTED_RATIO has"]);
    for value in ["Acme", "sideways"] {
        assert!(!ended.err.contains(value), "{ended:#?}");
    }
    let ended = settings("sqlite://absent.db", "http://localhost").with("EMPLY_MEDIA_IDS", " , ").run();
    ended.must(2, &["EMPLY_MEDIA_IDS names no medium"]);
    for (name, value) in [("EMPLY_TIMEOUT_SECONDS", "0"), ("EMPLY_MAX_RETRY_SECONDS", "18446744073709551615")] {
        let ended = settings("sqlite://absent.db", "http://localhost").with(name, value).run();
        ended.must(2, &[name, "is not a whole number from"]);
    }
}

/// The source answers with an empty list to what is no medium, and such a run would succeed.
#[test]
fn media_are_guids_and_nothing_else() {
    let medium = "172d5ed0-9986-4ab4-8e3a-3432b94b57a3";
    for ids in [
        format!("{medium} {medium}"),
        format!("[{medium}]"),
        format!("\"{medium}\""),
        "news".to_owned(),
        format!("{medium};"),
    ] {
        let ended = settings("sqlite://absent.db", "http://localhost")
            .without("EMPLY_MEDIA_IDS")
            .with("EMPLY_MEDIA_IDS", &ids)
            .run();
        ended.must(2, &["EMPLY_MEDIA_IDS has an id that is no GUID", "separated by commas"]);
        assert!(
            !ended.err.contains(medium)
                || ended.err.matches(medium).count() == ended.err.matches("(for example").count(),
            "{ended:#?}"
        );
    }
}

#[test]
fn what_others_could_read_of_an_address_is_refused() {
    for address in [
        "http://user:hush@localhost",
        "http://hush@localhost",
        "https://localhost/?key=hush",
        "http://u:1/hush@localhost",
    ] {
        let ended = settings("sqlite://absent.db", address).run();
        ended.must(2, &["EMPLY_BASE_URL "]);
        assert!(!ended.err.contains("hush"), "{ended:#?}");
    }
    for key in ["hush hush", "hush\nhush", "hüsh"] {
        let ended = settings("sqlite://absent.db", "http://localhost")
            .without("EMPLY_API_KEY")
            .with("EMPLY_API_KEY", key)
            .run();
        ended.must(2, &["EMPLY_API_KEY has a blank, a line end or a letter with an accent in it"]);
    }
}
