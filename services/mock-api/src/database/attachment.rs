//! The table `attachments`: files that were announced to the board, and their bytes once they came.

use sea_orm::entity::prelude::*;

use crate::ticks::Ticks;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attachments")]
pub(crate) struct Model {
    /// Ten capital letters.
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: String,
    pub(crate) listing_id: String,
    pub(crate) filename: String,
    pub(crate) mime_type: String,
    pub(crate) prepared_at: Ticks,
    pub(crate) uploaded_at: Option<Ticks>,
    #[sea_orm(column_type = "Blob", nullable)]
    pub(crate) content: Option<Vec<u8>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
