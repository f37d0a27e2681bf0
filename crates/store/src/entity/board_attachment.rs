//! A file of a listing on a job board. Written by transfer.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "board_attachment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub board: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub mode: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub vacancy_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub generation: i32,
    /// Its place among the listing's files, from 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    /// From 1; the next one when an answer was lost and it is announced anew.
    #[sea_orm(primary_key, auto_increment = false)]
    pub attempt: i32,
    /// Where it comes from; of what the board has, where the same bytes were found last.
    pub url: String,
    /// The name by which the ad refers to it.
    pub filename: String,
    pub mime_type: String,
    pub bytes: i64,
    /// SHA-256 of its bytes, hex. None when it was put there by hand: what is found behind its address next is taken for it.
    pub sha256: Option<String>,
    pub state: AttachmentState,
    /// The board's id, 10 capital letters.
    pub attachment_id: Option<String>,
    pub moved_at: DateTimeUtc,
}

/// How far a file came. Each is written before the call that it names, and the next one after its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum AttachmentState {
    #[sea_orm(string_value = "planned")]
    Planned,
    #[sea_orm(string_value = "preparing")]
    Preparing,
    #[sea_orm(string_value = "prepared")]
    Prepared,
    #[sea_orm(string_value = "uploading")]
    Uploading,
    #[sea_orm(string_value = "uploaded")]
    Uploaded,
    /// Left behind at the board, announced or even there: an answer was lost, or it was refused.
    #[sea_orm(string_value = "orphaned")]
    Orphaned,
}

impl AttachmentState {
    pub fn name(self) -> String {
        self.to_value()
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
