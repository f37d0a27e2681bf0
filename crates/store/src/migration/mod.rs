//! The schema, step by step, for both databases.
//!
//! Steps expand first and contract a release later, so that the program before and after a step works on both
//! schemas. A database that is ahead of this program is left alone.

mod m0001_tables;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sea_orm::{ActiveModelTrait as _, ActiveValue::Set, DatabaseConnection, DatabaseTransaction, EntityTrait as _};
use sea_orm_migration::{prelude::*, seaql_migrations};

use crate::{
    StoreError, dialect,
    roles::{grants, names::Names},
};

struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(m0001_tables::Migration)]
    }
}

/// What a schema has and what it lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaState {
    /// Steps of ours that were taken.
    pub applied: Vec<String>,
    /// Steps of ours that were not.
    pub pending: Vec<String>,
    /// Steps that a newer release has taken.
    pub unknown: Vec<String>,
}

pub(crate) async fn state(db: &DatabaseConnection) -> Result<SchemaState, StoreError> {
    let taken: BTreeSet<String> = if dialect::has_table(db, "seaql_migrations").await? {
        let rows = seaql_migrations::Entity::find().all(db).await?;
        rows.into_iter().map(|row| row.version).collect()
    } else {
        BTreeSet::new()
    };
    let ours: Vec<String> = Migrator::migrations().iter().map(|step| step.name().to_owned()).collect();
    let unknown = taken.iter().filter(|step| !ours.contains(step)).cloned().collect();
    let (applied, pending) = ours.into_iter().partition(|step| taken.contains(step));
    Ok(SchemaState { applied, pending, unknown })
}

/// Takes the missing steps in their order, each in a transaction, at whose end the roles may use what there is now; gives their
/// names, and how many rights have changed.
pub(crate) async fn migrate(
    db: &DatabaseConnection,
    now: DateTime<Utc>,
    roles: Option<&Names>,
) -> Result<(Vec<String>, u64), StoreError> {
    // also the table of steps: PostgreSQL's CREATE TABLE IF NOT EXISTS fails when two do it at once
    let transaction = begin_alone(db).await?;
    Migrator::install(&transaction).await?;
    let mut changed = grant(&transaction, roles).await?;
    transaction.commit().await?;
    let mut taken = Vec::new();
    // sea-orm-migration's own `up` refuses a database that is ahead; after a rollback of the program that is the normal case
    for step in Migrator::migrations() {
        let transaction = begin_alone(db).await?;
        let version = step.name().to_owned();
        if seaql_migrations::Entity::find_by_id(version.clone()).one(&transaction).await?.is_some() {
            transaction.rollback().await?;
            continue;
        }
        step.up(&SchemaManager::new(&transaction)).await?;
        let row = seaql_migrations::ActiveModel { version: Set(version.clone()), applied_at: Set(now.timestamp()) };
        row.insert(&transaction).await?;
        changed += grant(&transaction, roles).await?;
        transaction.commit().await?;
        taken.push(version);
    }
    Ok((taken, changed))
}

async fn grant(transaction: &DatabaseTransaction, roles: Option<&Names>) -> Result<u64, StoreError> {
    match roles {
        Some(names) => grants::on_tables(transaction, names).await,
        None => Ok(0),
    }
}

async fn begin_alone(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let transaction = dialect::begin_to_write(db).await?;
    // the second of two waits here, and then sees what the first has done
    dialect::wait_for_migrations(&transaction).await?;
    Ok(transaction)
}
