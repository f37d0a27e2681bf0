//! Why a record cannot be read: which field, what was expected, what was found. Never the value.

use serde::Deserialize;

use super::wire;

/// `posting.title: expected an object, found a string`.
pub(super) fn of<T: for<'de> Deserialize<'de>>(json: &str, stream: &str) -> String {
    if json.trim_start().starts_with('[') {
        return format!("{stream}: expected an object, found an array");
    }
    let mut json = serde_json::Deserializer::from_str(json);
    match serde_path_to_error::deserialize::<_, T>(&mut json) {
        Ok(_) => format!("{stream}: unreadable"),
        Err(error) => {
            let path = wire::with_places(&error.path().to_string());
            let place = if path.is_empty() { stream.to_owned() } else { format!("{stream}.{path}") };
            explain(&place, &error.inner().to_string())
        }
    }
}

fn explain(place: &str, message: &str) -> String {
    // serde_json appends the position
    let message = message.rfind(" at line ").map_or(message, |at| &message[..at]);
    if let Some(field) = message.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
        return format!("{place}.{field}: missing");
    }
    if let Some(field) = message.strip_prefix("duplicate field `").and_then(|rest| rest.strip_suffix('`')) {
        return format!("{place}.{field}: there twice");
    }
    let wrong = message.strip_prefix("invalid type: ").or_else(|| message.strip_prefix("invalid value: "));
    match (wrong, message.rfind(", expected ")) {
        // what stands between may be the value
        (Some(found), Some(at)) => {
            let expected = name_of_expected(&message[at + ", expected ".len()..]);
            format!("{place}: expected {expected}, found {}", name_of_found(found))
        }
        (None, _) if OWN.contains(&message) => format!("{place}: {message}"),
        // a text that is not known may hold the value
        _ => format!("{place}: unreadable"),
    }
}

/// What our own types say; none of it holds a value.
const OWN: [&str; 3] = ["not a date-time", "not within the years 1 to 9999", "empty"];

fn name_of_expected(expected: &str) -> &str {
    match expected {
        "i32" | "i64" => "an integer",
        "f64" => "a number",
        "a sequence" => "an array",
        other => other,
    }
}

fn name_of_found(found: &str) -> &'static str {
    match found.split([' ', ',']).next().unwrap_or_default() {
        "string" => "a string",
        "integer" | "floating" => "a number",
        "boolean" => "true or false",
        "map" => "an object",
        "sequence" => "an array",
        "null" | "unit" => "null",
        _ => "something else",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_names_the_field_and_never_the_value() {
        let reason = |json: &str| of::<wire::Application>(json, "application");
        let with = |field: &str| format!(r#"{{"id":"1","created":"2026-01-01T00:00:00Z",{field}}}"#);
        assert_eq!(reason(r#"{"id":"1"}"#), "application.created: missing");
        assert_eq!(reason(r#"{"id":" ","created":"2026-01-01T00:00:00Z"}"#), "application.id: empty");
        assert_eq!(reason(r#"{"id":"1","created":"secret"}"#), "application.created: not a date-time");
        assert_eq!(reason(&with(r#""email":{"x":"secret"}"#)), "application.email: expected a string, found an object");
        assert_eq!(
            reason(&with(r#""number":"secret, expected a"#).replace("a}", "a\"}")),
            "application.number: expected an integer, found a string"
        );
        assert_eq!(
            reason(&with(r#""stage":{"localization":[{"value":7}]}"#)),
            "application.stage.localization[0].value: expected a string, found a number"
        );
        assert_eq!(reason(&with(r#""status":1.5"#)), "application.status: expected a number or a word, found a number");
        assert_eq!(
            reason(r#"{"id":"1","created":"9999-12-31T23:59:59-05:00"}"#),
            "application.created: not within the years 1 to 9999"
        );
        assert_eq!(reason("[1]"), "application: expected an object, found an array");
        assert_eq!(reason("null"), "application: expected an object, found null");
    }
}
