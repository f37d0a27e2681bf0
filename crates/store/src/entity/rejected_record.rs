//! A record that could not be read, kept whole. Written by ingest.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rejected_record")]
pub struct Model {
    /// SHA-256 of stream and payload, hex.
    #[sea_orm(primary_key, auto_increment = false)]
    pub fingerprint: String,
    pub stream: String,
    /// The record's key, if at least that could be read; of a posting, vacancy and medium with a space between.
    pub record_key: Option<String>,
    /// What is wrong, without its values.
    pub reason: String,
    pub payload: String,
    /// The run that saw it first.
    pub run_id: String,
    pub first_seen: DateTimeUtc,
    pub last_seen: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
