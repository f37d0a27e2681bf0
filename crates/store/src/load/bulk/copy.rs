//! COPY in binary format: the fastest way into PostgreSQL.

use std::time::{Duration, Instant};

use sea_orm::{DatabaseConnection, DbErr, Value};
use sqlx::{Pool, Postgres, postgres::PgPoolCopyExt as _};
use tokio::{sync::mpsc, task::JoinHandle};

use super::recordset::Recordset;
use crate::{
    StoreError,
    changes::{HEADER, Packer},
    dialect::postgres::broken,
};

const BUFFER: usize = 256 * 1024;
/// One statement takes no more than about so much, and no longer than about so long while the source is slow: it is a
/// transaction, and the server may have a time limit.
const MOST_BYTES: usize = 32 * 1024 * 1024;
const LONGEST: Duration = Duration::from_secs(5);
/// Bytes of rows that wait.
const MOST_WAITING: usize = 12 * 1024 * 1024;

pub(super) struct Copy {
    chunks: mpsc::Sender<Chunk>,
    task: JoinHandle<Result<u64, StoreError>>,
    buffer: Packer,
    held: Vec<u8>,
    sent: usize,
    begun: Instant,
}

enum Chunk {
    Rows(Vec<u8>),
    End,
}

impl Copy {
    pub(super) fn begin(db: &DatabaseConnection, table: &str, columns: &[&str]) -> Self {
        let sql = format!("COPY {table} ({}) FROM STDIN (FORMAT binary)", columns.join(", "));
        let (chunks, receiver) = mpsc::channel(1);
        // in a task of its own: whoever is cancelled in the middle of it must not leave the connection in the middle
        let task = tokio::spawn(run(db.get_postgres_connection_pool().clone(), sql, receiver));
        Self { chunks, task, buffer: buffer(), held: Vec::new(), sent: 0, begun: Instant::now() }
    }

    /// Adds a row, whose values stand in the order of the columns.
    pub(super) async fn add(&mut self, columns: &[&str], row: &[Value]) -> Result<(), StoreError> {
        write_row(&mut self.buffer, columns, row)?;
        if self.buffer.len() >= BUFFER {
            let rows = std::mem::replace(&mut self.buffer, buffer());
            self.send(rows.bytes()).await;
        }
        Ok(())
    }

    pub(super) async fn send(&mut self, rows: Vec<u8>) {
        self.sent += rows.len();
        // a piece waits until there is another one, so that the last one is large, and confirmed at once: a small last message is
        // held back for 40 ms, until the receiver confirms the one before, which it is in no hurry to do if that was small too.
        // sqlx 0.9.0 leaves TCP_NODELAY off; those before had it on, and its repository has it on again (#4336)
        let before = std::mem::replace(&mut self.held, rows);
        if !before.is_empty() {
            // when nobody takes it, the end says why
            let _ = self.chunks.send(Chunk::Rows(before)).await;
        }
    }

    pub(super) fn is_long(&self) -> bool {
        self.sent >= MOST_BYTES || self.begun.elapsed() >= LONGEST || self.chunks.is_closed()
    }

    pub(super) async fn finish(mut self) -> Result<u64, StoreError> {
        self.held.append(&mut self.buffer.bytes());
        // when nobody takes these, the task says why
        let _ = self.chunks.send(Chunk::Rows(self.held)).await;
        let _ = self.chunks.send(Chunk::End).await;
        self.task.await.map_err(|error| StoreError::Database(DbErr::Custom(error.to_string())))?
    }
}

fn buffer() -> Packer {
    // a buffer is full when a row has gone beyond its size
    Packer::with_capacity(BUFFER + 16 * 1024)
}

pub(super) struct Waiting {
    columns: Vec<&'static str>,
    /// The first rows; there may be no others.
    few: Recordset,
    chunks: Vec<Packer>,
    rows: u64,
}

impl Waiting {
    pub(super) fn of(columns: Vec<&'static str>) -> Self {
        Self { columns, few: Recordset::new(), chunks: Vec::new(), rows: 0 }
    }

    pub(super) fn columns(&self) -> &[&'static str] {
        &self.columns
    }

    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    pub(super) fn add(&mut self, row: &[Value]) -> Result<(), StoreError> {
        self.rows += 1;
        if !self.few.is_large() {
            return self.few.add(&self.columns, row);
        }
        if self.chunks.last().is_none_or(|chunk| chunk.len() >= BUFFER) {
            self.chunks.push(Packer::default());
        }
        let Some(chunk) = self.chunks.last_mut() else { return Ok(()) };
        write_row(chunk, &self.columns, row)
    }

    pub(super) fn are_many(&self) -> bool {
        self.chunks.len() >= MOST_WAITING / BUFFER
    }

    pub(super) async fn insert(&mut self, db: &DatabaseConnection, table: &str) -> Result<u64, StoreError> {
        self.rows = 0;
        let few = std::mem::replace(&mut self.few, Recordset::new());
        if few.is_empty() {
            return Ok(0);
        }
        let inserted = few.insert(db, table).await?;
        if self.chunks.is_empty() {
            return Ok(inserted);
        }
        let mut copy = Copy::begin(db, table, &self.columns);
        for chunk in self.chunks.drain(..) {
            copy.send(chunk.bytes()).await;
        }
        Ok(inserted + copy.finish().await?)
    }
}

fn write_row(buffer: &mut Packer, columns: &[&str], row: &[Value]) -> Result<(), StoreError> {
    buffer.begin_row(row.len());
    for (index, value) in row.iter().enumerate() {
        write_value(buffer, value)
            .map_err(|()| StoreError::Column(columns.get(index).copied().unwrap_or("?").to_owned()))?;
    }
    Ok(())
}

async fn run(pool: Pool<Postgres>, sql: String, mut chunks: mpsc::Receiver<Chunk>) -> Result<u64, StoreError> {
    let mut statement = pool.copy_in_raw(&sql).await.map_err(broken)?;
    statement.send(HEADER).await.map_err(broken)?;
    while let Some(chunk) = chunks.recv().await {
        match chunk {
            Chunk::Rows(rows) => {
                statement.send(rows).await.map_err(broken)?;
            }
            Chunk::End => return statement.finish().await.map_err(broken),
        }
    }
    // the sender is gone without an end: whoever filled it was cancelled
    statement.abort("given up").await.map_err(broken)?;
    Ok(0)
}

fn write_value(buffer: &mut Packer, value: &Value) -> Result<(), ()> {
    match value {
        // what has no value has no type either
        Value::String(text) => buffer.text(text.as_deref()),
        Value::BigInt(number) => buffer.big_int(*number),
        Value::Int(number) => buffer.int(*number),
        Value::Double(number) => buffer.double(*number),
        Value::ChronoDateTimeUtc(at) => buffer.instant(*at),
        _ => return Err(()),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_kinds_are_refused() {
        assert_eq!(write_value(&mut Packer::default(), &Value::Bool(Some(true))), Err(()));
    }
}
