//! An erasure whose remains may still be read from the database's files. Written by ingest.

use sea_orm::entity::prelude::*;

/// An erasure whose remains may still be read from the database's files. Written by ingest.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pending_scrub")]
pub struct Model {
    /// Always 1: there is one, or none.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// When the first such erasure was.
    pub since: DateTimeUtc,
    /// On PostgreSQL, the id of the last such erasure's transaction.
    pub transaction_id: Option<String>,
}

/// None: rows are joined by hand.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
