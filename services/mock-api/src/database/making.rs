//! The table `making`: one row, by what settings the world was made besides its seed. It stands beside `world` so that a world
//! that was made before there were such settings is continued as it was.

use sea_orm::{ConnectionTrait, DbErr, entity::prelude::*};

use crate::{config::MockSettings, world::HISTORY_DAYS};

#[derive(Clone, Copy, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "making")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: i32,
    /// Days of applications before the start.
    pub(crate) history_days: i64,
    /// Of the applications that come to an end, the share that is hired.
    pub(crate) hired_share: Option<f64>,
    /// Days after which half of the applications have come to their end.
    pub(crate) median_days: Option<f64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn of(settings: &MockSettings) -> Self {
        let MockSettings { history_days, hired_share, median_days, .. } = settings;
        Self { id: 1, history_days: i64::from(*history_days), hired_share: *hired_share, median_days: *median_days }
    }

    pub(crate) async fn find<C: ConnectionTrait>(database: &C) -> Result<Self, DbErr> {
        // a world that is older than this table was made by what was fixed then
        let without = Self { id: 1, history_days: HISTORY_DAYS, hired_share: None, median_days: None };
        Ok(Entity::find().one(database).await?.unwrap_or(without))
    }
}
