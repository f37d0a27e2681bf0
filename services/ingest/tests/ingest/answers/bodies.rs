//! Answers that begin well and are not what they should be. Nothing of them is kept.

use rig::{http::Answer, on_each_backend};

use crate::fixture::{On, Rig, head, stored};

on_each_backend!(
    cut_off_postings,
    cut_off_applications,
    a_page_for_people,
    json_of_another_shape,
    silence_in_the_middle,
);

/// The answer with the news in it, ended too early in four ways.
fn cut_off(rig: &Rig, on: On) -> [Answer; 4] {
    let body = rig.source.body(on);
    let most = &body[..body.len() - 3];
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    [
        // fewer bytes than promised
        Answer::raw(head(body.len()) + most),
        // the last chunk is missing
        Answer::raw(format!("{chunked}{:x}\r\n{most}\r\n", most.len())),
        // also when the array is complete, since nobody can know that more was to come
        Answer::raw(format!("{chunked}{:x}\r\n{body}\r\n", body.len())),
        // as many bytes as promised, and no end of the array
        Answer::raw(head(most.len()) + most),
    ]
}

async fn cut_off_postings(rig: &Rig) {
    rig.fill().await;
    rig.source.bring_news();
    for answer in cut_off(rig, On::Postings) {
        rig.source.answer_next(On::Postings, answer);
        rig.must_fail(rig.ingest(), 1, &["the answer was cut off after"]).await;
    }
}

async fn cut_off_applications(rig: &Rig) {
    rig.fill().await;
    rig.source.bring_news();
    // the postings' news are committed before applications are asked for
    rig.source.answer_next(On::Applications, Answer::whole("403 Forbidden", &[], ""));
    rig.ingest().run().must(2, &[]);
    let before = rig.database.rows().await;
    for answer in cut_off(rig, On::Applications) {
        rig.source.answer_next(On::Applications, answer);
        rig.ingest().run().must(1, &["the answer was cut off after", "records"]);
        assert!(rig.database.rows().await == before, "something of it was kept");
        assert_eq!(rig.database.last_run().await.outcome, "failed");
    }
    rig.ingest().run().must(0, &[]);
    assert_eq!(
        rig.database.rows().await.counts(),
        stored! { postings: 13, applications: 21, candidates: 11, events: 22 }
    );
}

async fn a_page_for_people(rig: &Rig) {
    rig.fill().await;
    for page in ["<!DOCTYPE html><title>Log in</title>", "Bad gateway", "[{\"id\": 1}, <html>"] {
        rig.source.answer_next(On::Postings, Answer::whole("200 OK", &[("content-type", "text/html")], page));
        rig.must_fail(rig.ingest(), 1, &["the answer is not JSON", "is EMPLY_BASE_URL the address of the API?"]).await;
    }
}

async fn json_of_another_shape(rig: &Rig) {
    rig.fill().await;
    for json in [r#"{"items": []}"#, "null", r#""[]""#] {
        rig.source.answer_next(On::Postings, Answer::whole("200 OK", &[], json));
        rig.must_fail(rig.ingest(), 2, &["the answer is JSON, but not an array of records"]).await;
    }
}

async fn silence_in_the_middle(rig: &Rig) {
    rig.fill().await;
    rig.source.bring_news();
    let gate = rig.source.stop_in_the_middle(On::Postings);
    rig.must_fail(rig.ingest().with("EMPLY_TIMEOUT_SECONDS", "1"), 1, &["the answer was cut off after"]).await;
    gate.open();
}
