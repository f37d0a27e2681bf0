//! Where the database is, by which a copy of it is told from itself.
//!
//! A dump that is restored, a file that is copied, a replica that took over: each holds what was written until then, and does not
//! know what has been done since. What is kept in the database goes along with it; where it is does not.

use std::fmt;

use chrono::{DateTime, Utc};
use domain::instant::microseconds;
use sea_orm::DatabaseTransaction;

use crate::{Store, StoreError, Writer, dialect, sql::execute};

/// Services that are not to go on in a copy by themselves.
const CAREFUL: [&str; 2] = ["ingest", "transfer"];

/// Where a database is. Of PostgreSQL: the system identifier of its cluster, the timeline, and the OIDs of database and of a table.
/// Of SQLite: the file's device, inode and time of birth. What cannot be found out is a dash.
#[derive(Debug, Clone)]
pub struct Place(String);

impl Place {
    fn may_be(&self, other: &Self) -> bool {
        let [parts, others] = [self, other].map(|place| place.0.split(", ").collect::<Vec<_>>());
        let name = |part: &str| part.split_once(' ').map(|(name, _)| name.to_owned());
        // one service may be allowed to ask for what another one is not
        let is_unknown = |part: &str| part.ends_with(" -");
        let is_like = |(one, another): (&&str, &&str)| {
            one == another || (name(one) == name(another) && (is_unknown(one) || is_unknown(another)))
        };
        parts.len() == others.len() && parts.iter().zip(&others).all(is_like)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A store that is not where a service has left it.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "a field has a doc where its name does not say all")]
pub struct Elsewhere {
    pub before: Place,
    /// When the service took it for its own there.
    pub noted_at: DateTime<Utc>,
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

/// How a store stands to where a service has left it.
#[derive(Debug, Clone)]
pub enum Whereabouts {
    /// There it is.
    Same,
    /// The service has left it nowhere yet.
    Unknown,
    /// It is a copy, or was moved.
    Elsewhere(Elsewhere),
}

impl Store {
    /// How the store stands to where this service has left it.
    pub async fn whereabouts(&self) -> Result<Whereabouts, StoreError> {
        self.whereabouts_for(self.service).await
    }

    async fn whereabouts_for(&self, service: &str) -> Result<Whereabouts, StoreError> {
        let places = dialect::places(&self.db, &self.address, service).await?;
        let Some((before, noted_at, now)) = places else { return Ok(Whereabouts::Unknown) };
        let (before, now) = (Place(before), Place(now));
        if before.may_be(&now) {
            return Ok(Whereabouts::Same);
        }
        Ok(Whereabouts::Elsewhere(Elsewhere { before, noted_at, now }))
    }

    /// Set when the store is elsewhere than where this service has left it.
    pub async fn elsewhere(&self) -> Result<Option<Elsewhere>, StoreError> {
        self.elsewhere_for(self.service).await
    }

    /// The same of another service.
    pub async fn elsewhere_for(&self, service: &str) -> Result<Option<Elsewhere>, StoreError> {
        match self.whereabouts_for(service).await? {
            Whereabouts::Elsewhere(elsewhere) => Ok(Some(elsewhere)),
            Whereabouts::Same | Whereabouts::Unknown => Ok(None),
        }
    }

    /// Notes where the store is, for each service that wants to know and has not noted it yet.
    pub(crate) async fn note_places(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let place = dialect::place(&self.db, &self.address).await?;
        let transaction = dialect::begin_to_write(&self.db).await?;
        for service in CAREFUL {
            note(&transaction, (service, &place), "NOTHING", now).await?;
        }
        Ok(transaction.commit().await?)
    }
}

impl Writer {
    /// From now on the store is where it is now, for this service.
    pub async fn note_place(&self, store: &Store, now: DateTime<Utc>) -> Result<(), StoreError> {
        let place = dialect::place(&store.db, &store.address).await?;
        let transaction = self.begin().await?;
        let conflict = "UPDATE SET place = excluded.place, noted_at = excluded.noted_at";
        note(&transaction, (self.service, &place), conflict, now).await?;
        Ok(transaction.commit().await?)
    }
}

async fn note(
    transaction: &DatabaseTransaction,
    (service, place): (&str, &str),
    conflict: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let sql =
        format!("INSERT INTO place (service, place, noted_at) VALUES ($1, $2, $3) ON CONFLICT (service) DO {conflict}");
    execute(transaction, &sql, [service.into(), place.into(), microseconds(now).into()]).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_found_out_speaks_against_nothing() {
        let is = |one: &str, other: &str| Place(one.to_owned()).may_be(&Place(other.to_owned()));
        assert!(is("system 1, timeline 2, table 3", "system 1, timeline 2, table 3"));
        assert!(is("system 1, timeline 2, table 3", "system -, timeline 2, table 3"));
        assert!(is("system -, timeline -, table 3", "system 1, timeline 2, table 3"));
        assert!(!is("system 1, timeline 2, table 3", "system -, timeline 4, table 3"));
        assert!(!is("system 1, timeline 2", "device 1, inode 2"));
        assert!(!is("system 1, timeline 2", "system 1, timeline 2, table 3"));
        assert!(!is("elsewhere", "system 1, timeline 2, table 3"));
    }
}
