//! SQLite: a lock file beside the store, and where a file is.

use std::{
    ffi::OsString,
    fs::{File, TryLockError},
    io::ErrorKind,
    os::unix::fs::MetadataExt as _,
    path::Path,
    time::UNIX_EPOCH,
};

use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, DbErr, RuntimeErr, Statement};
use sqlx::{error::DatabaseError as _, sqlite::SqliteError};

use crate::StoreError;

pub(super) fn try_lock(store: &Path, service: &str) -> Result<Option<File>, StoreError> {
    let mut path = OsString::from(store);
    path.push(format!(".{service}.lock"));
    let fail = |source: std::io::Error| {
        let path = Path::new(&path).display().to_string();
        match source.kind() {
            ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly(format!("{path}: {source}")),
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreError::DiskFull(format!("{path}: {source}")),
            _ => StoreError::LockFile { path, source },
        }
    };
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(fail)?;
    match file.try_lock() {
        // it is never removed: somebody else may have opened it just then, and two would have a lock
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(source)) => Err(fail(source)),
    }
}

/// A copy of the file is another one. One that was written over with an older one is not told.
pub(super) fn place(store: &Path) -> Result<String, StoreError> {
    let fail = |source| StoreError::StoreFile { path: store.display().to_string(), source };
    let found = std::fs::metadata(store).map_err(fail)?;
    // not every file system knows when a file was made
    let born = found.created().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    let born = born.map_or_else(|| "-".to_owned(), |since| format!("{}.{:09}", since.as_secs(), since.subsec_nanos()));
    Ok(format!("device {}, inode {}, born {born}", found.dev(), found.ino()))
}

pub(super) async fn vacuum(db: &DatabaseConnection) -> Result<bool, StoreError> {
    // also the versions that updates have left behind
    match db.execute_unprepared("VACUUM").await {
        Err(error) if is_busy(&error) => return Ok(false),
        other => other?,
    };
    // also the log of writes, which cannot be emptied while somebody reads what stands in it
    let statement = Statement::from_string(DbBackend::Sqlite, "PRAGMA wal_checkpoint(TRUNCATE)");
    let row = db.query_one_raw(statement).await?;
    // busy, pages in the log, pages that were moved
    Ok(row.map_or(Ok(1), |row| row.try_get_by_index::<i32>(0))? == 0)
}

/// Whether the file is in use by somebody else at this moment.
pub(crate) fn is_busy(error: &DbErr) -> bool {
    let (DbErr::Conn(of) | DbErr::Exec(of) | DbErr::Query(of)) = error else { return false };
    let RuntimeErr::SqlxError(error) = of else { return false };
    // PostgreSQL's codes may be numbers too, and have other meanings
    let error = error.as_database_error().and_then(|error| error.try_downcast_ref::<SqliteError>());
    let code = error.and_then(|error| error.code()?.parse::<u32>().ok());
    // the lowest byte is what kind of error it is: 5 busy, 6 locked
    code.is_some_and(|code| matches!(code & 0xff, 5 | 6))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_holder_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("store.db");
        let first = try_lock(&store, "ingest").unwrap();
        assert!(first.is_some());
        assert!(try_lock(&store, "ingest").unwrap().is_none());
        assert!(try_lock(&store, "export").unwrap().is_some(), "another service has its own");
        drop(first);
        assert!(try_lock(&store, "ingest").unwrap().is_some());
    }

    #[tokio::test]
    async fn a_file_that_somebody_writes_is_busy() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("store.db").display());
        #[expect(clippy::disallowed_methods, reason = "two connections of whoever waits for nobody")]
        let connect = async || sea_orm::Database::connect(&url).await.unwrap();
        let (one, other) = (connect().await, connect().await);
        one.execute_unprepared("PRAGMA journal_mode = WAL; BEGIN IMMEDIATE; CREATE TABLE a (b)").await.unwrap();
        let error = other.execute_unprepared("PRAGMA busy_timeout = 0; CREATE TABLE c (d)").await.unwrap_err();
        assert!(is_busy(&error), "{error:?}");
        let error = other.execute_unprepared("CREATE").await.unwrap_err();
        assert!(!is_busy(&error), "{error:?}");
    }
}
