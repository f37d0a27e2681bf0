//! Records that come as they came before: only those of which the store has what became of them are recognised.

use domain::Window;
use store::{
    Keyed, RawHash, Recognition,
    entity::{application, posting},
};

use crate::{
    place::Place,
    records::{
        BOARD, FORM, SITE, application as an_application, application_row, day, posting as a_posting, posting_row,
        touched,
    },
    session::{Rows, Session, commit, complete, recognising, some_window},
};

rig::on_each_backend!(
    what_came_before_is_recognised,
    what_became_something_else_meanwhile_is_not_recognised,
    what_is_gone_is_not_recognised,
    a_row_of_another_form_is_recognised_from_then_on,
    what_is_made_otherwise_of_the_same_content_is_made_anew,
    other_bytes_of_the_same_content_write_nothing,
    a_recognised_record_that_came_twice_counts_by_its_version,
    rows_that_were_not_looked_up_are_looked_up,
    what_was_not_expected_is_found_all_the_same,
);

/// Whether bytes are told to be those that the row of this key was made of, in this form. Nothing is expected, so it is asked for.
async fn is_recognised_in(ingest: &Session, id: &str, raw: &str, form: u32) -> bool {
    let nothing = Window::new(day(50), day(51)).unwrap();
    let recognition = ingest.writer.recognition::<application::Entity>(Some(&nothing)).await.unwrap();
    recognises(&recognition.look_up([[id, ""]]).await.unwrap(), [id, ""], raw, form)
}

fn recognises<E: Keyed>(known: &Recognition<E>, key: [&str; 2], raw: &str, form: u32) -> bool {
    let (unchanged, changed) = known.split(vec![(key.map(str::to_owned), raw.to_owned())], form, |(key, raw)| {
        (raw, Some(key.each_ref().map(String::as_str)))
    });
    for (_, hash) in &changed {
        assert_eq!(*hash, RawHash::of(raw, form), "it is to be recognised the next time");
    }
    assert_eq!(unchanged.len() + changed.len(), 1);
    changed.is_empty()
}

async fn is_recognised(ingest: &Session, id: &str, raw: &str) -> bool {
    is_recognised_in(ingest, id, raw, FORM).await
}

fn raw(record: &domain::Application) -> String {
    application_row(record, day(1)).raw
}

async fn what_came_before_is_recognised(place: &Place) {
    let ingest = Session::begin(place).await;
    let (a, b) = (an_application("a"), an_application("b"));
    assert!(!is_recognised(&ingest, "a", &raw(&a)).await, "an empty store");
    ingest.applications(day(1), &[a.clone(), b.clone()]).await;
    assert!(is_recognised(&ingest, "a", &raw(&a)).await);
    assert!(!is_recognised(&ingest, "a", &raw(&b)).await, "another record's bytes");
    assert!(!is_recognised(&ingest, "c", &raw(&a)).await, "another key");
    assert!(!is_recognised_in(&ingest, "a", &raw(&a), FORM + 1).await);
}

async fn what_became_something_else_meanwhile_is_not_recognised(place: &Place) {
    let ingest = Session::begin(place).await;
    let (before, after) = (an_application("a"), touched("a", 2));
    ingest.applications(day(1), std::slice::from_ref(&before)).await;
    ingest.applications(day(2), std::slice::from_ref(&after)).await;
    assert!(!is_recognised(&ingest, "a", &raw(&before)).await, "it is another one by now");
    assert!(is_recognised(&ingest, "a", &raw(&after)).await);
}

async fn what_is_gone_is_not_recognised(place: &Place) {
    let ingest = Session::begin(place).await;
    let (a, posting) = (an_application("a"), a_posting("v1", SITE));
    ingest.applications(day(1), std::slice::from_ref(&a)).await;
    place.execute("UPDATE application SET removed_at = first_seen").await;
    assert!(!is_recognised(&ingest, "a", &raw(&a)).await);
    let counts = ingest.applications(day(2), std::slice::from_ref(&a)).await;
    assert_eq!((counts.updated, counts.unchanged), (1, 0), "it has come back");
    ingest.postings(day(1), std::slice::from_ref(&posting)).await;
    let list = store::CompleteList { accept_removals: 1, ..complete(SITE) };
    assert_eq!(ingest.list(day(2), list, &[]).await.unwrap().removed, 1);
    assert_eq!(ingest.list(day(3), list, &[posting]).await.unwrap().updated, 1);
}

