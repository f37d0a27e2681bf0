//! What a warehouse is told of each export. Written by export.

use sea_orm::entity::prelude::*;

/// What a warehouse is told of each export. Written by export before it reads what it sends; never changed.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "export_run")]
pub struct Model {
    /// The run, as in `sync_run`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub run_id: String,
    /// When what it sends was about to be read.
    pub started: DateTimeUtc,
    /// Up to when all applications have been read, on the source's clock; absent as long as no window of them was complete.
    pub as_of: Option<DateTimeUtc>,
    pub changed_seq: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
