//! What stays of applications that are forgotten because their time is over.

use domain::{Application, Department, Location, Posting, Pseudonymiser, cohort::Grouping, vocabulary::Vocabulary};
use sea_orm::{EntityTrait as _, QueryOrder as _};
use store::{Forget, Forgotten, GoneBefore, Person, StoreError, entity::application_month};

use crate::{
    place::Place,
    records::{SITE, application, day, posting, text},
    session::{RUN, Rows, Session},
};

rig::on_each_backend!(
    numbers_stay_of_whoever_is_closed,
    too_few_are_counted_among_the_small_groups,
    many_of_few_people_are_too_few,
    what_was_forgotten_before_is_not_counted_again,
    a_group_that_grows_too_small_is_folded,
    a_group_that_emply_makes_too_small_is_folded,
    one_that_is_cut_off_leaves_nothing,
    who_asks_to_be_forgotten_is_not_counted,
    the_posting_that_is_there_speaks_for_its_vacancy,
    a_month_is_one_of_the_zone_and_of_the_first_date,
);

/// A posting of a department in Ulm.
fn posting_of(vacancy_id: &str, department: &str) -> Posting {
    Posting {
        department: Some(Department { id: None, title: text(department) }),
        location: Some(Location { address: Some("Weg 1, 89073 Ulm".to_owned()), latitude: None, longitude: None }),
        ..posting(vacancy_id, SITE)
    }
}

/// An application to a vacancy, as it is to begin with.
fn new(id: &str, vacancy_id: &str) -> Application {
    Application { vacancy_id: Some(vacancy_id.to_owned()), ..application(id) }
}

/// The same when it is over, since a day.
fn closed(application: &Application, on: i64) -> Application {
    Application {
        status: Some(0),
        updated: Some(day(on)),
        stage: text("Absage"),
        disqualify_reason: text("Zurückgezogen"),
        ..application.clone()
    }
}

const WORDS: &str = "[stages]\nNeu = 'applied'\nAbsage = 'disqualified'\nKeine = 'disqualified'\n[reasons]\n'Zurückgezogen' = 'candidate'\n";

/// Those of `care` have a posting, and so have those of `kitchen`. Somebody was turned down long before, so that this stage is not a new
/// name of another one.
async fn begun(place: &Place, applications: &[Application]) -> Session {
    let ingest = Session::begin(place).await;
    ingest.postings(day(1), &[posting_of("care", "Pflege"), posting_of("kitchen", "Küche")]).await;
    ingest.applications(day(1), &[Application { created: day(-60), ..closed(&new("z", "care"), -30) }]).await;
    ingest.applications(day(2), applications).await;
    ingest
}

async fn forget(ingest: &Session, ids: &[&str], is_retention: bool) -> Result<Forgotten, StoreError> {
    forget_as(ingest, ids, is_retention.then_some(WORDS), Grouping::default()).await
}

async fn forget_as(
    ingest: &Session,
    ids: &[&str],
    words: Option<&str>,
    grouping: Grouping,
) -> Result<Forgotten, StoreError> {
    let key = Pseudonymiser::new("0123456789abcdef-of-the-tests").unwrap();
    let vocabulary = words.map(|words| Vocabulary::of(&toml::from_str(words).unwrap()).unwrap());
    let how = Forget { run_id: RUN, now: day(400), pseudonymiser: &key, grouping, freezing: vocabulary.as_ref() };
    let persons: Vec<Person> = ids.iter().map(|id| Person::Application((*id).to_owned())).collect();
    ingest.writer.forget(&persons, &how).await
}

