//! Numbers, and what stands for one of a few; and what is told of a value that was not taken as it came.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, Unexpected, Visitor},
};

use super::value::{Perhaps, Shape};

enum Scalar {
    Flag(bool),
    Whole(i64),
    /// Also a whole number that 63 bits do not hold.
    Real(f64),
    Text(String),
}

impl Scalar {
    /// Reads what `make` makes of it. What it is not to be is an error that says what was expected.
    fn read<'de, D: Deserializer<'de>, T: Shape>(
        deserializer: D,
        make: impl FnOnce(&Self) -> Option<T>,
    ) -> Result<T, D::Error> {
        struct Any(&'static str);

        impl Visitor<'_> for Any {
            type Value = Scalar;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.0)
            }

            fn visit_bool<E: Error>(self, value: bool) -> Result<Scalar, E> {
                Ok(Scalar::Flag(value))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Scalar, E> {
                Ok(Scalar::Whole(number))
            }

            #[expect(clippy::cast_precision_loss, reason = "it has more digits than are known of it then")]
            fn visit_u64<E: Error>(self, number: u64) -> Result<Scalar, E> {
                Ok(i64::try_from(number).map_or(Scalar::Real(number as f64), Scalar::Whole))
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Scalar, E> {
                Ok(Scalar::Real(number))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Scalar, E> {
                Ok(Scalar::Text(text.trim().to_owned()))
            }
        }

        let scalar = deserializer.deserialize_any(Any(T::NAME))?;
        make(&scalar).ok_or_else(|| Error::invalid_type(scalar.kind(), &T::NAME))
    }

    /// For messages, without the value of a text.
    fn kind(&self) -> Unexpected<'static> {
        match self {
            Self::Flag(value) => Unexpected::Bool(*value),
            Self::Whole(number) => Unexpected::Signed(*number),
            Self::Real(number) => Unexpected::Float(*number),
            Self::Text(_) => Unexpected::Str(""),
        }
    }
}

/// A whole number, also as a text or with a point; it may be one that is not known to the last digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whole {
    Number(i64),
    Beyond,
}

/// From here on a double does not tell a number from its neighbours: 2^53.
const INEXACT: f64 = 9_007_199_254_740_992.0;

impl Whole {
    fn of(scalar: &Scalar) -> Option<Self> {
        match scalar {
            Scalar::Flag(_) => None,
            Scalar::Whole(number) => Some(Self::Number(*number)),
            Scalar::Real(number) => Self::of_real(*number),
            Scalar::Text(text) => {
                // a text such as `nan` is a number to Rust
                let is_number = text.bytes().any(|byte| byte.is_ascii_digit());
                let real = || text.parse().ok().filter(|_| is_number).and_then(Self::of_real);
                text.parse().ok().map(Self::Number).or_else(real)
            }
        }
    }

    fn of_real(number: f64) -> Option<Self> {
        if number.abs() >= INEXACT {
            return Some(Self::Beyond);
        }
        #[expect(clippy::cast_possible_truncation, reason = "it is whole, and within 64 bits")]
        (number.fract() == 0.0).then_some(Self::Number(number as i64))
    }
}

impl Shape for Whole {
    const NAME: &'static str = "an integer";
}

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Scalar::read(deserializer, Self::of)
    }
}

/// A number, also as a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Real(pub(super) f64);

impl Shape for Real {
    const NAME: &'static str = "a number";
}

impl<'de> Deserialize<'de> for Real {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Scalar::read(deserializer, |scalar| match scalar {
            Scalar::Flag(_) => None,
            #[expect(clippy::cast_precision_loss, reason = "degrees are small")]
            Scalar::Whole(number) => Some(Self(*number as f64)),
            Scalar::Real(number) => Some(Self(*number)),
            Scalar::Text(text) => text.parse().ok().filter(|number: &f64| !number.is_nan()).map(Self),
        })
    }
}

/// Yes or no, also as a text or a number.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Flag(pub(super) bool);

impl Shape for Flag {
    const NAME: &'static str = "true or false";
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Scalar::read(deserializer, |scalar| match scalar {
            Scalar::Flag(value) => Some(Self(*value)),
            Scalar::Whole(number @ (0 | 1)) => Some(Self(*number == 1)),
            Scalar::Whole(_) | Scalar::Real(_) => None,
            Scalar::Text(text) => match text.to_ascii_lowercase().as_str() {
                "true" | "1" => Some(Self(true)),
                "false" | "0" => Some(Self(false)),
                _ => None,
            },
        })
    }
}

