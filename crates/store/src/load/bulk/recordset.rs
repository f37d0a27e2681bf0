//! A few rows in one statement, as JSON: COPY takes several messages, of which the last one often waits.

use std::fmt::Write as _;

use chrono::{DateTime, Datelike as _, Utc};
use domain::instant;
use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, Statement, Value};

use crate::StoreError;

const MANY: usize = 256 * 1024;

pub(super) struct Recordset(String);

impl Recordset {
    pub(super) fn new() -> Self {
        Self(String::new())
    }

    pub(super) fn add(&mut self, columns: &[&str], row: &[Value]) -> Result<(), StoreError> {
        self.0.push(if self.0.is_empty() { '[' } else { ',' });
        let mut before = '{';
        for (column, value) in columns.iter().zip(row) {
            let unsupported = || StoreError::Column((*column).to_owned());
            if let Some(json) = json(value).map_err(|()| unsupported())? {
                // names of columns are plain
                self.0.extend([before, '"']);
                self.0.push_str(column);
                self.0.push_str("\":");
                self.0.push_str(&json);
                before = ',';
            }
        }
        self.0.push('}');
        Ok(())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn is_large(&self) -> bool {
        self.0.len() >= MANY
    }

    /// Inserts them, of which there must be one; gives their number.
    pub(super) async fn insert(self, db: &DatabaseConnection, table: &str) -> Result<u64, StoreError> {
        let sql = format!("INSERT INTO {table} SELECT * FROM json_populate_recordset(NULL::{table}, CAST($1 AS json))");
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, [(self.0 + "]").into()]);
        Ok(db.execute_raw(statement).await?.rows_affected())
    }
}

fn json(value: &Value) -> Result<Option<String>, ()> {
    Ok(match value {
        Value::String(text) => text.as_ref().map(|text| serde_json::Value::from(text.as_str()).to_string()),
        Value::BigInt(number) => number.map(|number| number.to_string()),
        Value::Int(number) => number.map(|number| number.to_string()),
        Value::Double(number) => number.map(|number| serde_json::Value::from(number).to_string()),
        Value::ChronoDateTimeUtc(Some(at)) => {
            let mut text = String::from('"');
            write_instant(&mut text, *at).map_err(|_| ())?;
            Some(text + "\"")
        }
        Value::ChronoDateTimeUtc(None) => None,
        _ => return Err(()),
    })
}

fn write_instant(buffer: &mut String, at: DateTime<Utc>) -> std::fmt::Result {
    if (1..=9999).contains(&at.year()) {
        return instant::write_canonical(buffer, at);
    }
    // PostgreSQL reads no signs: the year before 1 is `0001 … BC`, the one after 9999 is plain `10000`
    let (era, year) = if at.year() > 0 { ("", at.year()) } else { (" BC", 1 - at.year()) };
    write!(buffer, "{year:04}-{}{era}", at.format("%m-%dT%H:%M:%S%.6fZ"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_kinds_are_refused() {
        let added = Recordset::new().add(&["column"], &[Value::Bool(Some(true))]);
        assert!(matches!(added, Err(StoreError::Column(column)) if column == "column"));
    }
}
