//! From bytes to rows.

use std::sync::Arc;

use domain::Window;
use store::RawHash;

use super::{stream::FORM, *};
use crate::transform::{Suppression, wire};

pub(super) fn at(text: &str) -> DateTime<Utc> {
    domain::instant::parse(text).unwrap()
}

pub(super) fn transform() -> Transform {
    Transform { customer: "acme".to_owned(), suppression: Arc::default(), noted: Arc::default() }
}

fn seen(json: &str) -> Seen {
    let raw = json.trim_end().to_owned();
    Seen { hash: RawHash::of(&raw, FORM), raw, at: at(NOW) }
}

pub(super) fn posting(transform: &Transform, json: &str) -> Result<posting::Model, LeftOut> {
    Postings { listed_by: None }.row(transform, seen(json))
}

pub(super) fn application(transform: &Transform, json: &str) -> Result<application::Model, LeftOut> {
    Applications { scope: None }.row(transform, seen(json))
}

fn within(window: Window) -> Applications {
    Applications { scope: Some(Scope { asked: window, wanted: window }) }
}

fn in_window(json: &str, window: Window) -> Result<application::Model, LeftOut> {
    within(window).row(&transform(), seen(json))
}

pub(super) const POSTING: &str = include_str!("../../tests/golden/posting.json");
pub(super) const APPLICATION: &str = include_str!("../../tests/golden/application.json");
const NOW: &str = "2026-06-01T00:00:00Z";

fn window() -> Window {
    Window::new(at("2026-05-01T00:00:00Z"), at(NOW)).unwrap()
}

#[test]
fn a_posting_becomes_a_row() {
    let row = posting(&transform(), POSTING).unwrap();
    assert_eq!(row.vacancy_id, "83360fff-0663-4df2-a37b-8d014e3b1ec8");
    assert_eq!(row.title, "Pflegefachkraft (m/w/d)");
    assert_eq!(
        (row.street.as_deref(), row.zip.as_deref(), row.city.as_deref()),
        (Some("Musterstrasse 6"), Some("80331"), Some("Muenchen"))
    );
    assert_eq!(row.created, at("2026-05-11T11:52:56.600362Z"), "microseconds, cut off");
    assert_eq!(row.deadline, Some(at("2026-05-29T10:00:00Z")));
    assert_eq!(row.department.as_deref(), Some("Station 4"));
    assert_eq!(
        row.facts.as_deref(),
        Some(
            r#"[{"id":"27a91663-17a4-4733-b2ef-95d6273b8b45","title":{"de-DE":"Arbeitsort"},"values":[{"text":{"de-DE":"Muenchen"}}]},{"id":"cc45cf71-a0ae-498d-aa80-59b6f20931dd","title":{"de-DE":"Arbeitszeit"},"values":[{"id":"3b2c54ef-5314-47b0-8f82-d1b9bfeb1294","text":{"de-DE":"Vollzeit"}}]}]"#
        )
    );
    assert!(!row.raw.contains("projectManager") && !row.raw.contains("Erika"), "{}", row.raw);
    let mut kept: serde_json::Value = serde_json::from_str(POSTING).unwrap();
    kept.as_object_mut().unwrap().retain(|name, _| !name.starts_with("projectManager"));
    assert_eq!(serde_json::from_str::<serde_json::Value>(&row.raw).unwrap(), kept, "all else is there");
}

#[test]
fn an_application_becomes_a_row() {
    let row = in_window(APPLICATION, window()).unwrap();
    assert_eq!(row.candidate_key, "id:f5d5a3a0-6a51-4b55-8a35-3a3f2f1a0c01");
    assert_eq!((row.stage.as_deref(), row.status, row.number), (Some("New applications"), Some(1), Some(10482)));
}

#[test]
fn the_smallest_records_are_enough() {
    let small =
        r#"{"vacancyId":"V","mediaId":"M","title":{},"created":"2026-05-26T12:21:57","edited":"2026-05-26T12:21:57"}"#;
    let posting = posting(&transform(), small).unwrap();
    assert_eq!((posting.vacancy_id.as_str(), posting.title.as_str(), posting.stage), ("v", "", None));
    let small = r#"{"id":"A","created":"2026-05-26T12:21:57"}"#;
    assert_eq!(in_window(small, window()).unwrap().candidate_key, "application:a");
}

#[test]
fn the_same_content_has_the_same_hash() {
    let hash = |json: &str| posting(&transform(), json).unwrap().content_hash;
    let plain = hash(POSTING);
    let mut value: serde_json::Value = serde_json::from_str(POSTING).unwrap();
    assert_eq!(hash(&serde_json::to_string_pretty(&value).unwrap()), plain, "white space and order of keys");
    value["templateId"].take();
    value["somethingNew"] = 1.into();
    value["vacancyId"] = "83360FFF-0663-4DF2-A37B-8D014E3B1EC8".into();
    let locales = value["title"]["localization"].as_array_mut().unwrap();
    locales.reverse();
    assert_eq!(hash(&value.to_string()), plain, "null, unknown fields, case of GUIDs, order of locales");
    value["created"] = "2026-05-11T13:52:56.6003624+02:00".into();
    assert_eq!(hash(&value.to_string()), plain, "another zone, the same instant");
    value["created"] = "2026-05-11T11:52:56.6003625Z".into();
    assert_ne!(hash(&value.to_string()), plain, "100 ns are a difference");
}

