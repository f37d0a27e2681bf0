//! Numbers, and what stands for one of a few.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, Unexpected, Visitor},
};

/// A whole number, also as a text or with a point; it may be one that is not known to the last digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whole {
    Number(i64),
    Beyond,
}

/// From here on a double does not tell a number from its neighbours: 2^53.
const INEXACT: f64 = 9_007_199_254_740_992.0;

impl Whole {
    fn of(number: f64) -> Option<Self> {
        if number.abs() >= INEXACT {
            return Some(Self::Beyond);
        }
        #[expect(clippy::cast_possible_truncation, reason = "it is whole, and within 64 bits")]
        (number.fract() == 0.0).then_some(Self::Number(number as i64))
    }
}

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberOrText;

        impl Visitor<'_> for NumberOrText {
            type Value = Whole;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an integer")
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Whole, E> {
                Ok(Whole::Number(number))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Whole, E> {
                Ok(i64::try_from(number).map_or(Whole::Beyond, Whole::Number))
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Whole, E> {
                Whole::of(number).ok_or_else(|| E::invalid_type(Unexpected::Float(number), &self))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Whole, E> {
                let whole = text.trim().parse().ok().map(Whole::Number);
                // a text such as `nan` is a number to Rust
                let is_number = text.bytes().any(|byte| byte.is_ascii_digit());
                let number = || text.trim().parse().ok().filter(|_| is_number).and_then(Whole::of);
                whole.or_else(number).ok_or_else(|| E::invalid_type(Unexpected::Str(""), &self))
            }
        }
        deserializer.deserialize_any(NumberOrText)
    }
}

/// A number, also as a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Real(pub(super) f64);

impl<'de> Deserialize<'de> for Real {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberOrText;

        impl Visitor<'_> for NumberOrText {
            type Value = Real;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Real, E> {
                Ok(Real(number))
            }

            #[expect(clippy::cast_precision_loss, reason = "degrees are small")]
            fn visit_i64<E: Error>(self, number: i64) -> Result<Real, E> {
                Ok(Real(number as f64))
            }

            #[expect(clippy::cast_precision_loss, reason = "degrees are small")]
            fn visit_u64<E: Error>(self, number: u64) -> Result<Real, E> {
                Ok(Real(number as f64))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Real, E> {
                let number = text.trim().parse().ok().filter(|number: &f64| !number.is_nan());
                number.map(Real).ok_or_else(|| E::invalid_type(Unexpected::Str(""), &self))
            }
        }
        deserializer.deserialize_any(NumberOrText)
    }
}

/// Yes or no, also as a text or a number.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Flag(pub(super) bool);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct YesOrNo;

        impl Visitor<'_> for YesOrNo {
            type Value = Flag;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true or false")
            }

            fn visit_bool<E: Error>(self, value: bool) -> Result<Flag, E> {
                Ok(Flag(value))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Flag, E> {
                match number {
                    0 | 1 => Ok(Flag(number == 1)),
                    _ => Err(E::invalid_type(Unexpected::Unsigned(number), &self)),
                }
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Flag, E> {
                match text.trim().to_ascii_lowercase().as_str() {
                    "true" | "1" => Ok(Flag(true)),
                    "false" | "0" => Ok(Flag(false)),
                    _ => Err(E::invalid_type(Unexpected::Str(""), &self)),
                }
            }
        }
        deserializer.deserialize_any(YesOrNo)
    }
}

/// What stands for a word, or a number, that nobody has named.
pub(super) const UNNAMED: i32 = -1;

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

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberOrWord;

        impl Visitor<'_> for NumberOrWord {
            type Value = Code;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number or a word")
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Code, E> {
                Ok(i32::try_from(number).map_or_else(|_| Code::Word(String::new()), Code::Number))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Code, E> {
                Ok(i32::try_from(number).map_or_else(|_| Code::Word(String::new()), Code::Number))
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Code, E> {
                match Whole::of(number) {
                    Some(Whole::Number(number)) => self.visit_i64(number),
                    Some(Whole::Beyond) => self.visit_u64(u64::MAX),
                    None => Err(E::invalid_type(Unexpected::Float(number), &self)),
                }
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Code, E> {
                let text = text.trim();
                let number = text.parse().ok().or_else(|| match Whole::of(text.parse().ok()?) {
                    Some(Whole::Number(number)) => i32::try_from(number).ok(),
                    _ => None,
                });
                Ok(number.map_or_else(|| Code::Word(text.to_owned()), Code::Number))
            }
        }
        deserializer.deserialize_any(NumberOrWord)
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
