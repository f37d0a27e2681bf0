//! Makes the tables, if they are not there.

use sea_orm::{ConnectionTrait, DbErr, EntityTrait, Schema, sea_query::Index};

use super::{application, attachment, listing, making, posting, world};

pub(crate) async fn create_tables<C: ConnectionTrait>(database: &C) -> Result<(), DbErr> {
    let schema = Schema::new(database.get_database_backend());
    let tables = [
        schema.create_table_from_entity(world::Entity),
        schema.create_table_from_entity(making::Entity),
        schema.create_table_from_entity(posting::Entity),
        schema.create_table_from_entity(application::Entity),
        schema.create_table_from_entity(listing::Entity),
        schema.create_table_from_entity(attachment::Entity),
    ];
    for mut table in tables {
        database.execute(table.if_not_exists()).await?;
    }
    let by_date = Index::create()
        .if_not_exists()
        .name("applications_by_date_applied")
        .table(application::Entity)
        .col(application::Column::DateApplied)
        .col(application::Column::Id)
        .to_owned();
    let by_next_move = Index::create()
        .if_not_exists()
        .name("applications_by_next_move_at")
        .table(application::Entity)
        .col(application::Column::NextMoveAt)
        .to_owned();
    let by_listing = Index::create()
        .if_not_exists()
        .name("attachments_by_listing")
        .table(attachment::Entity)
        .col(attachment::Column::ListingId)
        .to_owned();
    database.execute(&by_listing).await?;
    database.execute(&by_date).await?;
    database.execute(&by_next_move).await?;
    Ok(())
}

pub(crate) async fn is_seeded<C: ConnectionTrait>(database: &C) -> bool {
    // an error too: there may not even be a table for it
    matches!(world::Entity::find().one(database).await, Ok(Some(_)))
}
