//! The table `applications`.

use sea_orm::entity::prelude::*;

use crate::ticks::Ticks;

/// An application.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "applications")]
pub struct Model {
    /// Running number; also the `number` on the wire.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// GUID by which the outside knows it.
    pub guid: String,
    /// The posting it came in through (`postings.id`).
    pub posting_id: i64,
    /// Whether nobody has assigned it to a vacancy.
    pub unsolicited: bool,
    /// GUID of the person, if the system knows one.
    pub candidate_id: Option<String>,
    /// Family name, first name and perhaps middle name, separated by `, `.
    pub candidate_name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Where the person heard of it: an index into the catalogue.
    pub source: Option<i32>,
    /// When it came in.
    pub date_applied: Ticks,
    /// When it last changed.
    pub updated: Ticks,
    /// 0 inactive, 1 active.
    pub status: i32,
    /// How far it has come: an index into the catalogue's stages.
    pub stage: i32,
    /// Why it was turned down: an index into the catalogue's reasons.
    pub disqualify_reason: Option<i32>,
    /// How often its stage was decided upon.
    pub moves: i32,
    /// When that happens next, if it does.
    pub next_move_at: Option<Ticks>,
}

/// Applications are read beside their postings, which are few.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
