//! The tenant's own facts.

use domain::{CanonicalValue, FactValue};
use serde::Deserialize;
use serde_json::Value;

use super::{
    Remarks,
    free::Free,
    remarks::REPEATED,
    value::{Localization, Perhaps, Shape, Text, key, texts},
};

/// `{jobDetailsId, title, valueType, value}`; the shape of `value` depends on `valueType`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object")]
pub struct JobData {
    job_details_id: Perhaps<Text>,
    title: Perhaps<Localization>,
    value_type: Perhaps<Free>,
    value: Perhaps<Free>,
}

/// One of the values of a fact that has choices.
#[derive(Debug, Deserialize)]
pub struct Choice {
    id: Perhaps<Text>,
    title: Perhaps<Localization>,
}

impl Shape for JobData {}
impl Shape for Choice {}

impl JobData {
    pub(super) fn read(self, remarks: &mut Remarks) -> domain::Fact {
        let Free { value, repeats } = self.value.0.unwrap_or_default();
        if repeats > 0 {
            remarks.add("data.[].value", REPEATED);
        }
        let kind = self.value_type.0.unwrap_or_default().value;
        let known = match kind.as_i64().or_else(|| kind.as_str()?.trim().parse().ok()) {
            Some(0) => text(&value),
            Some(1) => choices(&value),
            _ => None,
        };
        let other = if known.is_none() { CanonicalValue::of(value) } else { None };
        // without a key, it is known by its title
        let id = key(&self.job_details_id).unwrap_or_default();
        domain::Fact { id, title: texts(self.title), values: known.unwrap_or_default(), other }
    }
}

fn text(value: &Value) -> Option<Vec<FactValue>> {
    // an object of another shape is kept as it is
    if value.as_object().is_some_and(|members| !members.is_empty() && !members.contains_key("localization")) {
        return None;
    }
    let wire: Perhaps<Localization> = Deserialize::deserialize(value).ok()?;
    let text = texts(wire);
    Some(if text.is_empty() { Vec::new() } else { vec![FactValue { id: None, text }] })
}

fn choices(value: &Value) -> Option<Vec<FactValue>> {
    let wire: Perhaps<Vec<Perhaps<Choice>>> = Deserialize::deserialize(value).ok()?;
    let choices = wire.0.unwrap_or_default().into_iter().filter_map(|choice| choice.0);
    Some(choices.map(|choice| FactValue { id: key(&choice.id), text: texts(choice.title) }).collect())
}

#[cfg(test)]
mod tests {
    use domain::Fact;
    use serde_json::json;

    use super::*;

    fn fact(value_type: i64, value: &Value) -> Fact {
        let wire = json!({"jobDetailsId": "F", "title": null, "valueType": value_type, "value": value});
        serde_json::from_value::<JobData>(wire).unwrap().read(&mut Remarks::default())
    }

    #[test]
    fn known_kinds_are_read_and_others_kept() {
        let text = json!({"localization": [{"locale": "de-DE", "value": "München"}]});
        assert_eq!(fact(0, &text).values[0].text.preferred(), Some("München"));
        let choices = fact(1, &json!([{"id": "A", "title": text}, {"id": null, "title": null}]));
        assert_eq!((choices.values.len(), choices.values[0].id.as_deref(), choices.other), (2, Some("a"), None));
        for (value_type, value) in
            [(7, json!({"from": 1})), (0, json!("plain")), (0, json!({"foo": 1})), (1, json!({"id": "A"}))]
        {
            let kept = fact(value_type, &value);
            assert_eq!((kept.values.len(), kept.other), (0, CanonicalValue::of(value)));
        }
        assert_eq!(fact(7, &Value::Null).other, None);
    }
}
