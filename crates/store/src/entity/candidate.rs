//! A person, derived from applications. Written by ingest.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "candidate")]
pub struct Model {
    /// `id:…`, `email:…` or `application:…`; of somebody who was blanked and was known by an address alone, `gone:…`, a random
    /// one: a key that is made of an address does not outlive it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// In such a row, what warehouses know the person by, until the last of them has been told: a pseudonym, or the key that
    /// it had where persons are kept.
    pub exported_key: Option<String>,
    pub candidate_id: Option<String>,
    pub email: Option<String>,
    pub first_name: Option<String>,
    pub middle_name: Option<String>,
    pub last_name: Option<String>,
    pub content_hash: String,
    pub first_seen: DateTimeUtc,
    /// When the last application was gone: a tombstone.
    pub removed_at: Option<DateTimeUtc>,
    pub changed_seq: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
