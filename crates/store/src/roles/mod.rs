//! A role for each program at a server of PostgreSQL, which may do what its program needs and nothing else.
//!
//! - `rights`: who needs what of which table.
//! - `role`: whom a program is there; `login`: makes roles, and gives them their passwords.
//! - `names`: what all of them need; `objects`: on what.
//! - `grants`: what they are granted, and what of it is to change.
//! - `effect`: what they may do in the end, however they came by it.
//! - `own_database`: one for a program that is no part of the pipeline.
//! - `rewriting`: what a role cannot be granted, as a function with the rights of the owner.

mod effect;
pub(crate) mod grants;
mod login;
pub(crate) mod names;
mod objects;
mod own_database;
mod rewriting;
pub(crate) mod rights;
mod role;

use chrono::{DateTime, Utc};
use sea_orm::DbBackend;

use crate::{Store, StoreError, dialect, migration};
use login::Logins;
use names::Names;

pub use own_database::OwnDatabase;
pub use role::Role;

/// What was changed to bring schema and roles up to date.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "a field has a doc where its name does not say all")]
pub struct Migrated {
    /// Names of the steps that were taken.
    pub steps: Vec<String>,
    pub roles_made: Vec<String>,
    /// Roles whose password could not be set: the user of the database may not.
    pub passwords_left: Vec<String>,
    /// Statements by which somebody was granted or lost a right.
    pub rights_changed: u64,
}

impl Store {
    /// Takes the steps that are missing, and notes where the database is, unless that is noted; gives the steps' names.
    pub async fn migrate(&self, now: DateTime<Utc>) -> Result<Vec<String>, StoreError> {
        Ok(self.migrate_for(&[], now).await?.steps)
    }

    /// The same, and makes these roles, unless they are there, and has each of them do exactly what its program needs: in the
    /// transaction of a step, so that nobody finds tables that they may not use yet. Without roles, no right is looked at.
    pub async fn migrate_for(&self, roles: &[Role], now: DateTime<Utc>) -> Result<Migrated, StoreError> {
        if !self.schema().await?.pending.is_empty() {
            self.check_rights_to_migrate().await?;
        }
        let mut done = Migrated::default();
        let names = match self.db.get_database_backend() {
            DbBackend::Postgres if !roles.is_empty() => Some(Names::of(&self.db, roles).await?),
            _ => None,
        };
        if let Some(names) = &names {
            effect::check_who_they_are(&self.db, &names.role_names(), &names.database).await?;
            let Logins { made, passwords_left } = login::ensure(&self.db, roles).await?;
            (done.roles_made, done.passwords_left) = (made, passwords_left);
            done.rights_changed += self.on_the_database(names).await?;
        }
        let (steps, changed) = migration::migrate(&self.db, now, names.as_ref()).await?;
        done.steps = steps;
        done.rights_changed += changed;
        self.note_places(now).await?;
        if let Some(names) = &names {
            effect::check(&self.db, names).await?;
        }
        Ok(done)
    }

    /// An error when one of these roles may do more than its program needs, or less.
    pub async fn check_roles(&self, roles: &[Role]) -> Result<(), StoreError> {
        if self.db.get_database_backend() != DbBackend::Postgres || roles.is_empty() {
            return Ok(());
        }
        let names = Names::of(&self.db, roles).await?;
        effect::check(&self.db, &names).await
    }

    async fn on_the_database(&self, names: &Names) -> Result<u64, StoreError> {
        let transaction = dialect::begin_to_write(&self.db).await?;
        dialect::wait_for_migrations(&transaction).await?;
        let changed = grants::on_the_database(&transaction, names).await?;
        transaction.commit().await?;
        Ok(changed)
    }
}
