//! Rows on their way straight into several tables, by turns, in a transaction that is open meanwhile.

use sea_orm::{DbErr, Value};
use tokio::{sync::mpsc, task::JoinHandle};

use super::copy::write_row;
use crate::{StoreError, changes::Packer, dialect::Opened};

/// Bytes of all tables that are copied at once. Each table's share is large enough not to be waited for.
const FULL: usize = 2 * 1024 * 1024;

pub(crate) struct Straight {
    tables: Vec<Table>,
    waiting: usize,
    chunks: mpsc::Sender<Piece>,
    task: JoinHandle<Result<(), StoreError>>,
}

struct Table {
    columns: Vec<&'static str>,
    rows: Packer,
}

enum Piece {
    /// Rows of each table.
    Rows(Vec<Vec<u8>>),
    End,
}

impl Straight {
    /// Into tables of these names and columns, of which each row's values are added.
    pub(crate) fn begin(opened: Opened, tables: Vec<(String, Vec<&'static str>)>) -> Self {
        let statement = |(name, columns): &(String, Vec<&str>)| {
            format!("COPY {name} ({}) FROM STDIN (FORMAT binary)", columns.join(", "))
        };
        let statements = tables.iter().map(statement).collect();
        let (chunks, receiver) = mpsc::channel(1);
        // in a task of its own: it is copied while more is read, and whoever is cancelled must not leave it in the middle
        let task = tokio::spawn(run(opened, statements, receiver));
        let tables = tables.into_iter().map(|(_, columns)| Table { columns, rows: Packer::default() }).collect();
        Self { tables, waiting: 0, chunks, task }
    }

    /// Adds a row of the table with this number.
    pub(crate) fn add(&mut self, table: usize, row: &[Value]) -> Result<(), StoreError> {
        let Some(Table { columns, rows }) = self.tables.get_mut(table) else { return Ok(()) };
        let before = rows.len();
        write_row(rows, columns, row)?;
        self.waiting += rows.len() - before;
        Ok(())
    }

    /// Sends what waits, when it is enough.
    pub(crate) async fn send_full(&mut self) {
        if self.waiting >= FULL {
            self.send().await;
        }
    }

    async fn send(&mut self) {
        self.waiting = 0;
        let rows = self.tables.iter_mut().map(|table| std::mem::take(&mut table.rows).bytes()).collect();
        // when nobody takes it, the end says why
        let _ = self.chunks.send(Piece::Rows(rows)).await;
    }

    /// All is in its tables, and the transaction stays open.
    pub(crate) async fn finish(mut self) -> Result<(), StoreError> {
        self.send().await;
        let _ = self.chunks.send(Piece::End).await;
        self.task.await.map_err(|error| StoreError::Database(DbErr::Custom(error.to_string())))?
    }

    /// Gives it up; nothing of it is left.
    pub(crate) async fn abandon(self) {
        drop(self.chunks);
        let _ = self.task.await;
    }
}

async fn run(mut opened: Opened, statements: Vec<String>, mut chunks: mpsc::Receiver<Piece>) -> Result<(), StoreError> {
    while let Some(chunk) = chunks.recv().await {
        let Piece::Rows(tables) = chunk else {
            // somebody goes on with the transaction
            drop(opened);
            return Ok(());
        };
        for (statement, rows) in statements.iter().zip(tables).filter(|(_, rows)| !rows.is_empty()) {
            if let Err(error) = opened.copy(statement, rows).await {
                opened.close();
                return Err(error);
            }
        }
    }
    // the sender is gone without an end: whoever filled it has given up, or was cancelled
    opened.roll_back().await;
    Ok(())
}
