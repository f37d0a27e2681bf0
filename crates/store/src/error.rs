//! What can go wrong with the store.

use std::io::ErrorKind;

use domain::TooManyRemovals;
use sea_orm::DbErr;

use crate::{
    dialect::trouble::{Trouble, trouble},
    source_identity::SourceIdentity,
};

/// A failure of the store. Messages name the thing, and the way out where it is not an option of one service, and hold no data.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "what a field is stands in the text of its error")]
pub enum StoreError {
    #[error(
        "DATABASE_URL is not the address of a store: {0}; it is sqlite://FILE or postgres://USER:PASSWORD@HOST/DATABASE"
    )]
    Address(&'static str),
    #[error(
        "the database at {address} cannot be reached ({reason}): look at DATABASE_URL; a SQLite file is made by migrate"
    )]
    Unreachable { address: String, reason: String },
    /// Somebody answers there and does not let us in, which does not change by waiting.
    #[error("the database at {address} does not let us in ({reason}): look at {}", where_to_look(reason))]
    NotLetIn { address: String, reason: String },
    #[error(
        "the database at {address} has the encoding {encoding}, which cannot keep every text: make one with CREATE DATABASE … \
         ENCODING 'UTF8' TEMPLATE template0, and give its name in DATABASE_URL"
    )]
    Encoding { address: String, encoding: String },
    #[error("the user of DATABASE_URL may not do everything that is needed ({0}): have its owner grant that")]
    NotAllowed(String),
    #[error("{what}; have somebody who may run: {sql}")]
    Roles { what: String, sql: String },
    #[error(
        "the disk of the database is full ({0}): make room; what was committed stays, and the next run does the rest"
    )]
    DiskFull(String),
    #[error(
        "the database takes no writes now ({0}): it is a replica, was switched to read-only, or its files may not be written; what \
         was committed stays, and the next run does the rest"
    )]
    ReadOnly(String),
    #[error(
        "the store's file is no database of SQLite, or is damaged ({0}): look at DATABASE_URL, or bring back a backup"
    )]
    NotADatabase(String),
    #[error(
        "the lock of {service} is held by the backend {holder}, and no run of ours is at work: a pooler may have kept the session \
         of one that has ended. End it with SELECT pg_terminate_backend({pid}), and give PostgreSQL's own address in DATABASE_URL"
    )]
    ForeignLock {
        service: &'static str,
        /// Number, application and start of the backend.
        holder: String,
        pid: String,
    },
    #[error("the schema of the store lacks {}; run migrate against the same DATABASE_URL", pending.join(", "))]
    SchemaMissing { pending: Vec<String> },
    #[error(
        "the store holds the data of {} at {}, not of {} at {}",
        held.customer, held.base_url, given.customer, given.base_url
    )]
    OtherSource { held: Box<SourceIdentity>, given: Box<SourceIdentity> },
    #[error(
        "the session at the database that had the lock of {service} is gone, and another one may have been at work since: this run \
         ends here, and the next one goes on"
    )]
    LockLost { service: &'static str },
    #[error(
        "DATABASE_URL leads to a pooler that lends a session of PostgreSQL to one transaction after the other: the lock and the \
         temporary tables of a run belong to a session. Give the server's own address, or one of a pool by session (pool_mode = \
         session)"
    )]
    SharedSession,
    #[error("{fetched} records were fetched but {accounted} are accounted for; nothing of this slice was kept")]
    Unaccounted { fetched: u64, accounted: u64 },
    #[error("{judgement}")]
    Removals { judgement: TooManyRemovals },
    #[error("applications: {judgement}")]
    MissingApplications { judgement: TooManyRemovals },
    /// A value of a kind that bulk loading does not know: a defect.
    #[error("column {0} has a type that cannot be loaded in bulk")]
    Column(String),
    /// A row that is not as the schema has it: a defect.
    #[error("a row of {0} cannot be read")]
    Row(&'static str),
    #[error("the lock file {path} cannot be used")]
    LockFile { path: String, source: std::io::Error },
    #[error("the file {path} cannot be used")]
    StoreFile { path: String, source: std::io::Error },
    #[error(
        "VACUUM has left out {tables}: what was forgotten may still be read from their files. Make the user of DATABASE_URL \
         their owner, or give it the right (GRANT MAINTAIN, from PostgreSQL 17 on; before, a function that migrate leaves for the \
         role of ingest); the next run does the rest"
    )]
    NotVacuumed { tables: String },
    #[error(
        "PII_KEY is not the one that {made}: set that one again (its fingerprint is {held}, of this one it is {given}). To go \
         over to another key: `ingest rotate-key`, with PII_KEY_OLD the one before"
    )]
    OtherKey { made: &'static str, held: String, given: String },
    #[error("the database refused a statement")]
    Database(#[source] DbErr),
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        let Some((kind, words)) = trouble(&error) else { return Self::Database(error) };
        match kind {
            Trouble::AnotherSession => Self::SharedSession,
            Trouble::NotAllowed => Self::NotAllowed(words),
            Trouble::DiskFull => Self::DiskFull(words),
            Trouble::ReadOnly => Self::ReadOnly(words),
            Trouble::NotADatabase => Self::NotADatabase(words),
            // only who connects knows of which address that is said
            Trouble::NotLetIn => Self::Database(error),
        }
    }
}

/// By the words of the server, or of a pooler before it.
fn where_to_look(reason: &str) -> &'static str {
    if reason.contains("startup parameter") {
        "the pooler's settings: PgBouncer wants ignore_startup_parameters = extra_float_digits,options"
    } else if reason.contains("does not support TLS") {
        "the server's settings (ssl = on). A server elsewhere is reached by TLS alone; where there is to be none, say so by \
         sslmode=disable in DATABASE_URL, or PGSSLMODE=disable"
    } else if reason.starts_with("TLS") {
        "sslmode and sslrootcert in DATABASE_URL, or PGSSLMODE and PGSSLROOTCERT"
    } else {
        "the user and the password in DATABASE_URL or PGPASSWORD, and at the server's access rules"
    }
}

impl StoreError {
    /// Whether a retry cannot help.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Address(_)
            | Self::OtherSource { .. }
            | Self::Removals { .. }
            | Self::MissingApplications { .. }
            | Self::NotVacuumed { .. }
            | Self::SharedSession
            | Self::NotLetIn { .. }
            | Self::Encoding { .. }
            | Self::NotAllowed(_)
            | Self::Roles { .. }
            | Self::NotADatabase(_)
            | Self::OtherKey { .. }
            | Self::Column(_)
            | Self::Row(_) => true,
            Self::LockFile { source, .. } | Self::StoreFile { source, .. } => {
                source.kind() == ErrorKind::PermissionDenied
            }
            Self::Unreachable { .. }
            | Self::SchemaMissing { .. }
            | Self::DiskFull(_)
            | Self::ReadOnly(_)
            | Self::ForeignLock { .. }
            | Self::LockLost { .. }
            | Self::Unaccounted { .. }
            | Self::Database(_) => false,
        }
    }
}
