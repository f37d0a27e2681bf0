//! Answers that are JSON as other systems write it: all of it is read, what was not taken as it came is told, and a second run
//! writes nothing.

use rig::{counts, http::Answer, on_each_backend};

use crate::fixture::{On, Rig, application, head, posting, stored};

/// More than 64 bits hold.
const BEYOND: &str = r#""number":123456789012345678901234567890"#;

on_each_backend!(a_byte_order_mark, records_that_serde_does_not_take);

async fn a_byte_order_mark(rig: &Rig) {
    for on in [On::Postings, On::Applications] {
        let body = format!("\u{feff}{}", rig.source.body(on));
        rig.source.answer_next(on, Answer::raw(head(body.len()) + &body));
    }
    rig.ingest().run().must(0, &[]);
    assert_eq!(
        rig.database.rows().await.counts(),
        stored! { postings: 12, applications: 20, candidates: 10, events: 20 }
    );
    // the check reads no more than the beginning
    let body = format!("\u{feff}{}", rig.source.body(On::Postings));
    rig.source.answer_next(On::Postings, Answer::raw(head(body.len()) + &body));
    let checked = rig.ingest().argument("check").run();
    assert!(checked.must(0, &[]).out.contains("answers, and the key is accepted"), "{}", checked.out);
}

async fn records_that_serde_does_not_take(rig: &Rig) {
    let answer = |on: On| {
        let body = match on {
            On::Postings => format!(
                "[{},{}]",
                posting(0)
                    .to_string()
                    .replacen('{', r#"{"title":7,"#, 1)
                    .replace(r#""stage":1"#, r#""stage":"Promoted""#),
                posting(1).to_string().replacen('{', r#"{"deadline":"","#, 1).replace("Europe/Berlin", "Musterzeit"),
            ),
            On::Applications => format!(
                "[{},{}]",
                application(0).to_string().replacen('{', r#"{"id":[],"#, 1).replace(r#""number":0"#, BEYOND),
                application(1).to_string().replacen('{', r#"{"rank":1e999,"rank":1e999,"updated":"","#, 1),
            ),
        };
        Answer::raw(head(body.len()) + &body)
    };
    let said = [
        "posting.title",
        "application.id",
        "there twice, the last counts",
        "application.number",
        "too large to be kept to the last digit, left out",
        "posting.timeZone",
        "no zone that is known",
        "posting.stage",
        "kept as -1",
        "application.rank",
    ];
    for (counts, said) in
        [(counts! { fetched: 4, inserted: 4 }, &said[..]), (counts! { fetched: 4, unchanged: 4 }, &[])]
    {
        for on in [On::Postings, On::Applications] {
            rig.source.answer_next(on, answer(on));
        }
        let ended = rig.ingest().run();
        assert_eq!(ended.must(0, said).counts(), counts);
    }
    assert_eq!(rig.database.rows().await.counts(), stored! { postings: 2, applications: 2, candidates: 1, events: 2 });
}
