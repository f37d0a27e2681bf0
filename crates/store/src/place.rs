//! Where the database is, by which a copy of it is told from itself.
//!
//! A dump that is restored, a file that is copied, a replica that took over: each holds what was written until then, and does not
//! know what has been done since. What is kept in the database goes along with it; where it is does not.

use std::fmt;

use chrono::{DateTime, Utc};
use domain::instant::microseconds;
use sea_orm::{ConnectionTrait as _, DatabaseConnection, DatabaseTransaction, Statement};

use crate::{Store, StoreError, Writer, dialect, writer::execute};

/// Services that are not to go on in a copy by themselves.
const CAREFUL: [&str; 2] = ["ingest", "transfer"];

/// Where a database is. Of PostgreSQL: the system identifier of its cluster, the timeline, and the OIDs of database and of a table.
/// Of SQLite: the file's device, inode and time of birth. What cannot be found out is a dash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place(String);

impl Place {
    /// As a database tells it.
    pub(crate) fn told(place: String) -> Self {
        Self(place)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A store that is not where a service has left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    /// Where it was.
    pub before: Place,
    /// When the service took it for its own there.
    pub noted_at: DateTime<Utc>,
    /// Where it is.
    pub now: Place,
}

impl fmt::Display for Elsewhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { before, noted_at, now } = self;
        let noted_at = noted_at.format("%Y-%m-%d %H:%M:%S");
        write!(
            f,
            "the store is not where it was ({before}; noted {noted_at}) but at another place ({now}): it is a copy, was restored \
                   from a dump, or a replica has taken over"
        )
    }
}

impl Store {
    /// Whether the store is elsewhere than where this service has left it; `None` also when it has left it nowhere yet.
    pub async fn elsewhere(&self) -> Result<Option<Elsewhere>, StoreError> {
        self.elsewhere_for(self.service).await
    }

    /// The same of another service.
    pub async fn elsewhere_for(&self, service: &str) -> Result<Option<Elsewhere>, StoreError> {
        let Some((before, noted_at)) = noted(&self.db, service).await? else { return Ok(None) };
        let now = dialect::place(&self.db, &self.address).await?;
        Ok((before != now).then_some(Elsewhere { before, noted_at, now }))
    }

    /// Notes where the store is, for each service that wants to know and has not noted it yet.
    pub(crate) async fn note_places(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let place = dialect::place(&self.db, &self.address).await?;
        let transaction = dialect::begin_to_write(&self.db).await?;
        for service in CAREFUL {
            note(&transaction, service, &place, now, false).await?;
        }
        Ok(transaction.commit().await?)
    }
}

impl Writer {
    /// From now on the store is where it is now, for this service. `anew` overrules what was noted.
    pub async fn note_place(&self, store: &Store, anew: bool, now: DateTime<Utc>) -> Result<(), StoreError> {
        if !anew && noted(&store.db, self.service).await?.is_some() {
            return Ok(());
        }
        let place = dialect::place(&store.db, &store.address).await?;
        let transaction = self.begin().await?;
        note(&transaction, self.service, &place, now, anew).await?;
        Ok(transaction.commit().await?)
    }
}

/// Where a service has left the store, and when it noted that.
async fn noted(db: &DatabaseConnection, service: &str) -> Result<Option<(Place, DateTime<Utc>)>, StoreError> {
    let sql = "SELECT place, noted_at FROM place WHERE service = $1";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [service.into()]);
    let Some(row) = db.query_one_raw(statement).await? else { return Ok(None) };
    Ok(Some((Place(row.try_get_by_index(0)?), row.try_get_by_index(1)?)))
}

async fn note(
    transaction: &DatabaseTransaction,
    service: &str,
    place: &Place,
    now: DateTime<Utc>,
    anew: bool,
) -> Result<(), StoreError> {
    let conflict = if anew { "UPDATE SET place = excluded.place, noted_at = excluded.noted_at" } else { "NOTHING" };
    let sql =
        format!("INSERT INTO place (service, place, noted_at) VALUES ($1, $2, $3) ON CONFLICT (service) DO {conflict}");
    execute(transaction, &sql, [service.into(), place.to_string().into(), microseconds(now).into()]).await?;
    Ok(())
}
