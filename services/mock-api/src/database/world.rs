//! The table `world`: one row, what the world grew from and how far it has come.

use sea_orm::entity::prelude::*;

use crate::ticks::Ticks;

/// The row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "world")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// What the world grew from; the 64 bits of an unsigned number.
    pub seed: i64,
    /// The full hour at which history ends and the future begins.
    pub started: Ticks,
    /// What the world's clock is ahead of the real one, in ticks.
    pub shift: i64,
    /// Until when things have happened (exclusive).
    pub generated_until: Ticks,
    /// Hours moved on, all together.
    pub hours_advanced: i64,
    /// How often it was moved on.
    pub advances: i64,
    /// Number of the next application.
    pub next_application: i64,
    /// Id of the next posting.
    pub next_posting: i64,
    /// Number of the next vacancy.
    pub next_vacancy: i64,
    /// Applications of the days before the start ([`making`](super::making)): the rate at which more arrive.
    pub applications_at_start: i64,
}

/// The row stands alone.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
