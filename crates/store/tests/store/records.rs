//! Records to fill a store with. Nobody of them lives.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{Application, Localization, Posting};
use store::{
    RawHash, RejectedRecord,
    entity::{self, Seen, sync_run},
};

/// The customer whose data it is.
pub(crate) const CUSTOMER: &str = "acme";
/// What is made of equal bytes is equal.
pub(crate) const FORM: u32 = 1;
/// A medium.
pub(crate) const SITE: &str = "site";
/// Another one.
pub(crate) const BOARD: &str = "board";

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    domain::instant::parse(text).unwrap()
}

/// Noon of a day; days may be far apart.
pub(crate) fn day(number: i64) -> DateTime<Utc> {
    at("2025-12-31T12:00:00Z") + TimeDelta::days(number)
}

/// A text in German.
pub(crate) fn text(german: &str) -> Localization {
    [("de-DE".to_owned(), german.to_owned())].into_iter().collect()
}

/// An application of day 1, in its first stage, of a person of its own.
pub(crate) fn application(id: &str) -> Application {
    Application {
        id: id.to_owned(),
        number: Some(17),
        vacancy_id: Some("v1".to_owned()),
        job_id: Some(1001),
        candidate_id: Some(format!("of-{id}")),
        email: Some(format!("{id}@example.com")),
        first_name: Some("Ada".to_owned()),
        middle_name: None,
        last_name: Some("Muster".to_owned()),
        created: day(1),
        updated: Some(day(1)),
        status: Some(1),
        stage: text("Neu"),
        disqualify_reason: Localization::default(),
        source: None,
    }
}

/// The same person's application, touched later.
pub(crate) fn touched(id: &str, updated: i64) -> Application {
    Application { updated: Some(day(updated)), ..application(id) }
}

/// A posting of day 1.
pub(crate) fn posting(vacancy_id: &str, media_id: &str) -> Posting {
    Posting {
        vacancy_id: vacancy_id.to_owned(),
        media_id: media_id.to_owned(),
        job_id: Some(1001),
        application_form_id: None,
        posting_type: Some(0),
        stage: Some(1),
        title: text("Pflegefachkraft"),
        content: text("<p>Wir suchen Sie.</p>"),
        advertisements: Vec::new(),
        created: day(1),
        edited: day(1),
        deadline: None,
        deadline_text: Localization::default(),
        location: None,
        department: None,
        tags: Vec::new(),
        facts: Vec::new(),
        template_id: None,
        template_title: Localization::default(),
        apply_url: text("https://example.com/apply"),
        ad_url: Localization::default(),
        external_application_url: None,
        time_zone: None,
    }
}

/// The same posting with another title.
pub(crate) fn retitled(vacancy_id: &str, media_id: &str, title: &str, edited: i64) -> Posting {
    Posting { title: text(title), edited: day(edited), ..posting(vacancy_id, media_id) }
}

/// Its row, as ingest makes it.
pub(crate) fn application_row(application: &Application, seen: DateTime<Utc>) -> entity::application::Model {
    let (raw, hash) = came(application);
    (application.clone(), CUSTOMER, Seen { raw, hash, at: seen }).into()
}

/// Its row, as ingest makes it.
pub(crate) fn posting_row(posting: &Posting, seen: DateTime<Utc>) -> entity::posting::Model {
    let (raw, hash) = came(posting);
    (posting.clone(), Seen { raw, hash, at: seen }).into()
}

/// A record's JSON, and what it is recognised by.
fn came(record: &impl serde::Serialize) -> (String, RawHash) {
    let raw = serde_json::to_string(record).unwrap();
    let hash = RawHash::of(&raw, FORM);
    (raw, hash)
}

/// A record that does not keep the contract.
pub(crate) fn unreadable(payload: &str) -> RejectedRecord {
    RejectedRecord {
        key: None,
        stream: "posting".to_owned(),
        reason: "posting.title: missing".to_owned(),
        payload: payload.to_owned(),
    }
}

/// The row of a run of export as it is when it begins.
pub(crate) fn started_run(id: &str, started_at: DateTime<Utc>) -> sync_run::Model {
    sync_run::Model {
        id: id.to_owned(),
        service: "export".to_owned(),
        command: "run".to_owned(),
        trigger: "test".to_owned(),
        started_at,
        finished_at: None,
        outcome: "running".to_owned(),
        window_from: None,
        window_to: None,
        fetched: 0,
        inserted: 0,
        updated: 0,
        unchanged: 0,
        removed: 0,
        rejected: 0,
        suppressed: 0,
        outside: 0,
        bytes: 0,
        requests: 0,
        retries: 0,
        jobs: 0,
        bytes_billed: 0,
        error: None,
        unjudged: None,
        version: "0.1.0".to_owned(),
    }
}
