//! Values as other systems write them, and what becomes of each: a table, to which a line is added for each new one.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{tests::*, *};

/// A record in which a member has this value, or is there once more with it, and what was said about it.
fn with(json: &str, member: &str, value: &str) -> (String, Transform) {
    let mut record: BTreeMap<String, Value> = serde_json::from_str(json).unwrap();
    record.remove(member);
    let rest = serde_json::to_string(&record).unwrap();
    (format!("{{{}:{value},{}", Value::from(member), &rest[1..]), transform())
}

fn remarks(transform: &Transform) -> String {
    let remarks = transform.noted.take().remarks;
    remarks.into_iter().map(|((field, what), _)| format!("{field}: {what}")).collect::<Vec<_>>().join("; ")
}

fn shown<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

/// Of a posting's column, what it shows.
type OfPosting = fn(&posting::Model) -> String;

const DEADLINE: OfPosting = |row| shown(row.deadline.map(|at| at.format("%Y-%m-%dT%H:%M:%S")));
const ZONE: OfPosting = |row| shown(row.time_zone.clone());
const STAGE: OfPosting = |row| shown(row.stage);
const TYPE: OfPosting = |row| shown(row.posting_type);
const NUMBER: OfPosting = |row| shown(row.job_id);
const VACANCY: OfPosting = |row| row.vacancy_id.clone();
const PLACE: OfPosting = |row| format!("{} {}", shown(row.latitude), shown(row.longitude));
const DEPARTMENT: OfPosting = |row| format!("{} {}", shown(row.department_id.clone()), shown(row.department.clone()));

const NONE_MEANT: &str = "posting.deadline: a year that stands for none, left out";
const NO_ZONE: &str = "posting.timeZone: no zone that is known, left out; a local deadline is taken as UTC";
const BEYOND: &str = "too large to be kept to the last digit, left out";
const UNNAMED: &str = "a word or number that is not known, kept as -1";
const NO_PLACE: &str = "posting.location: coordinates that are no place, left out";

