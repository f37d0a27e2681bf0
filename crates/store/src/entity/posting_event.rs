//! A posting went online or offline. Written by ingest.

use sea_orm::entity::prelude::*;

/// A posting went online or offline. Written by ingest; never changed.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "posting_event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub vacancy_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub media_id: String,
    /// Number of the transaction that saw it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub event_no: i64,
    /// Whether it went online; else it went offline, or was gone altogether.
    pub is_published: bool,
    /// Whether it was online when it was first seen: since when, the source does not say.
    pub is_first_sight: bool,
    /// When we saw it, by the source's clock. The source has no time for it.
    pub observed: DateTimeUtc,
    pub changed_seq: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
