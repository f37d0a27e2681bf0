//! Values whose shape nobody has told.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};

use super::value::Shape;

/// Any JSON. Of two members with one name the last counts, which is noted.
#[derive(Debug, Default)]
pub(super) struct Free {
    pub(super) value: Value,
    /// Members that came again, at any depth.
    pub(super) repeats: u64,
}

impl<'de> Deserialize<'de> for Free {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyShape)
    }
}

impl Shape for Free {
    const IS_LIST: bool = true;
    const NAME: &'static str = "any value";
}

struct AnyShape;

impl<'de> Visitor<'de> for AnyShape {
    type Value = Free;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E: Error>(self) -> Result<Free, E> {
        Ok(Free::default())
    }

    fn visit_none<E: Error>(self) -> Result<Free, E> {
        Ok(Free::default())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Free, D::Error> {
        Free::deserialize(deserializer)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Free, E> {
        Ok(Free::of(value.into()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Free, E> {
        Ok(Free::of(number.into()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Free, E> {
        Ok(Free::of(number.into()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Free, E> {
        Ok(Free::of(Number::from_f64(number).map_or(Value::Null, Value::Number)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Free, E> {
        Ok(Free::of(text.into()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Free, E> {
        Ok(Free::of(text.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Free, A::Error> {
        let (mut values, mut repeats) = (Vec::new(), 0);
        while let Some(item) = items.next_element::<Free>()? {
            values.push(item.value);
            repeats += item.repeats;
        }
        Ok(Free { value: values.into(), repeats })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Free, A::Error> {
        let (mut values, mut repeats) = (Map::new(), 0);
        while let Some((name, member)) = members.next_entry::<String, Free>()? {
            repeats += member.repeats + u64::from(values.insert(name, member.value).is_some());
        }
        Ok(Free { value: values.into(), repeats })
    }
}

impl Free {
    fn of(value: Value) -> Self {
        Self { value, repeats: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_serde_json_would_read_and_what_comes_twice_is_counted() {
        for (json, repeats) in [
            ("null", 0),
            (r#"{"a":[1,-2,2.5,true,null,"x",{}],"b":{"a":18446744073709551615}}"#, 0),
            (r#"{"a":1,"\u0061":2}"#, 1),
            (r#"[{"a":{"b":1,"b":2,"b":3},"a":{"b":1,"b":2}}]"#, 4),
        ] {
            let free: Free = serde_json::from_str(json).unwrap();
            assert_eq!(free.value, serde_json::from_str::<Value>(json).unwrap(), "{json}");
            assert_eq!(free.repeats, repeats, "{json}");
        }
    }
}
