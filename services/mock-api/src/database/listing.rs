//! The table `listings`: job ads that the board got.

use sea_orm::{entity::prelude::*, sea_query::Expr};

use crate::ticks::Ticks;

pub(crate) const CREATE: &str = "create";
/// It was a trial, which is not forwarded.
pub(crate) const TEST: &str = "test";

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "listings")]
pub(crate) struct Model {
    /// 24 hexadecimal digits.
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: String,
    pub(crate) mode: String,
    pub(crate) account: String,
    /// The job ad as it came, as JSON.
    #[sea_orm(column_type = "Text")]
    pub(crate) job: String,
    pub(crate) received_at: Ticks,
    pub(crate) published_at: Option<Ticks>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub(crate) async fn is_open<C: ConnectionTrait>(database: &C, id: &str) -> Result<bool, DbErr> {
    // counted, for the ad itself may be long
    let found = Entity::find_by_id(id).filter(Column::PublishedAt.is_null()).count(database).await?;
    Ok(found > 0)
}

/// Publishes it; `false` if there is no such listing or it is published already.
pub(crate) async fn publish<C: ConnectionTrait>(database: &C, id: &str, now: Ticks) -> Result<bool, DbErr> {
    // one statement, so that of two at once one is told so
    let published = Entity::update_many()
        .col_expr(Column::PublishedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .filter(Column::PublishedAt.is_null())
        .exec(database)
        .await?;
    Ok(published.rows_affected == 1)
}
