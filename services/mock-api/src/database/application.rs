//! The table `applications`.

use sea_orm::entity::prelude::*;

use crate::ticks::Ticks;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "applications")]
pub(crate) struct Model {
    /// Running number; also the `number` on the wire.
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: i64,
    pub(crate) guid: String,
    /// The posting it came in through (`postings.id`).
    pub(crate) posting_id: i64,
    /// Whether nobody has assigned it to a vacancy.
    pub(crate) unsolicited: bool,
    /// GUID of the person, if the system knows one.
    pub(crate) candidate_id: Option<String>,
    /// Family name, first name and perhaps middle name, separated by `, `.
    pub(crate) candidate_name: Option<String>,
    pub(crate) email: Option<String>,
    /// Where the person heard of it: an index into the catalogue.
    pub(crate) source: Option<i32>,
    pub(crate) date_applied: Ticks,
    pub(crate) updated: Ticks,
    /// 0 inactive, 1 active.
    pub(crate) status: i32,
    /// How far it has come: an index into the catalogue's stages.
    pub(crate) stage: i32,
    /// Why it was turned down: an index into the catalogue's reasons.
    pub(crate) disqualify_reason: Option<i32>,
    /// How often its stage was decided upon.
    pub(crate) moves: i32,
    pub(crate) next_move_at: Option<Ticks>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
