//! Every answer has the fields of the golden records, no others, and the same kinds of values.

use serde_json::{Map, Value};

use crate::harness::{MEDIUM, Mock, OTHER_MEDIUM};

/// What may be null, by the wire format's description.
const NULLABLE_POSTING: &[&str] = &[
    "applicationFormId",
    "content",
    "deadlineUTC",
    "deadline",
    "deadlineText",
    "location",
    "department",
    "tags",
    "projectManagerUserId",
    "projectManagerFullName",
    "templateId",
    "templateTitle",
    "applyUrl",
    "adUrl",
    "externalApplicationUrl",
    "timeZone",
];
const NULLABLE_APPLICATION: &[&str] = &[
    "number",
    "vacancyId",
    "candidateId",
    "email",
    "firstName",
    "middleName",
    "lastName",
    "stage",
    "disqualifyReason",
    "source",
];

fn golden(name: &str) -> Map<String, Value> {
    let path = format!("{}/tests/golden/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(path).expect("a golden file")).expect("an object")
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_i64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// What a field is when the golden record has null there.
fn kind_of_null(name: &str) -> &'static str {
    match name {
        "content" | "templateTitle" | "disqualifyReason" | "source" => "object",
        _ => "string",
    }
}

fn hold(record: &Value, golden: &Map<String, Value>, nullable: &[&str]) {
    let record = record.as_object().expect("an object");
    let keys: Vec<_> = record.keys().collect();
    assert_eq!(keys, golden.keys().collect::<Vec<_>>());
    for (name, value) in record {
        if value.is_null() {
            assert!(nullable.contains(&name.as_str()), "{name} is null");
            continue;
        }
        let expected = if golden[name].is_null() { kind_of_null(name) } else { kind(&golden[name]) };
        assert_eq!(kind(value), expected, "{name}");
        if expected == "object" && golden[name].get("localization").is_some() {
            hold_localization(name, value);
        }
    }
}

/// `{"localization": [{"locale", "value"}, …]}`, or null in place of the list.
fn hold_localization(name: &str, value: &Value) {
    assert_eq!(value.as_object().map(Map::len), Some(1), "{name}");
    let Some(values) = value["localization"].as_array() else {
        return assert!(value["localization"].is_null(), "{name}");
    };
    for value in values {
        assert!(value["locale"].is_string() && value["value"].is_string(), "{name}: {value}");
        assert_eq!(value.as_object().map(Map::len), Some(2), "{name}");
    }
}

/// All three forms of a date-time.
fn hold_dates<'a>(dates: impl Iterator<Item = &'a Value>) {
    let dates: Vec<&str> = dates.map(|date| date.as_str().expect("text")).collect();
    assert!(dates.iter().any(|date| date.len() == "2026-05-11T11:52:56.6003624Z".len()));
    assert!(dates.iter().any(|date| date.len() == "2026-05-29T10:00:00Z".len() && date.ends_with('Z')));
    assert!(dates.iter().any(|date| date.len() == "2026-05-26T12:21:57".len() && !date.ends_with('Z')));
}

#[tokio::test]
async fn postings_are_like_the_golden_one() {
    let mock = Mock::start(&[("MOCK_POSTINGS", "300")]).await;
    let mut postings = mock.postings(MEDIUM).await;
    postings.extend(mock.postings(OTHER_MEDIUM).await);
    assert_eq!(postings.len(), 300);
    let golden = golden("posting");
    for posting in &postings {
        hold(posting, &golden, NULLABLE_POSTING);
        assert!(posting["location"].is_null() || posting["location"]["address"].is_string());
        for advertisement in posting["advertisements"].as_array().expect("an array") {
            hold_localization("advertisement.title", &advertisement["title"]);
            hold_localization("advertisement.content", &advertisement["content"]);
            assert!(advertisement["isDefault"].is_boolean());
        }
        for fact in posting["data"].as_array().expect("an array") {
            assert!(fact["jobDetailsId"].is_string() && fact["valueType"].is_i64() && fact.get("value").is_some());
            match fact["valueType"].as_i64() {
                Some(0) => hold_localization("data.value", &fact["value"]),
                Some(1) => fact["value"].as_array().expect("choices").iter().for_each(|choice| {
                    assert!(choice["id"].is_string());
                    hold_localization("choice", &choice["title"]);
                }),
                _ => {}
            }
        }
    }
    hold_dates(postings.iter().flat_map(|posting| [&posting["created"], &posting["edited"]]));
    let locales = postings.iter().filter_map(|posting| posting["title"]["localization"][0]["locale"].as_str());
    let locales: std::collections::BTreeSet<&str> = locales.collect();
    assert_eq!(locales.into_iter().collect::<Vec<_>>(), ["da-DK", "de-DE", "en-GB", "nl-NL"]);
    let text = |posting: &Value| posting["advertisements"][0]["content"]["localization"][0]["value"].to_string();
    assert!(postings.iter().any(|posting| text(posting).contains("&lt;p&gt;")));
    assert!(postings.iter().any(|posting| text(posting).contains("<p>")));
    let pools = || postings.iter().filter(|posting| posting["type"] == 1);
    assert!(pools().count() > 0 && pools().all(|pool| pool["deadlineUTC"].is_null() && pool["deadline"].is_null()));
}

#[tokio::test]
async fn applications_are_like_the_golden_one() {
    let mock = Mock::start(&[("MOCK_APPLICATIONS", "3000")]).await;
    let applications = mock.applications().await;
    let golden = golden("application");
    for application in &applications {
        hold(application, &golden, NULLABLE_APPLICATION);
        assert!([0, 1].map(Value::from).contains(&application["status"]));
        assert_eq!(application["status"] == 0, !application["disqualifyReason"].is_null());
    }
    hold_dates(applications.iter().flat_map(|application| [&application["created"], &application["updated"]]));
    for name in NULLABLE_APPLICATION {
        assert!(applications.iter().any(|application| application[*name].is_null()), "{name} is never null");
        assert!(applications.iter().any(|application| !application[*name].is_null()), "{name} is always null");
    }
    let emails = applications.iter().filter_map(|application| application["email"].as_str());
    for email in emails {
        assert!(
            ["@example.com", "@example.org", "@example.net"].iter().any(|domain| email.ends_with(domain)),
            "{email}"
        );
    }
}
