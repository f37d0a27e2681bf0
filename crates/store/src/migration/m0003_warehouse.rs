//! What a warehouse of jobs needs: how often a range was begun, and in the audit what was charged for.

use sea_orm_migration::{prelude::*, schema::big_integer};

/// Adds columns with a default, so that the program before this step goes on working.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in [("export_cursor", "attempt"), ("sync_run", "bytes_billed"), ("sync_run", "jobs")] {
            let mut altered = Table::alter();
            altered.table(table).add_column(big_integer(column).default(0));
            manager.alter_table(altered).await?;
        }
        Ok(())
    }
}