#[test]
fn what_was_not_asked_for_is_passed_over() {
    let early = Window::new(at("2026-01-01T00:00:00Z"), at("2026-05-20T09:14:03.1234567Z")).unwrap();
    // the end may be inclusive at the source: what is there was asked for, and belongs to the next slice
    assert_eq!(in_window(APPLICATION, early), Err(LeftOut::Unwanted));
    let earlier = Window::new(at("2026-01-01T00:00:00Z"), at("2026-05-20T09:14:03.1234560Z")).unwrap();
    assert_eq!(in_window(APPLICATION, earlier), Err(LeftOut::Outside));
    let late = Scope { asked: window(), wanted: Window { from: at("2026-05-21T00:00:00Z"), ..window() } };
    let late = Applications { scope: Some(late) };
    assert_eq!(late.row(&transform(), seen(APPLICATION)), Err(LeftOut::Unwanted));
}

#[test]
fn what_the_store_recognises_is_not_read() {
    // nothing of it but its key fields can be read
    let json = r#"{"id":"A","created":"2026-05-26T12:21:57Z","number":"x"}"#;
    assert!(matches!(in_window(json, window()), Err(LeftOut::Rejected(_))));
    let fields: wire::ApplicationKeyFields = serde_json::from_str(json).unwrap();
    assert_eq!(within(window()).key(&fields), Some(["a".to_owned(), String::new()]));
    let check = |window: Window| within(window).check(&transform(), &fields);
    assert_eq!(check(window()), Ok(()));
    let early = Window::new(at("2026-01-01T00:00:00Z"), at("2026-05-26T12:21:57Z")).unwrap();
    assert_eq!(check(early), Err(LeftOut::Unwanted));
    let earlier = Window::new(at("2026-01-01T00:00:00Z"), at("2026-05-26T12:21:56Z")).unwrap();
    assert_eq!(check(earlier), Err(LeftOut::Outside));
    let pseudonymiser = || domain::Pseudonymiser::new("a key for one test").unwrap();
    let suppression = Arc::new(Suppression::new(vec![pseudonymiser().id("a")], pseudonymiser()));
    let suppressing = Transform { suppression, ..transform() };
    assert_eq!(within(window()).check(&suppressing, &fields), Err(LeftOut::Suppressed));
    let json = r#"{"vacancyId":"V","mediaId":"N"}"#;
    let fields: wire::PostingKeyFields = serde_json::from_str(json).unwrap();
    let listed = Postings { listed_by: Some("m".to_owned()) };
    assert!(matches!(listed.row(&transform(), seen(json)), Err(LeftOut::Rejected(_))));
    assert_eq!(listed.key(&fields), Some(["v".to_owned(), "m".to_owned()]));
    assert_eq!(listed.check(&transform(), &fields), Ok(()));
}

#[test]
fn who_was_forgotten_does_not_come_back_in_any_form() {
    let pseudonymiser = || domain::Pseudonymiser::new("a key for one test").unwrap();
    let forgotten = ["a-1", "id:c-1"].map(|key| pseudonymiser().id(key)).into();
    let suppressing = Transform { suppression: Arc::new(Suppression::new(forgotten, pseudonymiser())), ..transform() };
    let read = |json: &str| application(&suppressing, json);
    let created = r#""created":"2026-05-26T12:21:57Z""#;
    for members in [
        r#""id":" {A-1} ""#,
        r#""id":"A-1","number":"x""#,
        r#""id":"a-1","id":null"#,
        r#""id":"a-1","id":7"#,
        r#""id":"a-1","id":"other""#,
        r#""id":"a-1","id":"other","number":"x""#,
        r#""id":"\u0061-1","\ud800":1,"number":"x""#,
        r#""Id":"a-1""#,
        r#""id":"other","candidateId":"C-1""#,
        r#""id":"other","candidateId":"c-1","candidateId":null"#,
        r#""id":"other","candidateId":"c-1","candidateId":null,"number":"x""#,
    ] {
        assert_eq!(read(&format!("{{{created},{members}}}")), Err(LeftOut::Suppressed), "{members}");
    }
    for json in [r#"["a-1"]"#, r#"[[{"id":"a-1"}]]"#, r#""{\"id\":\"a-1\"}""#] {
        assert_eq!(read(json), Err(LeftOut::Suppressed), "{json}");
    }
    assert!(read(&format!(r#"{{{created},"id":"a-12","candidateId":"c-12"}}"#)).is_ok());
    assert!(matches!(read(&format!(r#"{{{created},"id":"a-12","number":"x"}}"#)), Err(LeftOut::Rejected(_))));
}

#[test]
fn of_equal_bytes_equal_rows_are_made_as_long_as_the_form_stands() {
    let rows = format!("{:?} {:?}", posting(&transform(), POSTING).unwrap(), in_window(APPLICATION, window()).unwrap());
    let text = "rows are made otherwise than before: raise FORM, so that those of earlier releases are read again";
    assert_eq!(
        format!("{:?}", RawHash::of(&rows, FORM)),
        "RawHash { form: 2, hash: 259240945267602379913616615349426437778 }",
        "{text}"
    );
}

#[test]
fn a_bad_record_is_kept_whole() {
    let bad = r#"{"id":"1","created":17}"#;
    let Err(LeftOut::Rejected(rejected)) = in_window(bad, window()) else { panic!("accepted") };
    assert_eq!(
        (rejected.stream, rejected.reason.as_str()),
        ("application", "application.created: expected a string, found a number")
    );
    assert_eq!(rejected.payload, bad);
}

#[test]
fn an_array_is_no_record() {
    let fields = r#"["1",null,null,null,null,null,null,null,null,"2026-05-26T12:21:57",null,null,null,null,null]"#;
    let Err(LeftOut::Rejected(rejected)) = in_window(fields, window()) else { panic!("accepted") };
    assert_eq!(rejected.reason, "application: expected an object, found an array");
}
