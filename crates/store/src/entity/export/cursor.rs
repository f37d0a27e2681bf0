//! Up to which change a warehouse has been served. Written by export.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "export_cursor")]
pub struct Model {
    /// The warehouse: kind and place.
    #[sea_orm(primary_key, auto_increment = false)]
    pub target: String,
    /// Changes up to this number have arrived.
    pub sent: i64,
    /// Set before sending: changes after this number …
    pub pending_from: Option<i64>,
    /// … up to this one. Both are sent again if the export dies.
    pub pending_to: Option<i64>,
    /// How often that range was begun anew, because a job had failed.
    pub attempt: i64,
    /// How persons are treated there: `pseudonymise`, `drop` or `keep`.
    pub pii_mode: Option<String>,
    /// Of the `PII_KEY` that its pseudonyms are made with.
    pub pii_key_fingerprint: Option<String>,
    /// What its tables are known to hold, as export writes it down: JSON, in which a later release may say more.
    pub sums: Option<String>,
    /// When all that it holds was last held against the store, and was the same.
    pub verified_at: Option<DateTimeUtc>,
    pub moved_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
