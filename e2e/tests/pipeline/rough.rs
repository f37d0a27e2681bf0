//! A world whose records are as other systems write them, beside the tidy one that says what each of them means: into the
//! store, the lake, and the ads on the board.

use std::collections::{BTreeMap, BTreeSet};

use e2e::{
    lake::{self, KEYS},
    rows::Rows,
};
use rig::{Backend, Database, Ended, Mock};
use serde_json::Value;
use store::entity::{application, posting};

use super::stages::{export, ingest, migrate, transfer};

/// As many as bring nearly every form.
const SIZE: [(&str, &str); 2] = [("MOCK_POSTINGS", "3000"), ("MOCK_APPLICATIONS", "3000")];

#[tokio::test]
async fn on_sqlite() {
    what_is_rough_arrives(Backend::Sqlite).await;
}

#[tokio::test]
async fn on_postgres() {
    if Backend::Postgres.is_there() {
        what_is_rough_arrives(Backend::Postgres).await;
    }
}

async fn what_is_rough_arrives(backend: Backend) {
    let rough = Mock::start_with(&[&SIZE[..], &[("MOCK_WORLD", "rough")]].concat());
    let (store, first) = filled(backend, &rough);
    assert_eq!((first.count("rejected"), first.count("fetched")), (0, first.count("inserted")), "{}", first.err);
    let again = ingest(&store.url_of("ingest"), &rough.address).run();
    again.must_succeed();
    assert_eq!((again.count("inserted"), again.count("updated"), again.count("removed")), (0, 0, 0), "{}", again.err);
    assert_eq!(again.count("unchanged"), again.count("fetched"));
    let rows = Rows::of(&store.url).await;
    for row in &rows.postings {
        place(&row.address, row.city.as_deref(), row.zip.as_deref(), row.country.as_deref());
        title(&row.title);
    }
    // the second database holds the same, which other tests see to
    if backend == Backend::Sqlite {
        each_means_what_it_means(&rough, &rows, &first).await;
        in_the_lake(&store, &rows);
        on_the_board(&store, &rough).await;
    }
}

fn filled(backend: Backend, mock: &Mock) -> (Database, Ended) {
    let store = Database::absent(backend);
    migrate(&store).run().must_succeed();
    let ended = ingest(&store.url_of("ingest"), &mock.address).run();
    ended.must_succeed();
    (store, ended)
}

/// What no place may be.
fn place(of: &impl std::fmt::Debug, city: Option<&str>, zip: Option<&str>, country: Option<&str>) {
    let countries =
        ["Deutschland", "Germany", "Allemagne", "Tyskland", "Danmark", "Nederland", "United Kingdom", "Schweiz"];
    for part in city.into_iter().flat_map(|city| city.split(", ")) {
        let is_country = countries.iter().any(|country| country.eq_ignore_ascii_case(part));
        assert!(!is_country && !part.contains(|letter: char| letter.is_ascii_digit()), "{of:?}: the city {part}");
    }
    if let Some(zip) = zip {
        let digits = zip.bytes().filter(u8::is_ascii_digit).count();
        let is_british =
            zip.len() >= 6 && zip.contains(' ') && zip.starts_with(|letter: char| letter.is_ascii_uppercase());
        assert!((4..=5).contains(&digits) || is_british, "{of:?}: the zip {zip}");
    }
    let is_code = |code: &str| code.len() == 2 && code.bytes().all(|letter| letter.is_ascii_uppercase());
    assert!(country.is_none_or(is_code), "{of:?}: the country {country:?}");
}

/// One line of plain text.
fn title(title: &str) {
    let is_plain = !title.chars().any(char::is_control) && !title.contains("&amp;") && !title.contains("<b>");
    assert!(is_plain && title.trim() == title && !title.is_empty(), "{title:?}");
}

