//! Values and their types.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use store::Kind;

#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    Text(Option<Cow<'a, str>>),
    Int(Option<i32>),
    BigInt(Option<i64>),
    Double(Option<f64>),
    Bool(Option<bool>),
    /// An instant in UTC, microseconds.
    Instant(Option<DateTime<Utc>>),
}

impl Cell<'_> {
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

    pub(crate) fn as_text(&self) -> Option<&str> {
        if let Self::Text(Some(text)) = self { Some(text) } else { None }
    }

    #[cfg(test)]
    pub(crate) fn is_null(&self) -> bool {
        matches!(
            self,
            Self::Text(None)
                | Self::Int(None)
                | Self::BigInt(None)
                | Self::Double(None)
                | Self::Bool(None)
                | Self::Instant(None)
        )
    }

    /// For a hash: different values, and absent ones, give different bytes; where one ends cannot be mistaken.
    pub(crate) fn write_to(&self, bytes: &mut Vec<u8>) {
        let mut write = |value: Option<&[u8]>| match value {
            Some(value) => {
                // one more, so that an empty text is not the same as none
                bytes.extend((value.len() as u64 + 1).to_le_bytes());
                bytes.extend(value);
            }
            None => bytes.extend(0_u64.to_le_bytes()),
        };
        match self {
            Self::Text(text) => write(text.as_deref().map(str::as_bytes)),
            Self::Int(number) => write(number.map(i32::to_le_bytes).as_ref().map(<[u8; 4]>::as_slice)),
            Self::BigInt(number) => write(number.map(i64::to_le_bytes).as_ref().map(<[u8; 8]>::as_slice)),
            Self::Double(number) => write(number.map(f64::to_le_bytes).as_ref().map(<[u8; 8]>::as_slice)),
            Self::Bool(is) => write(is.map(|is| [u8::from(is)]).as_ref().map(<[u8; 1]>::as_slice)),
            Self::Instant(at) => {
                write(at.map(|at| at.timestamp_micros().to_le_bytes()).as_ref().map(<[u8; 8]>::as_slice));
            }
        }
    }
}
