//! What a reconcile needs: applications by their date of creation, those that were not found, and in the audit what a run
//! was for.

use sea_orm_migration::{
    prelude::*,
    schema::{text, timestamp_with_time_zone},
};

/// Adds a table, an index and a column with a default, so that the program before this step goes on working.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut missing = Table::create();
        missing.table("missing_application").col(text("application_id").primary_key());
        missing.col(timestamp_with_time_zone("found_at"));
        manager.create_table(missing).await?;
        let mut by_created = Index::create();
        by_created.name("application_by_created").table("application").col("created");
        manager.create_index(by_created).await?;
        let mut run = Table::alter();
        run.table("sync_run").add_column(text("command").default("run"));
        manager.alter_table(run).await
    }
}