/// What is frozen, in words; tombstones apart.
async fn frozen(place: &Place) -> Vec<String> {
    let rows = application_month::Entity::find().order_by_asc(application_month::Column::Department);
    let rows = rows.order_by_asc(application_month::Column::Outcome).all(place.eyes().await).await.unwrap();
    let tombstones = rows.iter().filter(|row| row.removed_at.is_some());
    assert!(tombstones.clone().all(|row| row.applications == 0), "{rows:?}");
    assert!(rows.iter().all(|row| row.group_key.len() == 32 && row.is_eligible == row.weeks.is_some()), "{rows:?}");
    let there = rows.iter().filter(|row| row.removed_at.is_none());
    let told = there.map(|row| {
        let application_month::Model { month, department, city, furthest_stage_kind, outcome, reason_kind, .. } = row;
        let weeks = row.weeks.map_or("?".to_owned(), |weeks| weeks.to_string());
        let count = row.applications;
        format!("{month} {department}/{city} {furthest_stage_kind} {outcome} {reason_kind} {weeks}w: {count}")
    });
    let mut told: Vec<String> = told.collect();
    told.extend(tombstones.map(|row| format!("- {} {}/{}", row.month, row.department, row.city)));
    told
}

fn ids(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

/// So many names that begin so.
fn names(begin: &str, count: usize) -> Vec<String> {
    (0..count).map(|number| format!("{begin}{number}")).collect()
}

fn all_new(names: &[String], vacancy_id: &str) -> Vec<Application> {
    names.iter().map(|id| new(id, vacancy_id)).collect()
}

fn all_closed(names: &[String], vacancy_id: &str, on: i64) -> Vec<Application> {
    names.iter().map(|id| closed(&new(id, vacancy_id), on)).collect()
}

async fn numbers_stay_of_whoever_is_closed(place: &Place) {
    let care = names("a", 6);
    let ingest = begun(place, &all_new(&care, "care")).await;
    ingest.applications(day(16), &all_closed(&care[..4], "care", 16)).await;
    let one = Application { disqualify_reason: text("Nicht passend"), ..closed(&new("a4", "care"), 30) };
    ingest.applications(day(30), &[one]).await;
    let forgotten = forget(&ingest, &ids(&care[..5]), true).await.unwrap();
    assert_eq!(forgotten.applications, 5);
    assert_eq!(
        frozen(place).await,
        ["2026-01 Pflege/Ulm applied rejected other 4w: 1", "2026-01 Pflege/Ulm applied withdrawn candidate 2w: 4",]
    );
    let rows = Rows::of(place).await;
    let highest = place.number("SELECT value FROM change_counter").await;
    assert_eq!(rows.application("a0").changed_seq, highest, "in the transaction that blanks");
    assert_eq!(place.number("SELECT min(changed_seq) FROM application_month").await, highest);
    assert!(rows.application("a5").removed_at.is_none());
}

async fn too_few_are_counted_among_the_small_groups(place: &Place) {
    let (care, kitchen, elsewhere) = (names("a", 5), names("k", 4), names("e", 1));
    let all: Vec<_> = [(&care, "care"), (&kitchen, "kitchen"), (&elsewhere, "nowhere")]
        .into_iter()
        .flat_map(|(names, vacancy)| all_new(names, vacancy))
        .collect();
    let ingest = begun(place, &all).await;
    let over: Vec<_> = [(&care[..1], "care"), (&kitchen[..], "kitchen"), (&elsewhere[..], "nowhere")]
        .into_iter()
        .flat_map(|(names, vacancy)| all_closed(names, vacancy, 16))
        .collect();
    ingest.applications(day(16), &over).await;
    // one of five, since the others are there still; then the four that are all there are, in two runs; and one of no vacancy
    forget(&ingest, &["a0"], true).await.unwrap();
    forget(&ingest, &["k0", "k1", "k2"], true).await.unwrap();
    forget(&ingest, &["k3", "e0"], true).await.unwrap();
    assert_eq!(
        frozen(place).await,
        [
            "2026-01 Pflege/Ulm applied withdrawn candidate 2w: 1",
            "2026-01 small groups/small groups applied withdrawn candidate 2w: 5",
        ]
    );
}

async fn many_of_few_people_are_too_few(place: &Place) {
    let care = names("a", 9);
    let of_few = |application: Application, number: usize| Application {
        candidate_id: Some(format!("person-{}", number % 4)),
        ..application
    };
    let all = care.iter().enumerate().map(|(number, id)| of_few(new(id, "care"), number));
    let ingest = begun(place, &all.clone().collect::<Vec<_>>()).await;
    let over: Vec<_> = all.map(|application| closed(&application, 16)).collect();
    ingest.applications(day(16), &over).await;
    forget(&ingest, &ids(&care), true).await.unwrap();
    assert_eq!(frozen(place).await, ["2026-01 small groups/small groups applied withdrawn candidate 2w: 9"]);
}

async fn what_was_forgotten_before_is_not_counted_again(place: &Place) {
    let care = names("a", 6);
    let ingest = begun(place, &all_new(&care, "care")).await;
    ingest.applications(day(16), &all_closed(&care, "care", 16)).await;
    forget(&ingest, &ids(&care), true).await.unwrap();
    let before = frozen(place).await;
    assert_eq!(before, ["2026-01 Pflege/Ulm applied withdrawn candidate 2w: 6"]);
    let numbers = place.number("SELECT max(changed_seq) FROM application_month").await;
    forget(&ingest, &ids(&care), true).await.unwrap();
    assert_eq!(frozen(place).await, before);
    assert_eq!(place.number("SELECT max(changed_seq) FROM application_month").await, numbers, "no row was written");
}

async fn a_group_that_grows_too_small_is_folded(place: &Place) {
    let (care, kitchen) = (names("a", 5), names("k", 6));
    let all = [all_new(&care, "care"), all_new(&kitchen, "kitchen")].concat();
    let ingest = begun(place, &all).await;
    let over = [all_closed(&care[..3], "care", 16), all_closed(&kitchen[..3], "kitchen", 30)].concat();
    ingest.applications(day(30), &over).await;
    let due = [&care[..3], &kitchen[..3]].concat();
    forget(&ingest, &ids(&due), true).await.unwrap();
    let kitchen_told = "2026-01 Küche/Ulm applied withdrawn candidate 4w: 3";
    assert_eq!(frozen(place).await, [kitchen_told, "2026-01 Pflege/Ulm applied withdrawn candidate 2w: 3"]);

    // of those that are there, one asks to be forgotten
    forget(&ingest, &["a4"], false).await.unwrap();
    let folded =
        [kitchen_told, "2026-01 small groups/small groups applied withdrawn candidate 2w: 3", "- 2026-01 Pflege/Ulm"];
    assert_eq!(frozen(place).await, folded);
    let highest = place.number("SELECT value FROM change_counter").await;
    let told = "SELECT count(*) FROM application_month WHERE changed_seq = (SELECT value FROM change_counter)";
    assert_eq!(place.number(told).await, 2, "both are told of to the warehouse, by change {highest}");
    // six less one are enough
    forget(&ingest, &["k5"], false).await.unwrap();
    assert_eq!(frozen(place).await, folded);
}

async fn a_group_that_emply_makes_too_small_is_folded(place: &Place) {
    let care = names("a", 5);
    let ingest = begun(place, &all_new(&care, "care")).await;
    ingest.applications(day(16), &all_closed(&care[..3], "care", 16)).await;
    forget(&ingest, &ids(&care[..3]), true).await.unwrap();
    place.execute("UPDATE application SET removed_at = '2026-02-01T00:00:00Z' WHERE id = 'a4'").await;
    let gone = GoneBefore {
        removed: day(90),
        without_applications: day(90),
        rejected: day(90),
        now: day(400),
        pseudonymiser: None,
        at_once: 100,
        grouping: Grouping::default(),
    };
    assert_eq!(ingest.writer.blank_gone(&gone).await.unwrap().forgotten.applications, 1);
    assert_eq!(
        frozen(place).await,
        ["2026-01 small groups/small groups applied withdrawn candidate 2w: 3", "- 2026-01 Pflege/Ulm"]
    );
}

async fn one_that_is_cut_off_leaves_nothing(place: &Place) {
    let care = names("a", 6);
    let ingest = begun(place, &all_new(&care, "care")).await;
    ingest.applications(day(16), &all_closed(&care, "care", 16)).await;
    let before = Rows::of(place).await;
    // what comes after the counting
    place.forbid_writes(&["application"]).await;
    let error = forget(&ingest, &ids(&care), true).await.unwrap_err();
    assert!(format!("{error:?}").contains("a row was written"), "{error:?}");
    assert_eq!((frozen(place).await, Rows::of(place).await), (Vec::new(), before));
    assert_eq!(place.number("SELECT count(*) FROM suppression").await, 0);
    for verb in ["INSERT", "UPDATE", "DELETE"] {
        let of = if place.backend == rig::Backend::Postgres { " ON application" } else { "" };
        place.execute(&format!("DROP TRIGGER no_{verb}_application{of}")).await;
    }
    forget(&ingest, &ids(&care), true).await.unwrap();
    assert_eq!(frozen(place).await, ["2026-01 Pflege/Ulm applied withdrawn candidate 2w: 6"]);
}

async fn who_asks_to_be_forgotten_is_not_counted(place: &Place) {
    let care = names("a", 6);
    let ingest = begun(place, &all_new(&care, "care")).await;
    ingest.applications(day(16), &all_closed(&care[..5], "care", 16)).await;
    forget(&ingest, &["a0"], false).await.unwrap();
    assert_eq!(frozen(place).await, [""; 0]);
    // nor is who is gone from the source, or not over
    place.execute("UPDATE application SET removed_at = '2026-02-01T00:00:00Z' WHERE id = 'a1'").await;
    forget(&ingest, &["a1", "a2", "a5"], true).await.unwrap();
    assert_eq!(frozen(place).await, ["2026-01 small groups/small groups applied withdrawn candidate 2w: 1"]);
}

async fn the_posting_that_is_there_speaks_for_its_vacancy(place: &Place) {
    let care = names("a", 5);
    let ingest = begun(place, &all_new(&care, "care")).await;
    let of = |media_id: &str, department: &str, stage: i32, edited: i64| Posting {
        media_id: media_id.to_owned(),
        stage: Some(stage),
        edited: day(edited),
        ..posting_of("care", department)
    };
    let others = [of("a", "Offline", 2, 30), of("b", "Alt", 1, 3), of("c", "Neu", 1, 4), of("d", "Weg", 1, 31)];
    ingest.postings(day(5), &others).await;
    place.execute("UPDATE posting SET removed_at = '2026-02-01T00:00:00Z' WHERE media_id = 'd'").await;
    ingest.applications(day(16), &all_closed(&care, "care", 16)).await;
    forget(&ingest, &ids(&care), true).await.unwrap();
    assert_eq!(frozen(place).await, ["2026-01 Neu/Ulm applied withdrawn candidate 2w: 5"]);
}

async fn a_month_is_one_of_the_zone_and_of_the_first_date(place: &Place) {
    let care = names("a", 5);
    // in Berlin it is February by then
    let in_the_night = crate::records::at("2026-01-31T23:30:00Z");
    let all: Vec<_> =
        all_new(&care, "care").into_iter().map(|it| Application { created: in_the_night, ..it }).collect();
    let ingest = begun(place, &all).await;
    // the source moves two of them to another month: they stay in theirs
    let moved = |it: &Application| Application { created: day(100), updated: Some(day(101)), ..it.clone() };
    ingest.applications(day(101), &all[..2].iter().map(moved).collect::<Vec<_>>()).await;
    let over: Vec<_> = all[2..].iter().map(|it| closed(it, 110)).collect();
    ingest.applications(day(110), &over).await;
    forget(&ingest, &ids(&care[2..4]), true).await.unwrap();
    let berlin = "2026-02 Pflege/Ulm applied withdrawn candidate 11w: 2";
    assert_eq!(frozen(place).await, [berlin]);
    let utc = Grouping { calendar: domain::cohort::Calendar::of_zone("Etc/UTC").unwrap(), ..Grouping::default() };
    forget_as(&ingest, &ids(&care[4..]), Some(WORDS), utc).await.unwrap();
    let small = "2026-01 small groups/small groups applied withdrawn candidate 11w: 1";
    assert_eq!(
        frozen(place).await,
        [berlin, small],
        "there are three in this month of that zone, and two frozen in another"
    );
}
