//! On what there are rights.

use crate::dialect::{postgres::quoted, vacuum::REWRITE};

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Object {
    Database,
    Schema,
    Table(String),
    /// The one that writes tables anew.
    Function,
}

impl Object {
    /// As a query names it: what it is, and its name.
    pub(super) fn of(kind: &str, name: &str) -> Option<Self> {
        match kind {
            "database" => Some(Self::Database),
            "schema" => Some(Self::Schema),
            "table" => Some(Self::Table(name.to_owned())),
            "function" => Some(Self::Function),
            _ => None,
        }
    }

    /// As a GRANT names it.
    pub(super) fn sql(&self, database: &str, schema: &str) -> String {
        let schema = quoted(schema);
        match self {
            Self::Database => format!("DATABASE {}", quoted(database)),
            Self::Schema => format!("SCHEMA {schema}"),
            Self::Table(name) => format!("TABLE {schema}.{}", quoted(name)),
            Self::Function => format!("FUNCTION {schema}.{REWRITE}()"),
        }
    }

    pub(super) fn shown(&self) -> &str {
        match self {
            Self::Database => "the database",
            Self::Schema => "the schema",
            Self::Table(name) => name,
            Self::Function => REWRITE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_one_name() {
        let table = Object::of("table", "a\"; DROP TABLE b; --").unwrap();
        assert_eq!(table.sql("d", "s"), "TABLE \"s\".\"a\"\"; DROP TABLE b; --\"");
        assert_eq!(Object::of("database", "other").unwrap().sql("d e", "s"), "DATABASE \"d e\"");
        assert_eq!(Object::of("sequence", "a"), None);
    }
}
