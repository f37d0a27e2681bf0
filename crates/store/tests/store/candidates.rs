//! Candidates are derived from applications.

use domain::Application;
use store::entity::candidate;

use crate::{
    place::Place,
    records::{CUSTOMER, application, at, day},
    session::{Rows, Session},
};

rig::on_each_backend!(
    a_candidate_is_derived_from_its_application,
    the_application_touched_last_tells,
    instants_are_compared_and_not_their_text,
    a_candidate_without_a_live_application_becomes_a_tombstone_and_may_come_back,
    a_candidate_that_stays_the_same_is_not_written,
);

/// An application of a person, with the name it gives.
fn of(person: &str, id: &str, name: &str, updated: i64) -> Application {
    Application {
        candidate_id: Some(person.to_owned()),
        email: None,
        first_name: Some(name.to_owned()),
        updated: Some(day(updated)),
        ..application(id)
    }
}

fn name<'r>(rows: &'r Rows, key: &str) -> Option<&'r str> {
    rows.candidate(key).first_name.as_deref()
}

async fn a_candidate_is_derived_from_its_application(place: &Place) {
    let ingest = Session::begin(place).await;
    let known = application("a");
    let by_address = |id: &str, email: &str| Application {
        candidate_id: None,
        email: Some(email.to_owned()),
        middle_name: Some("M.".to_owned()),
        ..application(id)
    };
    let nobody = Application { candidate_id: None, email: None, ..application("d") };
    let all = [known.clone(), by_address("b", "Bea@example.com"), by_address("c", "bea@Example.com "), nobody.clone()];
    ingest.applications(day(2), &all).await;
    let rows = Rows::of(place).await;
    let expected = |application: &Application| {
        let candidate = application.candidate(CUSTOMER);
        candidate::Model {
            content_hash: candidate.content_hash().to_string(),
            key: candidate.key,
            exported_key: None,
            candidate_id: candidate.candidate_id.map(str::to_owned),
            email: candidate.email.map(str::to_owned),
            first_name: candidate.first_name.map(str::to_owned),
            middle_name: candidate.middle_name.map(str::to_owned),
            last_name: candidate.last_name.map(str::to_owned),
            first_seen: day(2),
            removed_at: None,
            changed_seq: 1,
        }
    };
    let mut candidates = [expected(&known), expected(&all[2]), expected(&nobody)];
    candidates.sort_by_cached_key(|row| row.key.clone());
    assert_eq!(rows.candidates, candidates, "two addresses that differ in case are one person");
}

async fn the_application_touched_last_tells(place: &Place) {
    let ingest = Session::begin(place).await;
    ingest.applications(day(9), &[of("p", "a", "newest", 5), of("p", "b", "older", 4)]).await;
    assert_eq!(name(&Rows::of(place).await, "id:p"), Some("newest"));
    ingest.applications(day(9), &[of("p", "c", "old", 3)]).await;
    assert_eq!(name(&Rows::of(place).await, "id:p"), Some("newest"), "one that comes late does not count");
    ingest.applications(day(9), &[of("p", "b", "same day, later id", 5)]).await;
    assert_eq!(name(&Rows::of(place).await, "id:p"), Some("same day, later id"));
    ingest.applications(day(9), &[of("p", "a", "same day, earlier id", 5)]).await;
    assert_eq!(name(&Rows::of(place).await, "id:p"), Some("same day, later id"));
    let untouched = Application { updated: None, created: day(6), ..of("p", "d", "just in", 0) };
    ingest.applications(day(9), &[untouched]).await;
    assert_eq!(name(&Rows::of(place).await, "id:p"), Some("just in"), "without `updated` its `created` counts");
}

async fn instants_are_compared_and_not_their_text(place: &Place) {
    let ingest = Session::begin(place).await;
    let moments = ["2026-03-01T00:00:00Z", "2026-03-01T00:00:00.5Z", "2026-03-01T00:00:00.500001Z"];
    let told = |id: &str, moment: &str| Application { updated: Some(at(moment)), ..of("p", id, moment, 0) };
    ingest.applications(day(9), &[told("z", moments[0]), told("y", moments[1]), told("x", moments[2])]).await;
    assert_eq!(name(&Rows::of(place).await, "id:p"), Some(moments[2]));
    ingest.applications(day(9), &[told("w", "2026-03-01T01:00:00+00:30")]).await;
    assert_eq!(name(&Rows::of(place).await, "id:p"), Some("2026-03-01T01:00:00+00:30"));
}

async fn a_candidate_without_a_live_application_becomes_a_tombstone_and_may_come_back(place: &Place) {
    let ingest = Session::begin(place).await;
    ingest.applications(day(1), &[of("p", "a", "Ada", 1), of("p", "b", "Ada", 1)]).await;
    ingest.applications(day(2), &[of("q", "a", "Ada", 2)]).await;
    let rows = Rows::of(place).await;
    assert_eq!((rows.candidate("id:p").removed_at, rows.candidate("id:p").changed_seq), (None, 1), "b is left");
    assert_eq!(rows.candidate("id:q").changed_seq, 2);
    ingest.applications(day(3), &[of("q", "b", "Ada", 3)]).await;
    let rows = Rows::of(place).await;
    assert_eq!((rows.candidate("id:p").removed_at, rows.candidate("id:p").changed_seq), (Some(day(3)), 3));
    assert_eq!(name(&rows, "id:p"), Some("Ada"), "a tombstone still says who it was");
    ingest.applications(day(4), &[of("q", "b", "Bea", 4)]).await;
    assert_eq!(Rows::of(place).await.candidate("id:p").changed_seq, 3, "gone once");
    ingest.applications(day(5), &[of("p", "a", "Ada", 5)]).await;
    let rows = Rows::of(place).await;
    let back = rows.candidate("id:p");
    assert_eq!((back.removed_at, back.first_seen, back.changed_seq), (None, day(1), 5));
    assert_eq!(rows.candidates.len(), 2);
}

async fn a_candidate_that_stays_the_same_is_not_written(place: &Place) {
    let ingest = Session::begin(place).await;
    ingest.applications(day(1), &[of("p", "a", "Ada", 1), of("q", "b", "Bea", 1)]).await;
    let before = Rows::of(place).await;
    let moved = Application { status: Some(0), ..of("p", "a", "Ada", 2) };
    ingest.applications(day(2), &[moved, of("p", "c", "Ada", 2), of("q", "b", "Bee", 2)]).await;
    let rows = Rows::of(place).await;
    assert_eq!(rows.candidate("id:p"), before.candidate("id:p"), "its applications changed, it did not");
    assert_eq!((name(&rows, "id:q"), rows.candidate("id:q").changed_seq), (Some("Bee"), 2));
    assert_eq!(rows.candidate("id:q").first_seen, day(1));
}
