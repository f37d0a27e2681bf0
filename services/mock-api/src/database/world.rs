//! The table `world`: one row, what the world grew from and how far it has come.

use sea_orm::entity::prelude::*;

use crate::ticks::Ticks;

/// The row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "world")]
pub(crate) struct Model {
    /// Always 1.
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
    /// Hours moved on, all together.
    pub(crate) hours_advanced: i64,
    /// How often it was moved on.
    pub(crate) advances: i64,
    /// Number of the next application.
    pub(crate) next_application: i64,
    /// Id of the next posting.
    pub(crate) next_posting: i64,
    /// Number of the next vacancy.
    pub(crate) next_vacancy: i64,
    /// Applications of the days before the start ([`making`](super::making)): the rate at which more arrive.
    pub(crate) applications_at_start: i64,
}

/// The row stands alone.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
