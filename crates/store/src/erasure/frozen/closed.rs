//! What is known of applications that are to be forgotten.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use domain::{cohort::Closed, vocabulary::Vocabulary};
use sea_orm::{
    ColumnTrait as _, DatabaseTransaction, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use super::super::person::AT_ONCE;
use crate::{
    StoreError,
    entity::{application, application_event},
};

#[derive(Debug)]
pub(super) struct Remembered {
    application: application::Model,
    events: Vec<application_event::Model>,
}

impl Remembered {
    pub(super) fn created(&self) -> DateTime<Utc> {
        self.application.created
    }

    pub(super) fn vacancy_id(&self) -> Option<&str> {
        self.application.vacancy_id.as_deref()
    }

    pub(super) fn closed(&self, vocabulary: &Vocabulary) -> Closed {
        Closed {
            created: self.application.created,
            stage: self.application.stage_kind(vocabulary),
            reason: self.application.reason_kind(vocabulary),
            events: self.events.iter().map(|event| event.as_seen(vocabulary)).collect(),
        }
    }
}

pub(super) async fn remembered(
    transaction: &DatabaseTransaction,
    ids: &BTreeSet<String>,
) -> Result<Vec<Remembered>, StoreError> {
    use application::Column::{Id, RemovedAt, Status};
    let mut remembered = Vec::new();
    for ids in ids.iter().collect::<Vec<_>>().chunks(AT_ONCE) {
        // whatever is gone was counted as such when it went
        let closed = application::Entity::find().filter(Id.is_in(ids.iter().copied())).filter(RemovedAt.is_null());
        let closed = closed.filter(Status.eq(0)).order_by_asc(Id).all(transaction).await?;
        let mut events = events(transaction, &closed).await?;
        remembered.extend(
            closed.into_iter().map(|application| Remembered {
                events: events.remove(&application.id).unwrap_or_default(),
                application,
            }),
        );
    }
    Ok(remembered)
}

async fn events(
    transaction: &DatabaseTransaction,
    of: &[application::Model],
) -> Result<HashMap<String, Vec<application_event::Model>>, StoreError> {
    use application_event::Column::{ApplicationId, EventNo, RemovedAt};
    let query = application_event::Entity::find().filter(ApplicationId.is_in(of.iter().map(|row| &row.id)));
    // of one that was blanked and has come back, what was before is blank
    let rows = query.filter(RemovedAt.is_null()).order_by_asc(EventNo).all(transaction).await?;
    let mut events: HashMap<String, Vec<_>> = HashMap::new();
    for row in rows {
        events.entry(row.application_id.clone()).or_default().push(row);
    }
    Ok(events)
}

pub(super) async fn created(
    transaction: &DatabaseTransaction,
    ids: &BTreeSet<String>,
) -> Result<Vec<DateTime<Utc>>, StoreError> {
    use application::Column::{Created, Id};
    let mut created = Vec::new();
    for ids in ids.iter().collect::<Vec<_>>().chunks(AT_ONCE) {
        let query = application::Entity::find().filter(Id.is_in(ids.iter().copied())).select_only().column(Created);
        created.extend(query.into_tuple::<DateTime<Utc>>().all(transaction).await?);
    }
    Ok(created)
}