async fn a_row_of_another_form_is_recognised_from_then_on(place: &Place) {
    let ingest = Session::begin(place).await;
    let all = [an_application("a"), an_application("b"), an_application("c")];
    ingest.applications(day(1), &all).await;
    // as releases before and after this one would have made them
    place.execute("UPDATE application SET raw_hash = '0' || substr(raw_hash, 2) WHERE id = 'a'").await;
    place.execute("UPDATE application SET raw_hash = '2' || substr(raw_hash, 2) WHERE id = 'b'").await;
    let (before, number) = (Rows::of(place).await, ingest.store.highest_change().await.unwrap());
    assert!(!is_recognised(&ingest, "a", &raw(&all[0])).await && !is_recognised(&ingest, "b", &raw(&all[1])).await);
    let counts = ingest.applications(day(2), &all).await;
    assert_eq!((counts.unchanged, counts.updated), (3, 0));
    for record in &all {
        assert!(is_recognised(&ingest, &record.id, &raw(record)).await, "{}", record.id);
    }
    assert_eq!(ingest.store.highest_change().await.unwrap(), number, "no row is another one for that");
    let mut after = Rows::of(place).await;
    for (row, before) in after.applications.iter_mut().zip(&before.applications) {
        row.raw_hash.clone_from(&before.raw_hash);
    }
    assert_eq!(after, before);
}

async fn what_is_made_otherwise_of_the_same_content_is_made_anew(place: &Place) {
    let ingest = Session::begin(place).await;
    let (records, postings) = (["a", "b", "c"].map(an_application), ["v1", "v2"].map(|id| a_posting(id, SITE)));
    ingest.applications(day(1), &records).await;
    ingest.postings(day(1), &postings).await;
    let whole = Rows::of(place).await;
    // as another release would have made them: of one the label and the person, of another nothing else
    place.execute("UPDATE application SET raw_hash = '0' || substr(raw_hash, 2) WHERE id <> 'c'").await;
    place.execute("UPDATE application SET stage = 'other', candidate_key = 'other' WHERE id = 'a'").await;
    place.execute("INSERT INTO candidate SELECT 'other', NULL, candidate_id, email, first_name, middle_name, last_name, content_hash, \
                   first_seen, NULL, changed_seq FROM candidate LIMIT 1").await;
    place.execute("UPDATE posting SET raw_hash = '0' || substr(raw_hash, 2)").await;
    place.execute("UPDATE posting SET city = 'other', latitude = 7 WHERE vacancy_id = 'v2'").await;
    let before = ingest.store.highest_change().await.unwrap();

    let counts = ingest.applications(day(2), &records).await;
    assert_eq!((counts.updated, counts.unchanged), (1, 2), "what differs alone");
    let counts = ingest.postings(day(2), &postings).await;
    assert_eq!((counts.updated, counts.unchanged, counts.removed), (1, 1, 0));
    let after = Rows::of(place).await;
    let (row, as_it_was) = (after.application("a"), whole.application("a"));
    assert_eq!((&row.stage, &row.candidate_key), (&as_it_was.stage, &as_it_was.candidate_key));
    assert!(row.changed_seq > before && after.application("b").changed_seq <= before, "it goes to the warehouse again");
    assert_eq!(after.events, whole.events, "nothing has happened at the source");
    let gone: Vec<_> = after.candidates.iter().filter(|row| row.removed_at.is_some()).map(|row| &*row.key).collect();
    assert_eq!(gone, ["other"], "the person is there once");
    let places: Vec<_> = after.postings.iter().map(|row| (row.city.clone(), row.latitude)).collect();
    assert_eq!(places, whole.postings.iter().map(|row| (row.city.clone(), row.latitude)).collect::<Vec<_>>());
    for record in &records {
        assert!(is_recognised(&ingest, &record.id, &raw(record)).await, "{}", record.id);
    }
    let number = ingest.store.highest_change().await.unwrap();
    let again = (ingest.applications(day(3), &records).await, ingest.postings(day(3), &postings).await);
    assert_eq!((again.0.updated, again.1.updated, ingest.store.highest_change().await.unwrap()), (0, 0, number));
}