/// Member, its value, the column, what is in it, and what is said.
const POSTINGS: &[(&str, &str, OfPosting, &str, &str)] = &[
    ("deadlineUTC", r#""2026-05-29T10:00:00Z""#, DEADLINE, "2026-05-29T10:00:00", ""),
    ("deadlineUTC", r#""2026-05-29T10:00:00""#, DEADLINE, "2026-05-29T10:00:00", ""),
    // the local one is left: 12:00 in Berlin
    ("deadlineUTC", r#""""#, DEADLINE, "2026-05-29T10:00:00", ""),
    ("deadlineUTC", "null", DEADLINE, "2026-05-29T10:00:00", ""),
    ("deadline", r#""0001-01-01T00:00:00""#, DEADLINE, "-", NONE_MEANT),
    ("deadline", r#""0001-01-01T00:00:00+01:00""#, DEADLINE, "-", NONE_MEANT),
    ("deadline", r#""1900-01-01T00:00:00Z""#, DEADLINE, "-", NONE_MEANT),
    ("deadline", r#""9999-12-31T23:59:59.9999999Z""#, DEADLINE, "-", NONE_MEANT),
    ("deadline", r#""9999-12-31T23:59:59-05:00""#, DEADLINE, "-", NONE_MEANT),
    // the local one is better than none
    ("deadlineUTC", r#""0001-01-01T00:00:00""#, DEADLINE, "2026-05-29T10:00:00", ""),
    ("timeZone", r#""Europe/Berlin""#, ZONE, "Europe/Berlin", ""),
    ("timeZone", r#"" europe/berlin ""#, ZONE, "Europe/Berlin", ""),
    ("timeZone", r#""W. Europe Standard Time""#, ZONE, "Europe/Berlin", ""),
    ("timeZone", r#""(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna""#, ZONE, "Europe/Berlin", ""),
    ("timeZone", r#""(UTC+01:00) Amsterdam, Berlin, Bern, Rom, Stockholm, Wien""#, ZONE, "Europe/Berlin", ""),
    ("timeZone", r#""""#, ZONE, "-", ""),
    ("timeZone", r#""Musterzeit""#, ZONE, "-", NO_ZONE),
    ("stage", "1", STAGE, "1", ""),
    ("stage", "7", STAGE, "7", ""),
    ("stage", r#""Published""#, STAGE, "1", ""),
    ("stage", r#""2""#, STAGE, "2", ""),
    ("stage", r#""""#, STAGE, "-", ""),
    ("stage", r#""Promoted""#, STAGE, "-1", "posting.stage: a word or number that is not known, kept as -1"),
    ("type", "5", TYPE, "5", ""),
    ("type", r#""TalentPool""#, TYPE, "1", ""),
    ("type", "99999999999", TYPE, "-1", "posting.type: a word or number that is not known, kept as -1"),
    ("jobId", "21157", NUMBER, "21157", ""),
    ("jobId", r#""21157""#, NUMBER, "21157", ""),
    (
        "jobId",
        "123456789012345678901234567890",
        NUMBER,
        "-",
        "posting.jobId: too large to be kept to the last digit, left out",
    ),
    (
        "jobId",
        "1e999",
        NUMBER,
        "-",
        "posting.jobId: a number that no double holds, taken as the largest; posting.jobId: too large to be kept to the last digit, left out",
    ),
    ("vacancyId", r#"" {83360FFF-0663-4DF2-A37B-8D014E3B1EC8}""#, VACANCY, "83360fff-0663-4df2-a37b-8d014e3b1ec8", ""),
    ("location", r#"{"latitude":51.5,"longitude":"7.4"}"#, PLACE, "51.5 7.4", ""),
    ("location", r#"{"latitude":"","longitude":null}"#, PLACE, "- -", ""),
    ("location", r#""""#, PLACE, "- -", ""),
    ("location", r#"{"latitude":0,"longitude":0}"#, PLACE, "- -", NO_PLACE),
    ("location", r#"{"latitude":515.0,"longitude":7.4}"#, PLACE, "- -", NO_PLACE),
    ("location", "[]", PLACE, "- -", ""),
    ("department", r#""""#, DEPARTMENT, "- -", ""),
    ("department", "[]", DEPARTMENT, "- -", ""),
    ("advertisements", r#"[null,"",{"isDefault":"true"},{"isDefault":1}]"#, STAGE, "1", ""),
    ("data", r#"[null,"",{"title":null,"valueType":"Date","value":1},{"valueType":1.5}]"#, STAGE, "1", ""),
    ("mediaId", r#""6e1f0f6c-53d7-4a0e-9a86-0c8a1f5f7b21""#, STAGE, "1", ""),
    ("nobodyKnowsThis", r#"{"a":"\u0000"}"#, STAGE, "1", "posting: half a character or NUL, replaced by U+FFFD"),
    ("department", r#"{"id":"{D-1}","title":""}"#, DEPARTMENT, "d-1 -", ""),
];

#[test]
fn postings() {
    for (member, value, column, is, said) in POSTINGS {
        let (mut json, transform) = with(POSTING, member, value);
        if *member == "deadline" {
            json = json.replace(r#""deadlineUTC":"2026-05-29T10:00:00Z""#, r#""deadlineUTC":null"#);
        }
        let row = posting(&transform, &json).unwrap();
        assert_eq!((column(&row).as_str(), remarks(&transform).as_str()), (*is, *said), "{member}: {value}");
    }
}

/// Of an application's column, what it shows.
type OfApplication = fn(&application::Model) -> String;

const APPLICATION_NUMBER: OfApplication = |row| shown(row.number);
const UPDATED: OfApplication = |row| shown(row.updated.map(|at| at.format("%Y-%m-%dT%H:%M:%S")));
const STATUS: OfApplication = |row| shown(row.status);
const CANDIDATE: OfApplication = |row| row.candidate_key.clone();
const EMAIL: OfApplication = |row| shown(row.email.clone());
const SOURCE: OfApplication = |row| shown(row.source.clone());
/// Member, its value, the column, what is in it, and what is said.
const APPLICATIONS: &[(&str, &str, OfApplication, &str, &str)] = &[
    (
        "number",
        "18446744073709551616",
        APPLICATION_NUMBER,
        "-",
        "application.number: too large to be kept to the last digit, left out",
    ),
    ("number", "10482.0", APPLICATION_NUMBER, "10482", ""),
    ("updated", r#""""#, UPDATED, "-", ""),
    ("updated", r#""2026-05-21T09:00:00+02:00""#, UPDATED, "2026-05-21T07:00:00", ""),
    ("updated", r#""0001-01-01T00:00:00""#, UPDATED, "-", "application.updated: a year that stands for none, left out"),
    ("status", r#""Inactive""#, STATUS, "0", ""),
    ("status", "3", STATUS, "3", ""),
    ("status", r#""OnHold""#, STATUS, "-1", "application.status: a word or number that is not known, kept as -1"),
    (
        "candidateId",
        r#""{F5D5A3A0-6A51-4B55-8A35-3A3F2F1A0C01}""#,
        CANDIDATE,
        "id:f5d5a3a0-6a51-4b55-8a35-3a3f2f1a0c01",
        "",
    ),
    ("email", r#"" ""#, EMAIL, "-", ""),
    (
        "email",
        r#""a\ud800b@example.org""#,
        EMAIL,
        "a\u{fffd}b@example.org",
        "application: half a character or NUL, replaced by U+FFFD",
    ),
    (
        "source",
        r#"{"a":1,"a":{"b":2}}"#,
        SOURCE,
        r#"{"a":{"b":2}}"#,
        "application.source: there twice, the last counts",
    ),
    (
        "source",
        "1e999",
        SOURCE,
        "1.7976931348623157e+308",
        "application.source: a number that no double holds, taken as the largest",
    ),
];

#[test]
fn applications() {
    for (member, value, column, is, said) in APPLICATIONS {
        let (json, transform) = with(APPLICATION, member, value);
        let row = application(&transform, &json).unwrap();
        assert_eq!((column(&row).as_str(), remarks(&transform).as_str()), (*is, *said), "{member}: {value}");
    }
    assert!(POSTINGS.iter().any(|row| row.4.ends_with(BEYOND)) && POSTINGS.iter().any(|row| row.4.ends_with(UNNAMED)));
}

#[test]
fn of_two_members_with_one_name_the_last_counts_and_that_is_told() {
    for (json, member, first, said) in [
        (APPLICATION, "number", "{}", "application.number"),
        (APPLICATION, "id", r#""other""#, "application.id"),
        (APPLICATION, "stage", r#"{"localization":[{"value":"other"}]}"#, "application.stage"),
        (APPLICATION, "nobodyKnowsThis", r#"1,"nobodyKnowsThis":2"#, "application.nobodyKnowsThis"),
    ] {
        let transform = transform();
        let twice = format!("{{{}:{first},{}", Value::from(member), &json.trim()[1..]);
        let twice = application(&transform, &twice).unwrap();
        assert_eq!(remarks(&transform), format!("{said}: there twice, the last counts"));
        let once = application(&transform, json).unwrap();
        assert_eq!(twice.content_hash, once.content_hash, "{member}");
    }
    let inside = POSTING.replace(r#""address":"#, r#""address":7,"address":"#);
    let transform = transform();
    let row = posting(&transform, &inside).unwrap();
    assert_eq!(row.address.as_deref(), Some("Musterstrasse 6, 80331, Muenchen"));
    assert_eq!(remarks(&transform), "posting.location.address: there twice, the last counts");
    assert!(row.raw.contains(r#""address":7"#), "it is kept as it came");
}

#[test]
fn several_who_were_made_anonymous_are_not_one_person() {
    let keys: std::collections::BTreeSet<String> = (0..5)
        .map(|number| {
            let json = format!(
                r#"{{"id":"{number}","created":"2026-05-26T12:21:57","candidateId":"","email":"anonymous@example.org",
                    "firstName":"Anonymous","lastName":"Anonymous"}}"#
            );
            application(&transform(), &json).unwrap().candidate_key
        })
        .collect();
    assert_eq!(keys.len(), 5, "{keys:?}");
}
