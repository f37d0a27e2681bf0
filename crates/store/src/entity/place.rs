//! Where the database was when a service last took it for its own. Written by migrate and by each service for itself.

use sea_orm::entity::prelude::*;

/// Where the database was when a service last took it for its own. Written by migrate and by each service for itself.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "place")]
pub struct Model {
    /// Which service.
    #[sea_orm(primary_key, auto_increment = false)]
    pub service: String,
    /// Of PostgreSQL the system, its timeline, database and table; of SQLite the file.
    pub place: String,
    /// When that was.
    pub noted_at: DateTimeUtc,
}

/// None: rows are joined by hand.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
