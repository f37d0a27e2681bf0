//! Answers that are too long to be committed at once.

use std::time::Duration;

use rig::{Backend, counts, http::Answer};
use serde_json::{Value, json};

use crate::fixture::{Emply, On, Rig, application, head, stored};

rig::on_each_backend!(
    a_long_answer_is_committed_in_parts,
    what_a_later_part_fails_by_leaves_the_parts_before_it,
    what_a_long_answer_lacks_is_gone,
    after_an_empty_stretch_a_slice_is_short_again,
);

async fn a_long_answer_is_committed_in_parts(rig: &Rig) {
    let in_parts = || rig.ingest().with("INGEST_PART_RECORDS", "7");
    let ended = in_parts().run();
    assert_eq!(ended.must_succeed().counts(), counts! { fetched: 32, inserted: 32 });
    let rows = rig.database.rows().await;
    assert_eq!(rows.counts(), stored! { postings: 12, applications: 20, candidates: 10, events: 20 });
    // two of postings, three of applications
    assert_eq!(rows.change_counter[0].value, 5);
    let numbers: std::collections::BTreeSet<_> = rows.applications.iter().map(|row| row.changed_seq).collect();
    assert_eq!(numbers, [3, 4, 5].into());
    assert_eq!(in_parts().run().must_succeed().counts(), counts! { fetched: 32, unchanged: 32 });
    assert!(rig.database.rows().await.change_counter == rows.change_counter, "nothing was written");
}

async fn what_a_later_part_fails_by_leaves_the_parts_before_it(rig: &Rig) {
    // its last bytes do not come
    let body = rig.source.body(On::Applications);
    let cut = format!("{}{}", head(body.len()), &body[..body.len() - 40]);
    rig.source.answer_next(On::Applications, Answer::raw(cut));
    let ended = rig.ingest().with("INGEST_PART_RECORDS", "8").with("EMPLY_MAX_RETRY_SECONDS", "0").run();
    ended.must(1, &["cut off after 19 records"]);
    let rows = rig.database.rows().await;
    assert_eq!(rows.counts(), stored! { postings: 12, applications: 16, candidates: 8, events: 16 });
    assert!(rows.cursors.iter().all(|cursor| cursor.stream != "applications"), "it has not come to its end");
    let run = rig.database.last_run().await;
    assert_eq!((run.fetched, run.inserted, run.outcome.as_str()), (28, 28, "failed"), "what was kept is told");
    let ended = rig.ingest().run();
    assert_eq!(ended.must_succeed().counts(), counts! { fetched: 32, inserted: 4, unchanged: 28 });
}

async fn what_a_long_answer_lacks_is_gone(rig: &Rig) {
    rig.fill().await;
    rig.source.applications(|applications| drop(applications.drain(3..5)));
    rig.source.postings(|postings| drop(postings.remove(2)));
    let ended = rig.ingest().with("INGEST_PART_RECORDS", "4").argument("--reconcile").run();
    assert_eq!(ended.must_succeed().counts(), counts! { fetched: 29, unchanged: 29, removed: 3 });
}

async fn after_an_empty_stretch_a_slice_is_short_again(rig: &Rig) {
    let hours = |request: &rig::http::Request| {
        let at = |name| request.parameter(name).unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap();
        // with a minute on both sides
        ((at("to") - at("from")).num_minutes() - 2) / 60
    };
    let asked = |rig: &Rig| {
        let requests = rig.source.take_requests();
        requests.iter().filter(|request| request.path().contains("applications")).map(hours).collect::<Vec<_>>()
    };
    let from = |start: &str| rig.ingest().with("INGEST_START", start).with("INGEST_SLICE_HOURS", "168");
    from("2026-01-15").run().must_succeed();
    let first = asked(rig);
    let empty = first.iter().take_while(|hours| **hours == 168).count();
    assert!(empty > 14, "{first:?}");
    assert!(first[empty..].iter().take(1).all(|hours| *hours == 336), "after one with few it is longer: {first:?}");
    // where all was read before, one that is empty is followed by a longer one
    from("2026-01-15").argument("--reconcile").run().must_succeed();
    assert!(asked(rig).starts_with(&[168, 336, 672]));
}

/// So many, of which each has a kilobyte, all created in these days of May.
fn many(count: u32, days: std::ops::Range<u32>) -> String {
    let records = (0..count).map(|number| {
        let mut record = application(1_000 + days.start * 100_000 + number);
        let day = days.start + number % (days.end - days.start);
        record["created"] = json!(format!("2026-05-{day:02}T08:00:00Z"));
        record["updated"] = Value::Null;
        record["letter"] = json!("x".repeat(1_000));
        record
    });
    serde_json::to_string(&records.collect::<Vec<_>>()).unwrap()
}

#[tokio::test]
async fn a_slow_database_makes_no_source_wait_that_hangs_up() {
    if !Backend::Postgres.is_there() {
        return;
    }
    let rig = Rig::new(Backend::Postgres).await;
    // one of four rows takes a millisecond and more, which is the shortest sleep: five seconds for a slice
    let slow = "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS \
                $$ BEGIN IF hashtext(NEW.id) % 4 = 0 THEN PERFORM pg_sleep(0.001); END IF; RETURN NEW; END $$; \
                CREATE TRIGGER slow BEFORE INSERT ON application FOR EACH ROW EXECUTE FUNCTION slow()";
    rig.database.execute(slow).await;
    answer_impatiently(&rig.source);
    let ended = rig.ingest().with("INGEST_SLICE_HOURS", "384").with("INGEST_PART_RECORDS", "2000").run();
    assert_eq!(ended.must_succeed().count("inserted"), u64::from(2 * COUNT + 12));
}

/// Of each of two slices.
const COUNT: u32 = 16_000;

fn answer_impatiently(source: &Emply) {
    for days in [1..16, 18..31] {
        let body = many(COUNT, days);
        let answer = Answer::while_read(format!("{}{body}", head(body.len())), Duration::from_secs(2));
        source.answer_next(On::Applications, answer);
    }
}
