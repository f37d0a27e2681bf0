//! The one process that may write for a service.

use std::{ops::Deref, sync::Arc};

use sea_orm::{ConnectionTrait as _, DatabaseConnection, DatabaseTransaction, DbErr};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::{Store, StoreError, address::Address, dialect, open};

/// Holds a service's lock and the one connection that the lock, the temporary tables and all writing belong to.
#[derive(Debug)]
pub struct Writer {
    pub(crate) db: DatabaseConnection,
    /// Others, to look things up while that one is busy.
    pub(crate) reads: DatabaseConnection,
    pub(crate) service: &'static str,
    lock: dialect::Lock,
    turn: Arc<Mutex<()>>,
}

/// A transaction of the writer; whoever wants the next one waits for its end, as long as that takes.
#[derive(Debug)]
pub(crate) struct Writing {
    transaction: DatabaseTransaction,
    _turn: OwnedMutexGuard<()>,
}

impl Writing {
    pub(crate) async fn commit(self) -> Result<(), DbErr> {
        self.transaction.commit().await
    }

    pub(crate) async fn rollback(self) -> Result<(), DbErr> {
        self.transaction.rollback().await
    }
}

impl Deref for Writing {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        &self.transaction
    }
}

impl Store {
    /// Takes the service's lock; `None` when another process has it.
    pub async fn writer(&self) -> Result<Option<Writer>, StoreError> {
        let Self { address, service, .. } = self;
        let db = open::connect(address, service, 1, false).await.map_err(|error| address.unreachable(error))?;
        if matches!(address, Address::Sqlite(_)) {
            // temporary tables go to a file when they outgrow the cache, so that memory stays bounded
            db.execute_unprepared("PRAGMA temp_store = FILE").await?;
        }
        let lock = dialect::lock(&db, &self.db, address, service).await?;
        Ok(lock.map(|lock| Writer { db, reads: self.db.clone(), service, lock, turn: Arc::default() }))
    }
}

impl Writer {
    /// Begins a transaction that will write, if the lock is still ours.
    pub(crate) async fn begin(&self) -> Result<Writing, StoreError> {
        let transaction = self.begin_unproved().await?;
        if dialect::still_locked(&transaction, &self.lock, self.service).await? {
            Ok(transaction)
        } else {
            Err(StoreError::LockLost { service: self.service })
        }
    }

    pub(crate) async fn begin_unproved(&self) -> Result<Writing, StoreError> {
        // a pool waits for its connection for some seconds only, and a large commit takes longer
        let turn = Arc::clone(&self.turn).lock_owned().await;
        Ok(Writing { transaction: dialect::begin_to_write(&self.db).await?, _turn: turn })
    }
}
