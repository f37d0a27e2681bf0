//! All that is held of a person, for whoever asks.

use chrono::{DateTime, Utc};
use futures_util::TryStreamExt as _;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IdenStatic as _, Iterable as _, ModelTrait, QueryFilter as _, QueryOrder as _,
    TransactionTrait as _, Value,
};
use serde_json::{Map, json};

use super::{
    candidates, find,
    person::{AT_ONCE, Person},
    rejected,
};
use crate::{
    Store, StoreError,
    entity::{application, application_event, candidate, export_cursor, rejected_record, sync_run},
};

/// All that is held of a person.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Held {
    /// Their applications.
    pub applications: Vec<application::Model>,
    /// What was seen of these.
    pub events: Vec<application_event::Model>,
    /// What these make of them.
    pub candidates: Vec<candidate::Model>,
    /// Records of theirs that could not be read.
    pub rejected: Vec<rejected_record::Model>,
    /// Postings whose text calls them.
    pub postings: u64,
    /// Where it went: each warehouse, and up to which change.
    pub warehouses: Vec<export_cursor::Model>,
    /// When the first export ended that can have taken them along.
    pub exported_since: Option<DateTime<Utc>>,
}

impl Held {
    /// For whoever is to get it: rows with all their columns, JSON in them as it is.
    pub fn to_json(&self) -> serde_json::Value {
        let warehouses = self.warehouses.iter().map(|row| {
            let persons = row.pii_mode.as_deref().unwrap_or("unknown");
            json!({ "warehouse": row.target, "persons": persons, "since": self.exported_since, "last": row.moved_at })
        });
        json!({
            "applications": rows(&self.applications),
            "application_events": rows(&self.events),
            "candidates": rows(&self.candidates),
            "rejected_records": rows(&self.rejected),
            "postings_that_name_them": self.postings,
            "went_to": warehouses.collect::<Vec<_>>(),
        })
    }
}

fn rows<M: ModelTrait>(models: &[M]) -> Vec<serde_json::Value> {
    let row = |model: &M| {
        // so that a column which is added later is not left out
        let columns = <M::Entity as sea_orm::EntityTrait>::Column::iter();
        let members = columns.map(|column| (column.as_str().to_owned(), shown(model.get(column))));
        members.filter(|(_, value)| !value.is_null()).collect::<Map<_, _>>().into()
    };
    models.iter().map(row).collect()
}

fn shown(value: Value) -> serde_json::Value {
    match value {
        Value::String(Some(text)) => match text.as_bytes().first() {
            // a column that holds JSON
            Some(b'{' | b'[') => serde_json::from_str(&text).unwrap_or_else(|_| text.into()),
            _ => text.into(),
        },
        Value::Int(Some(number)) => number.into(),
        Value::BigInt(Some(number)) => number.into(),
        Value::Double(Some(number)) => number.into(),
        Value::ChronoDateTimeUtc(Some(at)) => json!(at),
        Value::ChronoDateTimeWithTimeZone(Some(at)) => json!(at),
        _ => serde_json::Value::Null,
    }
}

impl Store {
    /// Gathers it. Changes nothing.
    pub async fn about(&self, persons: &[Person]) -> Result<Held, StoreError> {
        use application_event::Column::{ApplicationId, EventNo};
        use sync_run::Column::{FinishedAt, Outcome, Service};
        let transaction = self.db.begin().await?;
        let mut held = Held::default();
        for some in persons.chunks(AT_ONCE) {
            let traces = find::traces(&transaction, some).await?;
            held.postings += find::in_postings(&transaction, &traces).await?;
            for id in &traces.applications {
                held.applications.extend(application::Entity::find_by_id(id).one(&transaction).await?);
                let events = application_event::Entity::find().filter(ApplicationId.eq(id)).order_by_asc(EventNo);
                held.events.extend(events.stream(&transaction).await?.try_collect::<Vec<_>>().await?);
            }
            let candidates = candidates::of(&transaction, &traces).await?;
            held.candidates
                .extend(candidates.into_iter().filter(|row| !held.candidates.contains(row)).collect::<Vec<_>>());
            for rejected::Theirs { fingerprint, .. } in rejected::theirs(&transaction, &traces).await? {
                held.rejected.extend(rejected_record::Entity::find_by_id(fingerprint).one(&transaction).await?);
            }
        }
        if !held.applications.is_empty() {
            held.warehouses = export_cursor::Entity::find().all(&transaction).await?;
        }
        if let Some(first_seen) = held.applications.iter().map(|row| row.first_seen).min() {
            let exports = sync_run::Entity::find().filter(Service.eq("export")).filter(Outcome.eq("succeeded"));
            let first = exports.filter(FinishedAt.gte(first_seen)).order_by_asc(FinishedAt).one(&transaction).await?;
            held.exported_since = first.and_then(|run| run.finished_at);
        }
        // it was there to see everything at one moment
        transaction.rollback().await?;
        Ok(held)
    }
}
