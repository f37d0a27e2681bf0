//! The table `world`: one row, what the world grew from and how far it has come.

use sea_orm::entity::prelude::*;

use crate::ticks::Ticks;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "world")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: i32,
    /// What the world grew from; the 64 bits of an unsigned number.
    pub(crate) seed: i64,
    /// The full hour at which history ends and the future begins.
    pub(crate) started: Ticks,
    /// What the world's clock is ahead of the real one, in ticks.
    pub(crate) shift: i64,
    /// Until when things have happened (exclusive).
    pub(crate) generated_until: Ticks,
    pub(crate) hours_advanced: i64,
    pub(crate) advances: i64,
    pub(crate) next_application: i64,
    pub(crate) next_posting: i64,
    pub(crate) next_vacancy: i64,
    /// Applications of the days before the start ([`making`](super::making)): the rate at which more arrive.
    pub(crate) applications_at_start: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
