//! Many rows on their way into a temporary table.

use std::fmt;

use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, Value};

use super::{copy::Copy, recordset::Recordset, sqlite};
use crate::StoreError;

/// Fills a temporary table of a writer's connection. On PostgreSQL the connection does nothing else meanwhile: what has
/// been added is only sure to be there, and the connection free, after [`Bulk::finish`].
pub(crate) struct Bulk<'w> {
    db: &'w DatabaseConnection,
    table: String,
    /// What makes the table, until it is made.
    making: Option<String>,
    columns: Vec<&'static str>,
    /// On PostgreSQL, the first rows; there may be no others.
    few: Option<Recordset>,
    copy: Option<Copy>,
    arrived: u64,
}

impl fmt::Debug for Bulk<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bulk").field("table", &self.table).finish_non_exhaustive()
    }
}

impl<'w> Bulk<'w> {
    /// Sends nothing yet. `making` are the statements that make the table, which is done when there is something to fill
    /// it with; `None` when it is there.
    pub(crate) fn new(
        db: &'w DatabaseConnection,
        table: String,
        making: Option<String>,
        columns: Vec<&'static str>,
    ) -> Self {
        Self { db, table, making, columns, few: Some(Recordset::new()), copy: None, arrived: 0 }
    }

    /// Whether the table has not been touched yet: what was added, if anything, can still be let go.
    pub(crate) fn is_untouched(&self) -> bool {
        self.making.is_some()
    }

    async fn make_table(&mut self) -> Result<(), StoreError> {
        if let Some(making) = self.making.take() {
            self.db.execute_unprepared(&making).await?;
        }
        Ok(())
    }

    /// Adds rows, whose values stand in the order of the columns.
    pub(crate) async fn add(&mut self, rows: impl ExactSizeIterator<Item = Vec<Value>>) -> Result<(), StoreError> {
        if rows.len() == 0 {
            return Ok(());
        }
        if self.db.get_database_backend() != DbBackend::Postgres {
            self.make_table().await?;
            self.arrived += sqlite::insert(self.db, &self.table, &self.columns, rows).await?;
            return Ok(());
        }
        for row in rows {
            self.add_one(&row).await?;
        }
        if let Some(copy) = self.copy.take_if(|copy| copy.is_long()) {
            self.arrived += copy.finish().await?;
        }
        Ok(())
    }

    async fn add_one(&mut self, row: &[Value]) -> Result<(), StoreError> {
        if let Some(few) = &mut self.few {
            few.add(&self.columns, row)?;
        } else {
            let copy = self.copy.get_or_insert_with(|| Copy::begin(self.db, &self.table, &self.columns));
            copy.add(&self.columns, row).await?;
        }
        if self.few.as_ref().is_some_and(Recordset::is_large) {
            self.insert_few().await?;
        }
        Ok(())
    }

    async fn insert_few(&mut self) -> Result<(), StoreError> {
        if let Some(few) = self.few.take() {
            self.make_table().await?;
            self.arrived += few.insert(self.db, &self.table).await?;
        }
        Ok(())
    }

    /// All that was added is in the table; gives the number of rows, as the database has counted them.
    pub(crate) async fn finish(&mut self) -> Result<u64, StoreError> {
        self.make_table().await?;
        self.insert_few().await?;
        if let Some(copy) = self.copy.take() {
            self.arrived += copy.finish().await?;
        }
        Ok(self.arrived)
    }
}
