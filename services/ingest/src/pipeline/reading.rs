//! What must hold for the whole way from bytes to rows, whatever the bytes are. `cargo test` tries some by chance;
//! `make fuzz` lets coverage lead.

use bolero::check;
use serde_json::Value;
use store::RawHash;

use super::{
    stream::FORM,
    tests::{application, transform},
    *,
};
use crate::transform::wire;

/// Every record that could be taken out of an answer, as it came.
fn records(body: &[u8]) -> Vec<String> {
    let body = body.to_owned();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let mut read = Batches::<wire::ApplicationKeyFields>::read_ahead(std::io::Cursor::new(body), 3);
        let mut all = Vec::new();
        while let Some(batch) = read.next().await {
            // one that is cut off, or is no JSON, says so, and what came before it was read
            all.extend(batch.unwrap_or_default().into_iter().map(|record| record.json));
        }
        all
    })
}

/// Reads a record as both kinds; gives the keys of what became rows.
fn read(json: &str) -> [Result<String, String>; 2] {
    let application = match application(&transform(), json) {
        Ok(row) => Ok(row.id),
        Err(LeftOut::Rejected(rejected)) => Err(checked(&rejected.reason, &rejected.payload, json)),
        Err(other) => panic!("{other:?}"),
    };
    let seen = Seen { raw: json.to_owned(), hash: RawHash::of(json, FORM), at: DateTime::UNIX_EPOCH };
    let posting = match (Postings { listed_by: Some("a-1".to_owned()) }).row(&transform(), seen) {
        Ok(row) => Ok(format!("{} {}", row.vacancy_id, row.media_id)),
        Err(LeftOut::Rejected(rejected)) => {
            Err(checked(&rejected.reason, &wire::without_persons(json), &rejected.payload))
        }
        Err(other) => panic!("{other:?}"),
    };
    [application, posting]
}

/// A rejected record is kept as it came, and its reason names a field and what was expected, and holds nothing of a value.
fn checked(reason: &str, payload: &str, kept: &str) -> String {
    assert_eq!(payload, kept);
    let (field, what) = reason.split_once(": ").unwrap_or_else(|| panic!("{reason}"));
    assert!(["application", "posting"].iter().any(|stream| field.starts_with(stream)), "{reason}");
    let is_said = what == "missing"
        || what == "empty"
        || what == "unreadable"
        || what == "not a date-time"
        || what == "not within the years 1 to 9999"
        || what.strip_prefix("expected ").is_some_and(|what| what.contains(", found "));
    assert!(is_said, "{reason}");
    reason.to_owned()
}

#[test]
fn whatever_bytes_come_each_record_is_read_or_kept_with_a_reason() {
    check!().with_iterations(2_000).for_each(|bytes: &[u8]| {
        for json in records(bytes) {
            let _ = read(&json);
        }
    });
}

#[test]
fn whatever_stands_in_the_place_of_a_value_the_record_is_read_or_kept_with_a_reason() {
    check!().with_iterations(2_000).for_each(|bytes: &[u8]| {
        let Some((place, value)) = bytes.split_first() else { return };
        let Ok(value) = str::from_utf8(value) else { return };
        if serde_json::from_str::<&serde_json::value::RawValue>(value).is_err() {
            return;
        }
        for fields in [APPLICATION, POSTING] {
            let (name, _) = fields[usize::from(*place) % fields.len()];
            let members =
                fields.iter().map(|(field, forms)| if *field == name { (*field, value) } else { (*field, forms[0]) });
            let _ = read(&object(members));
        }
    });
}

/// Forms of each field that the contract allows, or that others have met in systems which speak like this one; nothing is an
/// absent one.
type Fields = &'static [(&'static str, &'static [&'static str])];

