//! One run of a service. Each service writes its own rows.

use sea_orm::entity::prelude::*;

/// One run of a service. Each service writes its own rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sync_run")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub service: String,
    /// What it was for: `run`, or the name of a command.
    pub command: String,
    /// Who or what started it.
    pub trigger: String,
    pub started_at: DateTimeUtc,
    /// End; absent while it runs.
    pub finished_at: Option<DateTimeUtc>,
    /// `running`, `succeeded`, `failed` or `skipped`.
    pub outcome: String,
    pub window_from: Option<DateTimeUtc>,
    /// First instant not asked for.
    pub window_to: Option<DateTimeUtc>,
    pub fetched: i64,
    pub inserted: i64,
    /// Of these, known and changed.
    pub updated: i64,
    /// Of these, known and the same.
    pub unchanged: i64,
    pub removed: i64,
    /// Of those read, kept aside.
    pub rejected: i64,
    /// Of those read, left out by an erasure.
    pub suppressed: i64,
    /// Of those read, passed over: they are not within the window that was asked for.
    pub outside: i64,
    pub bytes: i64,
    pub requests: i64,
    pub retries: i64,
    /// Jobs that a warehouse has done for it.
    pub jobs: i64,
    /// Bytes that the warehouse charges for.
    pub bytes_billed: i64,
    pub error: Option<String>,
    /// Why it could not say of something whether it is gone.
    pub unjudged: Option<String>,
    pub version: String,
}

/// None: rows are joined by hand.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
