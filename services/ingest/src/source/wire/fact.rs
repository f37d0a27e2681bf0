//! The tenant's own facts.

use domain::{CanonicalValue, FactValue};
use serde::Deserialize;
use serde_json::Value;

use super::value::{Key, Localization, key, texts};

/// `{jobDetailsId, title, valueType, value}`; the shape of `value` depends on `valueType`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object")]
pub struct JobData {
    job_details_id: Key,
    title: Option<Localization>,
    value_type: Option<i64>,
    value: Option<Value>,
}

/// One of the values of a fact that has choices.
#[derive(Debug, Deserialize)]
pub struct Choice {
    id: Option<String>,
    title: Option<Localization>,
}

impl From<JobData> for domain::Fact {
    fn from(wire: JobData) -> Self {
        let value = wire.value.unwrap_or(Value::Null);
        let known = match wire.value_type {
            Some(0) => text(&value),
            Some(1) => choices(&value),
            _ => None,
        };
        let other = if known.is_none() { CanonicalValue::of(value) } else { None };
        Self { id: wire.job_details_id.0, title: texts(wire.title), values: known.unwrap_or_default(), other }
    }
}

fn text(value: &Value) -> Option<Vec<FactValue>> {
    let wire: Option<Localization> = Deserialize::deserialize(value).ok()?;
    let text = texts(wire);
    Some(if text.is_empty() { Vec::new() } else { vec![FactValue { id: None, text }] })
}

fn choices(value: &Value) -> Option<Vec<FactValue>> {
    let wire: Vec<Choice> = Deserialize::deserialize(value).ok()?;
    Some(wire.into_iter().map(|choice| FactValue { id: key(choice.id), text: texts(choice.title) }).collect())
}

#[cfg(test)]
mod tests {
    use domain::Fact;
    use serde_json::json;

    use super::*;

    fn fact(value_type: i64, value: &Value) -> Fact {
        let wire = json!({"jobDetailsId": "F", "title": null, "valueType": value_type, "value": value});
        serde_json::from_value::<JobData>(wire).unwrap().into()
    }

    #[test]
    fn known_kinds_are_read_and_others_kept() {
        let text = json!({"localization": [{"locale": "de-DE", "value": "München"}]});
        assert_eq!(fact(0, &text).values[0].text.preferred(), Some("München"));
        let choices = fact(1, &json!([{"id": "A", "title": text}, {"id": null, "title": null}]));
        assert_eq!((choices.values.len(), choices.values[0].id.as_deref(), choices.other), (2, Some("a"), None));
        for (value_type, value) in [(7, json!({"from": 1})), (0, json!("plain")), (1, json!({"id": "A"}))] {
            let kept = fact(value_type, &value);
            assert_eq!((kept.values.len(), kept.other), (0, CanonicalValue::of(value)));
        }
        assert_eq!(fact(7, &Value::Null).other, None);
    }
}
