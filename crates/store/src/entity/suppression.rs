//! A person who is to stay forgotten. Written by ingest.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "suppression")]
pub struct Model {
    /// HMAC of the application id or candidate key, hex.
    #[sea_orm(primary_key, auto_increment = false)]
    pub pseudonym: String,
    pub kind: String,
    pub suppressed_at: DateTimeUtc,
    /// Of the `PII_KEY` that the pseudonym was made with.
    pub key_fingerprint: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