async fn other_bytes_of_the_same_content_write_nothing(place: &Place) {
    let ingest = Session::begin(place).await;
    let record = an_application("a");
    ingest.applications(day(1), std::slice::from_ref(&record)).await;
    place.forbid_writes(&["application"]).await;
    let mut row = application_row(&record, day(2));
    row.raw.push(' ');
    row.raw_hash = RawHash::of(&row.raw, FORM).to_string();
    let mut slice = ingest.writer.slice::<application::Entity>();
    recognising(&ingest.writer, &mut slice, std::iter::once(row), some_window(), |row| &row.raw).await;
    assert_eq!(slice.commit(&commit(day(2), 1)).await.unwrap().unchanged, 1);
}

async fn a_recognised_record_that_came_twice_counts_by_its_version(place: &Place) {
    let ingest = Session::begin(place).await;
    let (kept, older, newer) = (touched("a", 5), touched("a", 4), touched("a", 6));
    ingest.applications(day(5), std::slice::from_ref(&kept)).await;
    for other in [[&kept, &older], [&older, &kept]] {
        let counts = ingest.applications(day(6), &other.map(Clone::clone)).await;
        assert_eq!((counts.updated, counts.unchanged), (0, 2), "an older version changes nothing");
    }
    for other in [[&newer, &kept], [&kept, &newer]] {
        let counts = ingest.applications(day(7), &other.map(Clone::clone)).await;
        assert_eq!(counts.updated + counts.unchanged, 2);
        assert_eq!(Rows::of(place).await.application("a").updated, newer.updated);
    }
}

async fn rows_that_were_not_looked_up_are_looked_up(place: &Place) {
    let ingest = Session::begin(place).await;
    let (a, b) = (an_application("a"), an_application("b"));
    ingest.applications(day(1), &[a.clone(), b.clone()]).await;
    let recognition = ingest.writer.recognition::<application::Entity>(None).await.unwrap();
    let known = recognition.look_up([["a", ""]]).await.unwrap();
    let mut slice = ingest.writer.slice::<application::Entity>();
    let changed = application_row(&touched("b", 9), day(2));
    slice.stage(known, vec![(0, ["a".to_owned(), String::new()])], vec![(1, changed)]).await.unwrap();
    let counts = slice.commit(&commit(day(2), 2)).await.unwrap();
    assert_eq!((counts.inserted, counts.updated, counts.unchanged), (0, 1, 1));
}

async fn what_was_not_expected_is_found_all_the_same(place: &Place) {
    let ingest = Session::begin(place).await;
    let expected = some_window();
    let recognition = || ingest.writer.recognition::<application::Entity>(Some(&expected));
    let known = recognition().await.unwrap().look_up([["a", ""]]).await.unwrap();
    assert!(!recognises(&known, ["a", ""], &raw(&an_application("a")), FORM), "an empty store");

    let late = domain::Application { created: day(7), ..an_application("late") };
    let records = [an_application("a"), late];
    ingest.applications(day(8), &records).await;
    let known = recognition().await.unwrap().look_up([["a", ""], ["late", ""]]).await.unwrap();
    assert!(records.iter().all(|record| recognises(&known, [&record.id, ""], &raw(record), FORM)));

    // the same vacancy on two media, of which one is expected
    let both = [SITE, BOARD].map(|medium| a_posting("v1", medium));
    ingest.postings(day(1), &both).await;
    let recognition = ingest.writer.recognition::<posting::Entity>(Some(&SITE.to_owned())).await.unwrap();
    for (posting, medium) in both.iter().zip([SITE, BOARD]) {
        let known = recognition.look_up([["v1", medium]]).await.unwrap();
        assert!(recognises(&known, ["v1", medium], &posting_row(posting, day(1)).raw, FORM), "{medium}");
    }
    // a slice is given the rows of both
    let mut slice = ingest.writer.slice::<posting::Entity>();
    let known = recognition.look_up([["v1", SITE]]).await.unwrap();
    let rows = (0..).zip(both.iter().map(|posting| posting_row(posting, day(2))));
    slice.stage(known, Vec::new(), rows.collect()).await.unwrap();
    let counts = slice.commit(&commit(day(2), 2)).await.unwrap();
    assert_eq!((counts.inserted, counts.updated, counts.unchanged), (0, 0, 2));
}
