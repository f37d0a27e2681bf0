//! How JSON is read.

use serde_json::{Value, json};

use crate::emply::rough::{
    draft::{Draft, Spelling},
    form::{
        Form,
        Meaning::{AsItSays, Nothing, Same},
    },
    localized::localization,
};

/// More than 64 bits have room for.
const BIG: &str = "18446744073709551617";
/// Names that one may leave empty.
const NAMES: &[&str] = &["firstName", "middleName", "lastName"];

pub(super) const FORMS: &[Form] = &[
    Form::posting("title-twice", &["title"], Same, "`title` comes twice; the last one counts", |record| {
        record.precede("title", localization(&[("de-DE", "Entwurf")]))
    }),
    Form::posting(
        "address-twice",
        &["location"],
        Same,
        "`location` has `address` twice; the last one counts",
        |record| {
            record.get("location")["address"].as_str()?;
            let location = record.get("location").to_string();
            record.set_raw("location", &format!(r#"{{"address":"?",{}"#, location.strip_prefix('{')?))
        },
    ),
    Form::application("e-mail-twice", &["email"], Same, "`email` comes twice; the last one counts", |record| {
        record.precede("email", "draft@example.invalid")
    }),
    Form::application("big-number", &["number"], Nothing, "`number` has more than 64 bits", |record| {
        record.set_raw("number", BIG)
    }),
    Form::application("big-job-id", &["jobId"], Nothing, "`jobId` has more than 64 bits", |record| {
        record.set_raw("jobId", BIG)
    }),
    Form::posting(
        "long-latitude",
        &["location"],
        AsItSays,
        "`latitude` and `longitude` have thirty digits",
        |record| {
            let address = Value::from(record.get("location")["address"].as_str()?);
            let (north, east) = ("48.1371540000000000000000000001", "11.5761240000000000000000000001");
            record.set_raw("location", &format!(r#"{{"address":{address},"latitude":{north},"longitude":{east}}}"#))
        },
    ),
    Form::posting("unknown-type", &["type"], AsItSays, "`type` 5", |record| record.set("type", 5)),
    Form::posting("unknown-stage", &["stage"], AsItSays, "`stage` 7: not published", |record| record.set("stage", 7)),
    Form::application("unknown-status", &["status"], AsItSays, "`status` 3", |record| record.set("status", 3)),
    Form::application("status-by-name", &["status"], Same, "`status` is `\"Active\"` or `\"Inactive\"`", |record| {
        let name = if record.get("status") == 1 { "Active" } else { "Inactive" };
        record.set("status", name)
    }),
    Form::posting(
        "unknown-value-type",
        &["data"],
        AsItSays,
        "one more fact, of `valueType` 9 and a shape of its own",
        |record| {
            let mut data = record.get("data");
            data.as_array_mut()?.push(json!({
            "jobDetailsId": "5b1c2d3e-4f50-4617-8293-a4b5c6d7e8f9", "title": localization(&[("de-DE", "Dienstplan")]),
            "valueType": 9, "value": {"weeks": [[1, 0, 1], []], "unit": null, "": 0.5},
        }));
            record.set("data", data)
        },
    ),
    Form::posting(
        "unknown-members",
        &["rowVersion", "extension"],
        Same,
        "members that nobody knows, large and deep",
        unknown,
    ),
    Form::application(
        "unknown-members-of-an-application",
        &["rowVersion", "extension"],
        Same,
        "members that nobody knows, large and deep",
        unknown,
    ),
    Form::posting("spread", &[], Same, "white space between the members", |record| record.spell(Spelling::Spread)),
    Form::application("spread-application", &[], Same, "white space between the members", |record| {
        record.spell(Spelling::Spread)
    }),
    Form::posting("escaped", &[], Same, "every character that is not ASCII as `\\u…`", |record| {
        record.spell(Spelling::Escaped)
    }),
    Form::application("escaped-application", &[], Same, "every character that is not ASCII as `\\u…`", |record| {
        record.spell(Spelling::Escaped)
    }),
    Form::posting(
        "empty-texts",
        &["externalApplicationUrl", "templateId"],
        Same,
        "`\"\"` in place of null",
        |record| empty(record, &["externalApplicationUrl", "templateId"]),
    ),
    Form::application("empty-middle-name", &["middleName"], Same, "`\"\"` in place of null", |record| {
        empty(record, &["middleName"])
    }),
    Form::application("empty-e-mail", &["email"], Nothing, "`email` is `\"\"`", |record| record.set("email", "")),
    Form::application("empty-candidate-id", &["candidateId"], Nothing, "`candidateId` is `\"\"`", |record| {
        record.set("candidateId", "")
    }),
    Form::posting(
        "null-localizations",
        &["content", "deadlineText", "templateTitle", "applyUrl", "adUrl"],
        Nothing,
        "Localizations are null as a whole",
        |record| record.set_all(&["content", "deadlineText", "templateTitle", "applyUrl", "adUrl"], Value::Null),
    ),
    Form::posting(
        "hollow-localizations",
        &["content", "deadlineText", "templateTitle"],
        Nothing,
        "Localizations are `{}`, `{\"localization\":[]}` and `{\"localization\":null}`",
        |record| {
            record.set("content", json!({}))?;
            record.set("deadlineText", json!({"localization": []}))?;
            record.set("templateTitle", json!({"localization": null}))
        },
    ),
    Form::application("null-stage", &["stage"], Nothing, "`stage` is `{\"localization\":null}`", |record| {
        record.set("stage", json!({"localization": null}))
    }),
    Form::posting("blanks-around-title", &["title", "advertisements"], Same, "white space around titles", |record| {
        record.retitle(|_, title| format!(" \u{a0}{title}\t\r\n"))
    }),
    Form::application("blanks-around-names", NAMES, Same, "white space around names", |record| {
        record.respell(NAMES, |name| format!(" {name}\u{a0} "))
    }),
    Form::application("blanks-around-e-mail", &["email"], Same, "white space around `email`", |record| {
        record.respell(&["email"], |address| format!(" {address}\r\n"))
    }),
];

fn unknown(record: &mut Draft) -> Option<()> {
    record.set_raw("rowVersion", "123456789012345678901234567890.5")?;
    record.set("extension", json!({"": [[], {}, null], "id": 7, "Übergabe": {"localization": "?"}}))
}

/// Empties those that are null already; one of them has to be.
fn empty(record: &mut Draft, names: &[&str]) -> Option<()> {
    let nulls: Vec<&str> = names.iter().copied().filter(|name| record.is_null(name)).collect();
    if nulls.is_empty() { None } else { record.set_all(&nulls, "") }
}