/// What stands for a word, or a number, that nobody has named.
const UNNAMED: i32 = -1;

/// One of a list of values: a number here, a word on sibling resources. There may be others than are known.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Code {
    Number(i32),
    Word(String),
}

impl Code {
    /// Its number, by the names that are known; `None` for a word, or a number beyond 32 bits, that is not.
    pub(super) fn number(&self, names: &[(&str, i32)]) -> Option<i32> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Word(word) => {
                names.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, number)| *number)
            }
        }
    }
}

impl Shape for Code {
    const NAME: &'static str = "a number or a word";
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Scalar::read(deserializer, |scalar| {
            let whole = Whole::of(scalar);
            let number = whole.and_then(|whole| match whole {
                Whole::Number(number) => i32::try_from(number).ok(),
                Whole::Beyond => None,
            });
            match (number, scalar) {
                (Some(number), _) => Some(Self::Number(number)),
                (None, Scalar::Text(text)) => Some(Self::Word(text.clone())),
                // beyond 32 bits: a word that nobody has, so that it counts as one that is not known
                (None, _) => whole.map(|_| Self::Word(String::new())),
            }
        })
    }
}

/// Field and what about it, without a value.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Remarks(pub(crate) Vec<(&'static str, &'static str)>);

pub(crate) const REPEATED: &str = "there twice, the last counts";

impl Remarks {
    pub(super) fn add(&mut self, field: &'static str, what: &'static str) {
        self.0.push((field, what));
    }

    pub(super) fn whole(&mut self, field: &'static str, number: &Perhaps<Whole>) -> Option<i64> {
        match number.0? {
            Whole::Number(number) => Some(number),
            Whole::Beyond => {
                self.add(field, "too large to be kept to the last digit, left out");
                None
            }
        }
    }

    pub(super) fn code(&mut self, field: &'static str, code: &Perhaps<Code>, names: &[(&str, i32)]) -> Option<i32> {
        let number = code.0.as_ref()?.number(names);
        if number.is_none() {
            self.add(field, "a word or number that is not known, kept as -1");
        }
        // one that is not known is not nothing
        Some(number.unwrap_or(UNNAMED))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_a_number_or_a_word() {
        let names = [("inactive", 0), ("active", 1)];
        for (json, number) in [
            ("1", Some(1)),
            ("1.0", Some(1)),
            ("\"Active\"", Some(1)),
            ("\" 0 \"", Some(0)),
            ("\"1.0\"", Some(1)),
            ("\"inactive\"", Some(0)),
            ("7", Some(7)),
            ("\"on hold\"", None),
            ("99999999999", None),
            ("123456789012345678901234567890", None),
        ] {
            assert_eq!(serde_json::from_str::<Code>(json).unwrap().number(&names), number, "{json}");
        }
        for json in ["1.5", "true", "{}", "[1]"] {
            assert!(serde_json::from_str::<Code>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn a_whole_number_may_be_beyond_all_bounds() {
        for (json, whole) in [
            ("10482", Whole::Number(10_482)),
            ("-5", Whole::Number(-5)),
            ("10482.0", Whole::Number(10_482)),
            ("1e3", Whole::Number(1000)),
            ("\" 10482\"", Whole::Number(10_482)),
            ("9223372036854775807", Whole::Number(i64::MAX)),
            ("9223372036854775808", Whole::Beyond),
            ("9007199254740993.0", Whole::Beyond),
            ("\"9007199254740993.0\"", Whole::Beyond),
            ("\"9007199254740993\"", Whole::Number(9_007_199_254_740_993)),
            ("-123456789012345678901234567890", Whole::Beyond),
            ("\"123456789012345678901234567890\"", Whole::Beyond),
            ("\"1e999\"", Whole::Beyond),
        ] {
            assert_eq!(serde_json::from_str::<Whole>(json).unwrap(), whole, "{json}");
        }
        for json in ["1.5", "\"x\"", "\"nan\"", "\"inf\"", "true", "[]"] {
            assert!(serde_json::from_str::<Whole>(json).is_err(), "{json}");
        }
    }
}
