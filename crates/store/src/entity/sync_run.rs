//! One run of a service. Each service writes its own rows.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sync_run")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub service: String,
    /// What it was for: `run`, or the name of a command.
    pub command: String,
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
    pub updated: i64,
    pub unchanged: i64,
    pub removed: i64,
    pub rejected: i64,
    pub suppressed: i64,
    pub outside: i64,
    pub bytes: i64,
    pub requests: i64,
    pub retries: i64,
    pub jobs: i64,
    pub bytes_billed: i64,
    pub error: Option<String>,
    /// Why it could not say of something whether it is gone.
    pub unjudged: Option<String>,
    pub version: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
