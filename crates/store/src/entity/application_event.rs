//! An application entered a stage or a status. Written by ingest.

use domain::{
    cohort::{Event, Standing},
    vocabulary::Vocabulary,
};
use sea_orm::entity::prelude::*;

use super::application::stage_kind;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "application_event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub application_id: String,
    /// Number of the transaction that saw it; unique within the application.
    #[sea_orm(primary_key, auto_increment = false)]
    pub event_no: i64,
    pub vacancy_id: Option<String>,
    /// When it happened: `created` for the first event, else `updated` as the source says.
    pub occurred: DateTimeUtc,
    /// When we saw it, by the source's clock.
    pub observed: DateTimeUtc,
    /// When the application was last read before, by the source's clock: it happened since then. Absent at first sight, and
    /// where no earlier run is known that read it.
    pub previous_observed: Option<DateTimeUtc>,
    /// Whether the application was not known before: how it came to its stage nobody has seen.
    pub is_first_sight: bool,
    /// Label before; absent in the first event.
    pub from_stage: Option<String>,
    /// The label by locale, JSON.
    pub from_stage_localized: Option<String>,
    pub to_stage: Option<String>,
    pub to_stage_localized: Option<String>,
    pub from_status: Option<i32>,
    pub to_status: Option<i32>,
    /// When its application was gone: a tombstone.
    pub removed_at: Option<DateTimeUtc>,
    pub changed_seq: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn as_seen(&self, vocabulary: &Vocabulary) -> Event {
        let from = (self.from_stage.as_deref(), self.from_stage_localized.as_deref());
        let to = (self.to_stage.as_deref(), self.to_stage_localized.as_deref());
        let [from, to] = [(from, self.from_status), (to, self.to_status)]
            .map(|((stage, localized), status)| Standing { kind: stage_kind(stage, localized, vocabulary), status });
        Event {
            occurred: self.occurred,
            observed: self.observed,
            previous_observed: self.previous_observed,
            is_first_sight: self.is_first_sight,
            from,
            to,
        }
    }
}
