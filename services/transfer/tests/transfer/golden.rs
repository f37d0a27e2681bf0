//! The three examples of the board's document, with the commas that they lack there and nobody's data: they parse, they
//! serialise to the same JSON, and for each there is a posting with a mapping file that becomes it.

use chrono::{DateTime, Utc};
use domain::{Advertisement, Fact, FactValue, Localization, Location, Posting};
use serde_json::{Value, json};
use store::{
    RawHash,
    entity::{Seen, posting},
};
use transfer::{
    Hosts,
    transform::{Account, Draft, Mapping, Submission},
};

const FULL: &str = include_str!("../../../../contracts/board/full.json");
const SHORT: &str = include_str!("../../../../contracts/board/short.json");
const SEVERAL_CITIES: &str = include_str!("../../../../contracts/board/several-cities.json");

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn texts(text: &str) -> Localization {
    std::iter::once(("de-DE".to_owned(), text.to_owned())).collect()
}

fn fact(title: &str, value: &str) -> Fact {
    let value = FactValue { id: None, text: texts(value) };
    Fact { id: title.to_lowercase(), title: texts(title), values: vec![value], other: None }
}

/// A posting of the document's doctor in Dortmund.
pub(crate) fn doctor(vacancy: &str, address: Option<&str>, text: &str, facts: Vec<Fact>) -> posting::Model {
    let at: DateTime<Utc> = "2016-12-01T08:00:00Z".parse().unwrap();
    let posting = Posting {
        vacancy_id: vacancy.to_owned(),
        media_id: "medium".to_owned(),
        job_id: None,
        application_form_id: None,
        posting_type: Some(0),
        stage: Some(1),
        title: texts("Facharzt für Dortmund"),
        content: Localization::default(),
        advertisements: vec![Advertisement { title: Localization::default(), content: texts(text), is_default: true }],
        created: at,
        edited: at,
        deadline: None,
        deadline_text: Localization::default(),
        location: address.map(|address| Location {
            address: Some(address.to_owned()),
            latitude: None,
            longitude: None,
        }),
        department: None,
        tags: Vec::new(),
        facts,
        template_id: None,
        template_title: Localization::default(),
        apply_url: Localization::default(),
        ad_url: Localization::default(),
        external_application_url: None,
        time_zone: None,
    };
    (posting, Seen { raw: "{}".to_owned(), hash: RawHash::of("{}", 1), at }).into()
}

fn sent(draft: &Draft) -> Value {
    let account = Account { email: "info@example.org".to_owned(), pw: "not-a-real-password".to_owned() };
    serde_json::to_value(draft.submission(account, &[])).unwrap()
}

/// What the board is sent.
fn submission(posting: &posting::Model, mapping: &str) -> Value {
    let draft = Draft::of(posting, &Mapping::parse(mapping).unwrap(), &Hosts::default()).unwrap();
    sent(&draft)
}

/// The reference is always sent; two of the examples have none.
fn without_reference(mut submission: Value) -> Value {
    assert_eq!(submission["job"].as_object_mut().unwrap().remove("ref"), Some(json!("vacancy")));
    submission
}

const TEXT: &str = "Dies ist nun die Beschreibung der Anzeige als reinen Text!";

/// What all three have in common.
const RULES: &str = r#"
[hiring_type]
fact = "Vertrag"
values = { befristet = "Befristete Stelle" }
[job_scope]
fact = "Arbeitszeit"
values = { Vollzeit = "Vollzeit" }
[first_day]
fact = "Beginn"
"#;

fn rules() -> Vec<Fact> {
    vec![fact("Vertrag", "Befristet"), fact("Arbeitszeit", "Vollzeit")]
}

#[test]
fn the_examples_parse_and_serialise_to_themselves() {
    for text in [FULL, SHORT, SEVERAL_CITIES] {
        let submission: Submission = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_value(&submission).unwrap(), parsed(text));
        assert!(!format!("{submission:?}").contains("not-a-real-password"));
    }
}

#[test]
fn a_field_that_the_document_does_not_know_is_refused() {
    let mut submission = parsed(FULL);
    submission["job"]["titel"] = json!("x");
    assert!(serde_json::from_value::<Submission>(submission).is_err());
}

#[test]
fn a_posting_becomes_the_full_example() {
    let mapping = format!(
        r#"
        message = "Optionale Nachrichten, Infos, Hinweise"
        [employer]
        name = "Name des Arbeitgebers"
        street = "Straße des Arbeitgebers"
        city = "Ort des Arbeitgebers"
        zip = "PLZ des Arbeitgebers"
        fax = "0231 / 000000-00"
        telephone = "0231 / 000000-77"
        email = "info@example.org"
        [contact]
        name = "Herr Mustermann"
        fax = "0231 / 000000-00"
        telephone = "0231 / 000000-77"
        email = "info@example.org"
        [area]
        fact = "Berufsfeld"
        values = {{ Arzt = "Ärztin/Arzt" }}
        [domain]
        fact = "Fach"
        [level]
        default = "Chefarzt"
        {RULES}"#
    );
    let mut facts = rules();
    facts.extend([fact("Berufsfeld", "Arzt"), fact("Fach", "Allgemeinmedizin"), fact("Beginn", "20.01.2017")]);
    let posting = doctor("Optionale Referenznummer", Some("Ring 1, 44137, Dortmund"), TEXT, facts);
    assert_eq!(submission(&posting, &mapping), parsed(FULL));
}

#[test]
fn a_posting_becomes_the_short_example() {
    let mapping = format!("text_required = false\n[contact]\nname = \"Herr Mustermann\"\n{RULES}");
    let posting = doctor("vacancy", None, "", rules());
    assert_eq!(without_reference(submission(&posting, &mapping)), parsed(SHORT));
}

#[test]
fn a_posting_becomes_the_example_with_several_cities() {
    let mapping = format!(
        r#"
        [employer]
        name = "Name des Arbeitgebers"
        street = "Betenstraße 13-15"
        city = "Dortmund"
        zip = "44137"
        [contact]
        name = "Herr Mustermann"
        {RULES}"#
    );
    let mut facts = rules();
    facts.push(fact("Beginn", "2017-01-01"));
    let posting = doctor("vacancy", Some("Dortmund, Marl, Recklinghausen"), TEXT, facts);
    assert_eq!(without_reference(submission(&posting, &mapping)), parsed(SEVERAL_CITIES));
}

#[test]
fn words_that_are_not_known_are_left_unstated_and_said() {
    let mapping = Mapping::parse(&format!("[contact]\nname = \"Herr Mustermann\"\n{RULES}")).unwrap();
    let facts = vec![fact("Vertrag", "Ehrenamt"), fact("Arbeitszeit", "Vollzeit"), fact("Beginn", "bald")];
    let posting = doctor("vacancy", Some("44137, Dortmund"), TEXT, facts);
    let draft = Draft::of(&posting, &mapping, &Hosts::default()).unwrap();
    let job = &sent(&draft)["job"];
    assert_eq!(job["description"]["hiringType"], "Keine Angaben");
    assert_eq!(job["description"].get("firstDay"), None);
    assert_eq!(
        draft.gaps,
        [
            r#""Ehrenamt" (Vertrag) is not in the mapping file"#,
            r#""bald" (Beginn) is no day such as 01.03.2027 or 2027-03-01, of the years 2000 to 2100"#,
        ]
    );
}
