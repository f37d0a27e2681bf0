//! The tenant's own words, and how often each is met.

use sea_orm::{ConnectionTrait as _, Statement};

use crate::{Store, StoreError};

/// A column of words, JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Labels {
    /// Stages of applications, by locale.
    Stages,
    /// Reasons to turn applications down, by locale.
    Reasons,
    /// Where applications came from; of unknown shape.
    Sources,
    /// The tenant's own facts on a posting.
    Facts,
    /// Tags of a posting.
    Tags,
}

impl Store {
    /// The different values of such a column, and how many rows have each. Rows that the source no longer has do not count.
    pub async fn labels(&self, of: Labels) -> Result<Vec<(String, u64)>, StoreError> {
        let (table, column) = match of {
            Labels::Stages => ("application", "stage_localized"),
            Labels::Reasons => ("application", "disqualify_reason_localized"),
            Labels::Sources => ("application", "source"),
            Labels::Facts => ("posting", "facts"),
            Labels::Tags => ("posting", "tags"),
        };
        let sql = format!(
            "SELECT {column}, count(*) FROM {table} WHERE {column} IS NOT NULL AND removed_at IS NULL GROUP BY {column}"
        );
        let rows = self.db.query_all_raw(Statement::from_string(self.db.get_database_backend(), sql)).await?;
        let value = |row: sea_orm::QueryResult| {
            let count: i64 = row.try_get_by_index(1)?;
            Ok((row.try_get_by_index(0)?, count.unsigned_abs()))
        };
        rows.into_iter().map(value).collect()
    }
}
