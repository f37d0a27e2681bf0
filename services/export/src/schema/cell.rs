//! Values and their types.

use chrono::{DateTime, Utc};

/// Type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// UTF-8.
    Text,
    /// 32 bits.
    Int,
    /// 64 bits.
    BigInt,
    /// 64 bits, floating point.
    Double,
    /// true or false
    Bool,
    /// An instant in UTC, microseconds.
    Instant,
}

/// One value, or none of its type.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// UTF-8.
    Text(Option<String>),
    /// 32 bits.
    Int(Option<i32>),
    /// 64 bits.
    BigInt(Option<i64>),
    /// 64 bits, floating point.
    Double(Option<f64>),
    /// true or false
    Bool(Option<bool>),
    /// An instant in UTC, microseconds.
    Instant(Option<DateTime<Utc>>),
}

impl Cell {
    /// Its type.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Text(_) => Kind::Text,
            Self::Int(_) => Kind::Int,
            Self::BigInt(_) => Kind::BigInt,
            Self::Double(_) => Kind::Double,
            Self::Bool(_) => Kind::Bool,
            Self::Instant(_) => Kind::Instant,
        }
    }
}

macro_rules! cells {
    ($($type:ty => $variant:ident),*) => {
        $(
            impl From<$type> for Cell {
                fn from(value: $type) -> Self {
                    Self::$variant(Some(value))
                }
            }
            impl From<Option<$type>> for Cell {
                fn from(value: Option<$type>) -> Self {
                    Self::$variant(value)
                }
            }
        )*
    };
}

cells!(String => Text, i32 => Int, i64 => BigInt, f64 => Double, bool => Bool, DateTime<Utc> => Instant);
