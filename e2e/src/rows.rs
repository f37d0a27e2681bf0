//! What is in a store.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sea_orm::{EntityTrait as _, QueryOrder as _};
use store::entity::{application, application_event, candidate, posting, rejected_record, sync_cursor, sync_run};

use rig::connect;

/// All rows that a run of ingest may write, and the audit.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    pub postings: Vec<posting::Model>,
    pub applications: Vec<application::Model>,
    pub candidates: Vec<candidate::Model>,
    pub events: Vec<application_event::Model>,
    pub cursors: Vec<sync_cursor::Model>,
    pub rejected: Vec<rejected_record::Model>,
    pub runs: Vec<sync_run::Model>,
}

impl Rows {
    pub async fn of(url: &str) -> Self {
        let db = connect(url).await;
        let postings = posting::Entity::find()
            .order_by_asc(posting::Column::VacancyId)
            .order_by_asc(posting::Column::MediaId)
            .all(&db);
        let postings = postings.await.expect("postings");
        let events = application_event::Entity::find()
            .order_by_asc(application_event::Column::ApplicationId)
            .order_by_asc(application_event::Column::EventNo)
            .all(&db);
        let events = events.await.expect("events");
        let applications = application::Entity::find().order_by_asc(application::Column::Id).all(&db);
        let applications = applications.await.expect("applications");
        let candidates = candidate::Entity::find().order_by_asc(candidate::Column::Key).all(&db);
        let candidates = candidates.await.expect("candidates");
        let cursors = sync_cursor::Entity::find().order_by_asc(sync_cursor::Column::Stream).all(&db);
        let cursors = cursors.await.expect("cursors");
        let rejected = rejected_record::Entity::find().all(&db).await.expect("rejected records");
        let runs = sync_run::Entity::find().order_by_asc(sync_run::Column::StartedAt).all(&db).await.expect("runs");
        Self { postings, applications, candidates, events, cursors, rejected, runs }
    }

    /// The same without what two stores may differ in that were filled from one world at different times and in
    /// different steps:
    ///
    /// - when a row was first seen, an event observed, its application read before, a removal noticed: the clock. Whether a row
    ///   is gone stays, and whether it is known when it was read before,
    /// - `changed_seq`, and `event_no`, which is taken from it: in which slice a row came, and slices of a run that goes
    ///   on after another begin elsewhere. The order of one application's events stays,
    /// - up to when was read, since the mock's clock runs, by which run, and the audit.
    #[must_use]
    pub fn comparable(mut self) -> Self {
        let at = DateTime::<Utc>::UNIX_EPOCH;
        let then = |when: Option<_>| when.map(|_| at);
        for row in &mut self.postings {
            (row.first_seen, row.changed_seq, row.removed_at) = (at, 0, then(row.removed_at));
        }
        for row in &mut self.applications {
            (row.first_seen, row.changed_seq, row.removed_at) = (at, 0, then(row.removed_at));
        }
        for row in &mut self.candidates {
            (row.first_seen, row.changed_seq, row.removed_at) = (at, 0, then(row.removed_at));
        }
        for row in &mut self.events {
            (row.observed, row.changed_seq, row.event_no, row.removed_at) = (at, 0, 0, then(row.removed_at));
            row.previous_observed = then(row.previous_observed);
        }
        for row in &mut self.cursors {
            (row.position, row.moved_at) = (at, at);
            row.run_id.clear();
        }
        self.runs.clear();
        self
    }

    /// How many live applications each vacancy has that was ever posted, and `none` of others; what the mart says.
    pub fn applications_per_vacancy(&self) -> BTreeMap<String, i64> {
        let mut counts: BTreeMap<String, i64> = self.postings.iter().map(|row| (row.vacancy_id.clone(), 0)).collect();
        counts.insert("none".to_owned(), 0);
        for row in self.applications.iter().filter(|row| row.removed_at.is_none()) {
            let vacancy = row.vacancy_id.as_deref().filter(|vacancy| counts.contains_key(*vacancy)).unwrap_or("none");
            *counts.entry(vacancy.to_owned()).or_default() += 1;
        }
        counts
    }

    /// Key and number of the last change of each row that is not gone, of each table of the warehouse.
    pub fn versions(&self) -> BTreeMap<&'static str, BTreeMap<String, i64>> {
        let postings = self.postings.iter().filter(|row| row.removed_at.is_none());
        let postings = postings.map(|row| (format!("{} {}", row.vacancy_id, row.media_id), row.changed_seq));
        let applications = self.applications.iter().filter(|row| row.removed_at.is_none());
        let applications = applications.map(|row| (row.id.clone(), row.changed_seq));
        let candidates = self.candidates.iter().filter(|row| row.removed_at.is_none());
        let candidates = candidates.map(|row| (row.key.clone(), row.changed_seq));
        let events = self.events.iter().filter(|row| row.removed_at.is_none());
        let events = events.map(|row| (format!("{} {}", row.application_id, row.event_no), row.changed_seq));
        BTreeMap::from([
            ("job_posting", postings.collect()),
            ("application", applications.collect()),
            ("candidate", candidates.collect()),
            ("application_event", events.collect()),
        ])
    }
}
