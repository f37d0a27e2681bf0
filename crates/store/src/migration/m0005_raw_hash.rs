//! What ingest recognises a record by that comes as it came before.

use sea_orm_migration::{prelude::*, schema::text_null};

/// Adds columns that may be absent, so that the program before this step goes on working. They are filled as rows are written,
/// and those of older rows when they are read again.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["posting", "application"] {
            let mut altered = Table::alter();
            altered.table(table).add_column(text_null("raw_hash"));
            manager.alter_table(altered).await?;
        }
        Ok(())
    }
}
