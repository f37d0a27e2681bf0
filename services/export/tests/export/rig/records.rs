//! Records about persons whose names, addresses and keys are easily found again.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{Application, CanonicalValue, Department, Localization, Location, Posting};
use serde_json::json;
use store::{
    RawHash,
    entity::{Seen, application, posting},
};

use super::database::now;

/// The medium of all postings.
pub(crate) const MEDIUM: &str = "medium-1";
/// The key of pseudonyms.
pub(crate) const KEY: &str = "0ne-key-of-pseudonyms";
/// First name of every applicant, also in their e-mail addresses.
pub(crate) const FIRST_NAME: &str = "Zaphodine";
/// Last name of every applicant.
pub(crate) const LAST_NAME: &str = "Beeblebrox";
/// What keys of applications and candidates, and numbers, begin with.
pub(crate) const IDS: [&str; 3] = ["appl1cation-", "cand1date-", "77000"];

/// The candidate whose applications are 0 and 1.
pub(crate) const CANDIDATE: &str = "id:cand1date-0";

/// What tells of that candidate: keys, numbers and address, as they are and as pseudonyms.
pub(crate) fn traces_of_candidate() -> Vec<String> {
    let pseudonyms = domain::Pseudonymiser::new(KEY).unwrap();
    let keys = ["appl1cation-0", "appl1cation-1", CANDIDATE, "cand1date-0", "7700000", "7700001"];
    let email = format!("{FIRST_NAME}.0@Example.com");
    let hidden = keys.map(|key| pseudonyms.id(key)).into_iter().chain([pseudonyms.email(&email)]);
    hidden.chain(keys.map(str::to_owned)).chain([email]).collect()
}

fn text(value: &str) -> Localization {
    std::iter::once(("en-GB".to_owned(), value.to_owned())).collect()
}

fn created() -> DateTime<Utc> {
    now() - TimeDelta::days(30)
}

fn seen() -> Seen {
    let raw = format!(r#"{{"name": "{FIRST_NAME} {LAST_NAME}"}}"#);
    Seen { hash: RawHash::of(&raw, 1), raw, at: now() }
}

/// A posting with this title.
pub(crate) fn posting(number: i64, title: &str) -> posting::Model {
    row_of(Posting { title: text(title), ..posting_of(number) })
}

/// As the store has it.
pub(crate) fn row_of(posting: Posting) -> posting::Model {
    (posting, seen()).into()
}

/// A posting.
pub(crate) fn posting_of(number: i64) -> Posting {
    Posting {
        vacancy_id: format!("vacancy-{number}"),
        media_id: MEDIUM.to_owned(),
        job_id: Some(5_000_000_000 + number),
        application_form_id: None,
        posting_type: Some(0),
        stage: Some(1),
        title: Localization::default(),
        content: text("A ward"),
        advertisements: Vec::new(),
        created: created(),
        edited: created() + TimeDelta::microseconds(1),
        deadline: None,
        deadline_text: Localization::default(),
        location: Some(Location {
            address: Some("Musterstrasse 6, 80331, Muenchen".to_owned()),
            latitude: Some(48.1),
            longitude: None,
        }),
        department: Some(Department { id: Some("d".to_owned()), title: text("Ward 4") }),
        tags: Vec::new(),
        facts: Vec::new(),
        template_id: None,
        template_title: Localization::default(),
        apply_url: text("https://acme.example.com/apply"),
        ad_url: Localization::default(),
        external_application_url: None,
        time_zone: Some("Europe/Berlin".to_owned()),
    }
}

/// An application in this stage. Two have the same candidate.
pub(crate) fn application(number: i64, stage: &str) -> application::Model {
    row_of_application(application_of(number, stage))
}

/// As the store has it.
pub(crate) fn row_of_application(application: Application) -> application::Model {
    (application, "acme", seen()).into()
}

/// The same, as the domain has it.
pub(crate) fn application_of(number: i64, stage: &str) -> Application {
    let candidate = number / 2;
    Application {
        id: format!("{}{number}", IDS[0]),
        number: Some(7_700_000 + number),
        vacancy_id: Some(format!("vacancy-{}", number % 3)),
        job_id: None,
        candidate_id: Some(format!("{}{candidate}", IDS[1])),
        email: Some(format!("{FIRST_NAME}.{candidate}@Example.com")),
        first_name: Some(FIRST_NAME.to_owned()),
        middle_name: None,
        last_name: Some(LAST_NAME.to_owned()),
        created: created() + TimeDelta::hours(number),
        updated: None,
        status: Some(1),
        stage: text(stage),
        disqualify_reason: Localization::default(),
        source: CanonicalValue::of(json!({"recommended by": LAST_NAME})),
    }
}
