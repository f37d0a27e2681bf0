//! No person, no key and no record in a log. Every run of every test is held to that; these log all there is.

use rig::{http::Answer, on_each_backend};

use crate::fixture::{FIRST_NAME, KEY, On, Rig, head};
use serde_json::json;

on_each_backend!(also_when_everything_is_logged, also_when_it_goes_wrong);

async fn also_when_everything_is_logged(rig: &Rig) {
    rig.source.applications(|applications| {
        applications.push(json!({"id": FIRST_NAME, "created": FIRST_NAME}));
        applications.push(json!({"id": "1", "created": "2026-05-03T00:00:00Z", "number": FIRST_NAME}));
        applications.push(json!(FIRST_NAME));
    });
    for style in ["header", "query"] {
        let program = rig.ingest().with("EMPLY_KEY_STYLE", style).with("RUST_LOG", "trace");
        let ended = program.run();
        // what is held is worth something only if there is much to look at
        ended.must(0, &["DEBUG", "application.number: expected an integer, found a string"]);
    }
    rig.ingest().with("RUST_LOG", "trace").with("LOG_FORMAT", "text").run().must(0, &["a record cannot be read"]);
}

async fn also_when_it_goes_wrong(rig: &Rig) {
    let answers = [
        Answer::whole("500 Internal Server Error", &[("x-detail", KEY)], FIRST_NAME),
        Answer::whole("401 Unauthorized", &[("www-authenticate", KEY)], KEY),
        Answer::whole("200 OK", &[], format!("[{{\"id\": \"{FIRST_NAME}\" oops")),
        Answer::whole("200 OK", &[], format!("{{\"{FIRST_NAME}\": 1}}")),
        Answer::whole("302 Found", &[("location", &format!("http://{KEY}/"))], ""),
        Answer::raw(head(1000) + &format!("[{{\"id\": \"{FIRST_NAME}")),
        Answer::raw(format!("{FIRST_NAME} is no HTTP\r\n\r\n")),
    ];
    for (number, answer) in (1..).zip(answers) {
        rig.source.answer_next(On::Postings, answer);
        let program = rig.ingest().with("RUST_LOG", "debug").with("EMPLY_MAX_RETRY_SECONDS", "0");
        let ended = program.with("EMPLY_KEY_STYLE", "query").run();
        assert_ne!(ended.code(), Some(0));
        let runs = rig.database.runs().await;
        assert_eq!(runs.len(), number);
        let error = runs[number - 1].error.as_deref().unwrap();
        assert!(!error.contains(KEY) && !error.contains(FIRST_NAME), "{error}");
    }
}
