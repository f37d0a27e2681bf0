//! The table `attachments`: files that were announced to the board, and their bytes once they came.

use sea_orm::entity::prelude::*;

use crate::ticks::Ticks;

/// An attachment.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attachments")]
pub struct Model {
    /// Ten capital letters.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The listing it belongs to.
    pub listing_id: String,
    /// Name by which the ad refers to it.
    pub filename: String,
    /// The announced type.
    pub mime_type: String,
    /// When it was announced.
    pub prepared_at: Ticks,
    /// When its bytes came.
    pub uploaded_at: Option<Ticks>,
    /// Its bytes.
    #[sea_orm(column_type = "Blob", nullable)]
    pub content: Option<Vec<u8>>,
}

/// Attachments are read by their listing's id.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