const KEY: &[&str] = &[r#""A-1""#, r#""a-1""#, r#"" {A-1}\n""#];
const INSTANT: &[&str] = &[
    r#""2026-05-26T12:21:57""#,
    r#""2026-05-26T12:21:57.1234567Z""#,
    r#""2026-05-26T14:21:57+02:00""#,
    r#"" 2026-05-26T12:21:57 ""#,
];
const MAYBE_INSTANT: &[&str] = &[
    r#""2026-05-26T12:21:57Z""#,
    "",
    "null",
    r#""""#,
    r#""0001-01-01T00:00:00""#,
    r#""0001-01-01T00:00:00+02:00""#,
    r#""9999-12-31T23:59:59.9999999""#,
    r#""9999-12-31T23:59:59-05:00""#,
];
const TEXT: &[&str] =
    &[r#""x""#, "", "null", r#""""#, r#"" \t""#, r#""a\u000bb\ud83d\ude00""#, r#""a\u0000\ud800b""#, "[]"];
const NUMBER: &[&str] =
    &["7", "", "null", r#""""#, r#""7""#, "7.0", "18446744073709551615", "123456789012345678901234567890", "1e999"];
const CODE: &[&str] = &["1", "", "null", r#""""#, "7", "-3", r#""Active""#, r#""Whatever""#, "99999999999"];
const TEXTS: &[&str] = &[
    r#"{"localization":[{"locale":"de-DE","value":"x"},{"locale":"en-GB","value":" "}]}"#,
    "",
    "null",
    r#""""#,
    "{}",
    r#"{"localization":null}"#,
    r#"{"localization":""}"#,
    r#"{"localization":[null,{},{"locale":null,"value":null},{"locale":"","value":""}]}"#,
    r#"{"localization":[{"locale":"de-DE","value":"x","value":"y","extra":1,"extra":2}]}"#,
];
const ANY: &[&str] = &[r#"{"a":[1,{"b":null}]}"#, "", "null", r#""""#, "7", "1e999", r#"{"a":1,"a":2}"#, "[[[]]]"];

const APPLICATION: Fields = &[
    ("id", KEY),
    ("created", INSTANT),
    ("number", NUMBER),
    ("vacancyId", TEXT),
    ("jobId", NUMBER),
    ("candidateId", TEXT),
    ("email", TEXT),
    ("firstName", TEXT),
    ("middleName", TEXT),
    ("lastName", TEXT),
    ("updated", MAYBE_INSTANT),
    ("status", CODE),
    ("stage", TEXTS),
    ("disqualifyReason", TEXTS),
    ("source", ANY),
    ("nobodyKnowsThis", ANY),
];

const POSTING: Fields = &[
    ("vacancyId", KEY),
    ("mediaId", KEY),
    ("created", INSTANT),
    ("edited", INSTANT),
    ("title", &[r#"{"localization":[{"locale":"de-DE","value":"x"}]}"#, "null", r#""""#, "{}"]),
    ("jobId", NUMBER),
    ("applicationFormId", TEXT),
    (
        "advertisements",
        &[
            r#"[{"title":{"localization":[]},"content":null,"isDefault":true},{"title":"","content":"","isDefault":""},{}]"#,
            "",
            "null",
            r#""""#,
            "[]",
        ],
    ),
    ("content", TEXTS),
    ("type", CODE),
    ("deadlineUTC", MAYBE_INSTANT),
    ("deadline", MAYBE_INSTANT),
    ("deadlineText", TEXTS),
    (
        "location",
        &[
            r#"{"address":"Ring 1, 44137, Dortmund","latitude":51.5,"longitude":7.4}"#,
            "",
            "null",
            r#""""#,
            "{}",
            r#"{"address":"","latitude":"","longitude":null}"#,
            r#"{"address":"\u0007;,\n|","latitude":"51.5","longitude":1e999}"#,
            r#"{"latitude":0,"longitude":0.0}"#,
        ],
    ),
    (
        "department",
        &[r#"{"id":"{D}","title":{"localization":[]}}"#, "", "null", r#""""#, "{}", r#"{"id":"","title":""}"#],
    ),
    ("tags", &[r#"["a",7,null,{"b":1,"b":2}]"#, "", "null", r#""""#, "[]"]),
    (
        "data",
        &[
            r#"[{"jobDetailsId":"F","title":"","valueType":"","value":""},{"jobDetailsId":"{F}","valueType":9,"value":{"a":1,"a":2}}]"#,
            "",
            "null",
            r#""""#,
            r#"[{"jobDetailsId":"F","valueType":0,"value":""},{"jobDetailsId":"F","valueType":1,"value":[{"id":"","title":null}]}]"#,
        ],
    ),
    ("projectManagerFullName", TEXT),
    ("templateId", TEXT),
    ("templateTitle", TEXTS),
    ("applyUrl", TEXTS),
    ("adUrl", TEXTS),
    ("externalApplicationUrl", TEXT),
    ("timeZone", &[r#""europe/berlin""#, "", "null", r#""""#, r#""(UTC+01:00) Amsterdam, Berlin""#, r#""Nowhere""#]),
    ("stage", CODE),
];

/// Whatever form each field has, alone and together with any others, also after another value under the same name: the record
/// is read, and it is the same one.
#[test]
fn nothing_that_the_contract_allows_is_rejected() {
    for (of, fields, key) in [(0, APPLICATION, "a-1"), (1, POSTING, "a-1 a-1")] {
        for (name, forms) in fields {
            for form in *forms {
                let members =
                    fields.iter().map(|(field, forms)| (*field, if field == name { *form } else { forms[0] }));
                assert_eq!(read(&object(members))[of], Ok(key.to_owned()), "{name}: {form}");
            }
        }
        check!().with_iterations(2_000).for_each(|choices: &[u8]| {
            let choice = |place: usize| choices.get(place).copied().map_or(0, usize::from);
            let members = fields.iter().enumerate().flat_map(|(place, (name, forms))| {
                let again = if choice(place + fields.len()) % 5 == 4 { ANY[choice(place) % ANY.len()] } else { "" };
                [(*name, again), (*name, forms[choice(place) % forms.len()])]
            });
            // one that came before an absent one would be the last
            let members: Vec<(&str, &str)> = members.collect();
            let kept = members.chunks(2).filter(|pair| !pair[1].1.is_empty()).flatten().copied();
            let json = object(kept);
            assert_eq!(read(&json)[of], Ok(key.to_owned()), "{json}");
        });
    }
}

fn object<'a>(members: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let there = members.filter(|(_, value)| !value.is_empty());
    let members: Vec<String> = there.map(|(name, value)| format!("{}:{value}", Value::from(name))).collect();
    format!("{{{}}}", members.join(","))
}
