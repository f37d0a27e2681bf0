//! Many rows on their way into a temporary table.

mod copy;
mod recordset;

use std::fmt;

use sea_orm::{
    ConnectionTrait as _, DatabaseConnection, DatabaseTransaction, DbBackend, Statement, TransactionTrait as _, Value,
};

use crate::StoreError;
use copy::{Copy, Waiting};
use recordset::Recordset;

/// Values in one statement of SQLite, which takes 32,766.
const VALUES: usize = 4_000;

/// Fills a temporary table of a writer's connection. On PostgreSQL the connection does nothing else meanwhile: what has
/// been added is only sure to be there, and the connection free, after [`Bulk::finish`].
pub(crate) struct Bulk<'w> {
    db: &'w DatabaseConnection,
    table: String,
    making: Option<String>,
    columns: Vec<&'static str>,
    /// On PostgreSQL, the first rows; there may be no others.
    few: Option<Recordset>,
    copy: Option<Copy>,
    /// On PostgreSQL, rows that may not be wanted in the table.
    waiting: Waiting,
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
        Self {
            db,
            table,
            making,
            columns,
            few: Some(Recordset::new()),
            copy: None,
            waiting: Waiting::of(Vec::new()),
            arrived: 0,
        }
    }

    /// Of rows that may not be wanted in the table, only these columns are filled.
    pub(crate) fn with_waiting(self, columns: Vec<&'static str>) -> Self {
        Self { waiting: Waiting::of(columns), ..self }
    }

    pub(crate) fn waiting(&self) -> u64 {
        self.waiting.rows()
    }

    async fn make_table(&mut self) -> Result<(), StoreError> {
        if let Some(making) = self.making.take() {
            self.db.execute_unprepared(&making).await?;
        }
        Ok(())
    }

    pub(crate) async fn add(&mut self, rows: impl ExactSizeIterator<Item = Vec<Value>>) -> Result<(), StoreError> {
        if rows.len() == 0 {
            return Ok(());
        }
        if self.db.get_database_backend() != DbBackend::Postgres {
            self.make_table().await?;
            self.arrived += insert(self.db, &self.table, &self.columns, rows).await?;
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

    /// Adds rows that may not be wanted in the table. On PostgreSQL they wait, as long as there are not too many.
    pub(crate) async fn add_waiting(&mut self, rows: Vec<Vec<Value>>) -> Result<(), StoreError> {
        if rows.is_empty() {
            return Ok(());
        }
        if self.db.get_database_backend() != DbBackend::Postgres {
            self.make_table().await?;
            let columns = self.waiting.columns();
            self.arrived += insert(self.db, &self.table, columns, rows.into_iter()).await?;
            return Ok(());
        }
        for row in rows {
            self.waiting.add(&row)?;
        }
        if self.waiting.are_many() {
            self.fetch_waiting().await?;
        }
        Ok(())
    }

    pub(crate) async fn fetch_waiting(&mut self) -> Result<(), StoreError> {
        // a connection does one COPY at a time
        self.finish().await?;
        self.make_table().await?;
        self.arrived += self.waiting.insert(self.db, &self.table).await?;
        Ok(())
    }

    /// Brings what waits into another table, which has the columns of such rows.
    pub(crate) async fn move_waiting(&mut self, table: &str) -> Result<(), StoreError> {
        self.finish().await?;
        self.waiting.insert(self.db, table).await?;
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
        if let Some(few) = self.few.take_if(|few| !few.is_empty()) {
            self.make_table().await?;
            self.arrived += few.insert(self.db, &self.table).await?;
        }
        Ok(())
    }

    /// All that was added, but for what waits, is in the table; gives the number of rows, as the database has counted them.
    pub(crate) async fn finish(&mut self) -> Result<u64, StoreError> {
        self.insert_few().await?;
        if let Some(copy) = self.copy.take() {
            self.arrived += copy.finish().await?;
        }
        Ok(self.arrived)
    }
}

async fn insert(
    db: &DatabaseConnection,
    table: &str,
    columns: &[&str],
    mut rows: impl ExactSizeIterator<Item = Vec<Value>>,
) -> Result<u64, StoreError> {
    let mut inserted = 0;
    // one transaction, since each statement would else be one
    let transaction = db.begin().await?;
    let per_statement = (VALUES / columns.len()).max(1);
    while rows.len() > 0 {
        let chunk: Vec<Vec<Value>> = rows.by_ref().take(per_statement).collect();
        inserted += insert_chunk(&transaction, table, columns, chunk).await?;
    }
    transaction.commit().await?;
    Ok(inserted)
}

async fn insert_chunk(
    transaction: &DatabaseTransaction,
    table: &str,
    columns: &[&str],
    rows: Vec<Vec<Value>>,
) -> Result<u64, StoreError> {
    let row = format!("({})", vec!["?"; columns.len()].join(", "));
    let sql = format!("INSERT INTO {table} ({}) VALUES {}", columns.join(", "), vec![row; rows.len()].join(", "));
    let statement = Statement::from_sql_and_values(DbBackend::Sqlite, sql, rows.into_iter().flatten());
    Ok(transaction.execute_raw(statement).await?.rows_affected())
}