/// Of a record in a form that means the same as the tidy one, the same row was made; of one that means nothing, nothing; and what
/// was left out is told.
async fn each_means_what_it_means(rough: &Mock, rows: &Rows, first: &Ended) {
    let tidy = Mock::start_with(&SIZE);
    let (store, _) = filled(Backend::Sqlite, &tidy);
    let meant = Rows::of(&store.url).await;
    let survey = rough.get("/_mock/rough").await;
    let records = survey["records"].as_array().expect("records");
    let forms: BTreeMap<String, (&str, &str)> =
        records.iter().map(|record| (key(record), (text(&record["form"]), text(&record["meaning"])))).collect();
    assert!(forms.len() > 500, "{}", forms.len());
    let postings: BTreeMap<String, &posting::Model> =
        meant.postings.iter().map(|row| (format!("{} {}", row.vacancy_id, row.media_id), row)).collect();
    for row in &rows.postings {
        let key = format!("{} {}", row.vacancy_id, row.media_id);
        let (form, meaning) = forms.get(&key).copied().unwrap_or(("", "same"));
        if meaning == "same" {
            let mut meant = postings[&key].clone();
            // a postal code with the country's letters names a country that the tidy line does not
            meant.country = meant.country.or_else(|| row.country.clone().filter(|_| form == "zip-with-its-country"));
            assert_eq!(of_posting(row), of_posting(&meant), "{form}: {key} {:?}", row.address);
        }
    }
    let applications: BTreeMap<&str, &application::Model> =
        meant.applications.iter().map(|row| (row.id.as_str(), row)).collect();
    for row in &rows.applications {
        match forms.get(&row.id).copied().unwrap_or(("", "same")) {
            (form, "same") => {
                assert_eq!(of_application(row), of_application(applications[&*row.id]), "{form}: {}", row.id);
            }
            ("big-number", _) => assert_eq!(row.number, None, "{}", row.id),
            ("big-job-id", _) => assert_eq!(row.job_id, None, "{}", row.id),
            ("empty-e-mail", _) => assert_eq!(row.email, None, "{}", row.id),
            ("empty-candidate-id", _) => assert_eq!(row.candidate_id, None, "{}", row.id),
            ("anonymised", _) => assert!(row.candidate_key.ends_with(&row.id), "{}", row.candidate_key),
            _ => {}
        }
    }
    let seen: BTreeSet<&str> = forms.values().map(|(form, _)| *form).collect();
    for (form, told) in TOLD {
        assert!(seen.contains(form), "{form} is not among the records");
        assert!(first.err.contains(told), "{form} is not told as {told}");
    }
}

/// Forms of which something is left out, or settled, and what is said of it.
const TOLD: [(&str, &str); 6] = [
    ("big-number", "too large to be kept to the last digit, left out"),
    ("title-twice", "posting.title"),
    ("e-mail-twice", "there twice, the last counts"),
    ("first-deadline", "a year that stands for none, left out"),
    ("unknown-members", "posting.rowVersion"),
    ("zone-of-nowhere", "no zone that is known, left out"),
];

/// What is made of a posting, beside what is kept as it came.
fn of_posting(row: &posting::Model) -> impl PartialEq + std::fmt::Debug + '_ {
    (
        (&row.job_id, &row.posting_type, &row.stage, &row.title, &row.deadline, &row.time_zone),
        (&row.street, &row.zip, &row.city, &row.country, &row.latitude, &row.longitude),
        (row.department.as_deref().map(domain::folded), &row.department_id, &row.external_application_url),
        (&row.template_id, &row.created, &row.edited),
    )
}

fn of_application(row: &application::Model) -> impl PartialEq + std::fmt::Debug + '_ {
    (
        (&row.number, &row.job_id, &row.vacancy_id, &row.candidate_id, &row.candidate_key, &row.status),
        (&row.email, &row.first_name, &row.middle_name, &row.last_name),
        (&row.created, &row.updated, &row.stage, &row.disqualify_reason, &row.source),
    )
}

fn in_the_lake(store: &Database, rows: &Rows) {
    let folder = tempfile::tempdir().unwrap();
    let lake = folder.path().join("lake");
    export(&store.url_of("export"), &lake).run().must_succeed();
    let held = rows.versions();
    for (table, _) in KEYS {
        assert!(lake::latest(&lake, table) == held[table], "{table}: the lake's latest versions are not the store's");
    }
    assert_eq!(export(&store.url_of("export"), &lake).run().must_succeed().count("rows"), 0);
}

async fn on_the_board(store: &Database, board: &Mock) {
    let transfer = transfer(&store.url_of("transfer"), &board.address, "services/transfer/mapping.example.toml");
    let plan = transfer.clone().argument("plan").run();
    plan.must_succeed();
    assert!(plan.out.contains("Atlantis"), "a country that is none is told");
    transfer.run();
    let listings = board.get("/_mock/board/listings").await;
    let listings = listings.as_array().unwrap();
    assert!(listings.len() > 300, "{}", listings.len());
    for listing in listings {
        let job = &listing["job"];
        let location = &job["location"];
        place(location, location["city"].as_str(), location["zip"].as_str(), location["countryCode"].as_str());
        title(text(&job["title"]));
        let said = job["description"]["plainText"].as_str().unwrap_or_default();
        for never in ["<restriction", "onerror", "<script", "javascript:"] {
            assert!(!said.contains(never), "{said}");
        }
    }
}

fn key(record: &Value) -> String {
    match record["id"].as_str() {
        Some(id) => id.to_owned(),
        None => format!("{} {}", text(&record["vacancyId"]), text(&record["mediaId"])),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
