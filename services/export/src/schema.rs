//! What the warehouse's tables are: the nouns that transform, which fills them, and sinks, which make them, have in common.

use std::{ops::Deref, sync::Arc};

use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
pub use store::Kind;

pub(crate) const REMOVED: &str = "removed";
pub(crate) const CHANGED_SEQ: &str = "changed_seq";

pub(crate) const ROW_HASH: Column = Column {
    required: true,
    distinct: true,
    ..Column::new(
        "row_hash",
        Kind::Text,
        "Tells one content of the row from another: 16 hex digits, an XXH3 over all columns but changed_seq.",
    )
};

#[derive(Debug, Clone, Copy)]
pub struct About {
    pub name: &'static str,
    pub description: &'static str,
    /// The columns that tell a row from others; rows are clustered by them.
    pub key: &'static [&'static str],
    /// The instant by whose month rows are partitioned. It is frozen: a tombstone still has it.
    pub partition: Option<&'static str>,
    /// Whether the store may have two rows of a key: somebody who was blanked has come back.
    pub may_repeat: bool,
    /// Whether a row that is gone from the source stays in the warehouse, marked as such. Rows of tables without marks never go.
    pub keeps_removed: bool,
    pub tells_of: TellsOf,
}

/// What the rows of a table tell of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TellsOf {
    /// What the source has.
    Records,
    /// How many there were whose time is over. They have no key of theirs: when somebody is forgotten, no row can be told to be without
    /// them.
    Numbers,
    /// The exports themselves.
    Exports,
}

impl About {
    pub(crate) fn tells_of_exports(&self) -> bool {
        self.tells_of == TellsOf::Exports
    }
}

#[derive(Debug)]
pub struct Table {
    pub(crate) about: About,
    /// Its columns, in their order; the last one is the hash of the row.
    pub columns: Vec<Column>,
}

/// All tables, in the order in which they are sent.
pub(crate) type Tables = Vec<&'static Table>;

/// A table has what is said about it: `table.name`.
impl Deref for Table {
    type Target = About;

    fn deref(&self) -> &About {
        &self.about
    }
}

impl Table {
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// Columns that point at a person.
    pub(crate) fn person_columns(&self) -> Vec<&'static str> {
        self.columns.iter().filter(|column| column.class == Class::Key).map(|column| column.name).collect()
    }

    pub(crate) fn arrow(&self) -> SchemaRef {
        let field = |column: &Column| {
            let data_type = match column.kind {
                Kind::Text => DataType::Utf8,
                Kind::Int => DataType::Int32,
                Kind::BigInt => DataType::Int64,
                Kind::Double => DataType::Float64,
                Kind::Bool => DataType::Boolean,
                Kind::Instant => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            };
            Field::new(column.name, data_type, !column.required)
        };
        Arc::new(Schema::new(self.columns.iter().map(field).collect::<Vec<_>>()))
    }
}

/// How personal a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// No text of people's, and not about a person.
    Impersonal,
    /// About something else than persons: without mail addresses and telephone numbers, unless persons are kept.
    Text,
    /// May name a person: what the vocabulary lists, unless persons are kept.
    Listed,
    /// The vocabulary's word for it.
    Word,
    /// Points at a person, and rows are joined by it: a pseudonym, unless persons are kept.
    Key,
    /// Points at a person: a pseudonym or left out, unless persons are kept.
    Detail,
    /// Says who a person is: left out, unless persons are kept.
    Personal,
}

impl Class {
    pub const ALL: [Self; 7] =
        [Self::Impersonal, Self::Text, Self::Listed, Self::Word, Self::Key, Self::Detail, Self::Personal];

    /// For whoever looks at a column, after what it means.
    pub fn told(self) -> &'static str {
        match self {
            Self::Impersonal => "",
            Self::Text => " Without mail addresses and telephone numbers, unless PII_MODE=keep.",
            Self::Listed => " Only what the vocabulary lists, unless PII_MODE=keep.",
            Self::Word => " By the vocabulary.",
            Self::Key => " A pseudonym, unless PII_MODE=keep.",
            Self::Detail => " A pseudonym, or null with PII_MODE=drop, unless PII_MODE=keep.",
            Self::Personal => " Null, unless PII_MODE=keep.",
        }
    }

    /// What leaves with `PII_MODE` pseudonymise, drop and keep, for people.
    pub fn leaves(self) -> [&'static str; 3] {
        let all = "as it is";
        match self {
            Self::Impersonal => [all, all, all],
            Self::Text => {
                let cleaned = "without mail addresses and telephone numbers";
                [cleaned, cleaned, all]
            }
            Self::Listed => {
                let listed = "what the vocabulary lists";
                [listed, listed, all]
            }
            Self::Word => {
                let word = "the vocabulary's word";
                [word, word, word]
            }
            Self::Key => ["a pseudonym", "a pseudonym", all],
            Self::Detail => ["a pseudonym", "nothing", all],
            Self::Personal => ["nothing", "nothing", all],
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    pub name: &'static str,
    pub kind: Kind,
    pub required: bool,
    pub class: Class,
    /// Whether nearly every row has another value: then a dictionary of them is of no use.
    pub distinct: bool,
    pub description: &'static str,
}

impl Column {
    /// What it means, and what becomes of it on its way out of the store, for whoever looks at the table.
    pub fn told(&self) -> String {
        format!("{}{}", self.description, self.class.told())
    }

    pub(crate) const fn new(name: &'static str, kind: Kind, description: &'static str) -> Self {
        Self { name, kind, required: false, class: Class::Impersonal, distinct: false, description }
    }
}
