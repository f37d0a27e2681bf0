//! The table `listings`: job ads that the board got.

use sea_orm::{entity::prelude::*, sea_query::Expr};

use crate::ticks::Ticks;

/// It was handed over for real.
pub(crate) const CREATE: &str = "create";
/// It was a trial, which is not forwarded.
pub(crate) const TEST: &str = "test";

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "listings")]
pub(crate) struct Model {
    /// 24 hexadecimal digits.
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: String,
    /// `create` or `test`.
    pub(crate) mode: String,
    /// E-mail address of the account.
    pub(crate) account: String,
    /// The job ad as it came, as JSON.
    #[sea_orm(column_type = "Text")]
    pub(crate) job: String,
    pub(crate) received_at: Ticks,
    pub(crate) published_at: Option<Ticks>,
}

/// Attachments are read by the listing's id.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Whether there is such a listing and it is not published yet. The ad itself, which may be long, is not read.
pub(crate) async fn is_open<C: ConnectionTrait>(database: &C, id: &str) -> Result<bool, DbErr> {
    let found = Entity::find_by_id(id).filter(Column::PublishedAt.is_null()).count(database).await?;
    Ok(found > 0)
}

/// Publishes it; `false` if there is no such listing or it is published already. One statement, so that of two at once
/// one is told so.
pub(crate) async fn publish<C: ConnectionTrait>(database: &C, id: &str, now: Ticks) -> Result<bool, DbErr> {
    let published = Entity::update_many()
        .col_expr(Column::PublishedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .filter(Column::PublishedAt.is_null())
        .exec(database)
        .await?;
    Ok(published.rows_affected == 1)
}
