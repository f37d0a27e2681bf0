//! Mail addresses and telephone numbers, and how they are taken out of texts that are about something else. A name cannot be
//! told from a word, and stays.

mod mail;
mod pattern;
mod telephone;
mod url;

use std::borrow::Cow;

pub(super) fn removed(text: &str) -> Cow<'_, str> {
    let without = mail::removed(text);
    match telephone::removed(&without) {
        Cow::Owned(cleaned) => Cow::Owned(cleaned),
        Cow::Borrowed(_) => without,
    }
}

/// The same for a JSON document, in which every text is one. `None` when it is none.
pub(super) fn removed_in_json(json: &str) -> Option<Cow<'_, str>> {
    // the brace at its beginning is none of a text
    if !(mail::may_be_in(json.get(1..).unwrap_or_default()) || telephone::may_be_in(json)) {
        return Some(json.into());
    }
    let mut document = serde_json::from_str(json).ok()?;
    remove_in(&mut document);
    Some(document.to_string().into())
}

pub(super) fn remove_in(document: &mut serde_json::Value) {
    use serde_json::Value;
    match document {
        Value::String(text) => {
            if let Cow::Owned(cleaned) = removed(text) {
                *text = cleaned;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(remove_in),
        Value::Object(members) => {
            let cleaned = std::mem::take(members).into_iter().map(|(name, mut value)| {
                remove_in(&mut value);
                // names of members are texts too
                (removed(&name).into_owned(), value)
            });
            *members = cleaned.collect();
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_a_document_are_cleaned_one_by_one() {
        let json = r#"{"de-DE":"Tel.\n089 1234567 \"max@example.com\"","en-GB":"Nurse"}"#;
        assert_eq!(removed_in_json(json).unwrap(), r#"{"de-DE":"Tel.\n*** \"***\"","en-GB":"Nurse"}"#);
        let tidy = r#"{"de-DE":"Pflege","en-GB":"Nurse"}"#;
        assert!(matches!(removed_in_json(tidy), Some(Cow::Borrowed(_))));
        assert_eq!(removed_in_json("{\"max@example.com"), None, "what cannot be read does not leave");
        let nested = r#"{"max@example.com":[{"a":["0171 2345678",7]}]}"#;
        assert_eq!(removed_in_json(nested).unwrap(), r#"{"***":[{"a":["***",7]}]}"#);
    }
}
