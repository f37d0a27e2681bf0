//! Dates and time zones.

use serde_json::{Value, json};

use crate::{
    emply::rough::{
        draft::Draft,
        form::{
            Form,
            Meaning::{AsItSays, Nothing, Same},
        },
        localized::localization,
    },
    world::random::identifier_of,
};

const DEADLINES: &[&str] = &["deadlineUTC", "deadline"];
const LOCAL_DEADLINE: &[&str] = &["deadline", "timeZone"];
const ZONE: &[&str] = &["timeZone"];

pub(super) const FORMS: &[Form] = &[
    Form::posting("empty-deadline", DEADLINES, Same, "`\"\"` in place of null", |record| never(record, "", "")),
    Form::posting("first-deadline", DEADLINES, Same, "`0001-01-01T00:00:00` in place of null", |record| {
        never(record, "0001-01-01T00:00:00", "0001-01-01T00:00:00")
    }),
    Form::posting("first-deadline-in-utc", DEADLINES, Same, "the same with `Z`", |record| {
        never(record, "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z")
    }),
    Form::posting(
        "first-deadline-in-the-east",
        DEADLINES,
        Same,
        "the same with `+01:00`: a year before the first",
        |record| never(record, "0001-01-01T00:00:00+01:00", "0001-01-01T00:00:00"),
    ),
    Form::posting("last-deadline", DEADLINES, Same, "`9999-12-31T23:59:59` in place of null", |record| {
        never(record, "9999-12-31T23:59:59", "9999-12-31T23:59:59")
    }),
    Form::posting("last-deadline-in-utc", DEADLINES, Same, "the same with seven digits and `Z`", |record| {
        never(record, "9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999")
    }),
    Form::posting("last-deadline-in-the-west", DEADLINES, Same, "the same with `-08:00`: the year 10000", |record| {
        never(record, "9999-12-31T23:59:59-08:00", "9999-12-31T23:59:59")
    }),
    Form::posting(
        "last-deadline-of-a-western-zone",
        LOCAL_DEADLINE,
        AsItSays,
        "no `deadlineUTC`, `deadline` is `9999-12-31T23:59:59`, and `timeZone` is `Pacific Standard Time`, or missing: no deadline",
        |record| {
            never(record, "", "9999-12-31T23:59:59")?;
            record.set("deadlineUTC", Value::Null)?;
            if record.is_null("timeZone") { Some(()) } else { record.set("timeZone", "Pacific Standard Time") }
        },
    ),
    Form::posting(
        "first-day-with-two-digits",
        &["data"],
        AsItSays,
        "the fact \"Eintrittsdatum\" is `01.03.27`",
        first_day,
    ),
    Form::application("empty-updated", &["updated"], Nothing, "`updated` is `\"\"`", |record| {
        record.set("updated", "")
    }),
    Form::posting("zone-with-blanks", ZONE, Same, "white space around `timeZone`", |record| {
        record.respell(ZONE, |zone| format!(" {zone} "))
    }),
    Form::posting("zone-in-lower-case", ZONE, Same, "`europe/berlin`", |record| {
        record.respell(ZONE, str::to_lowercase)
    }),
    Form::posting(
        "zone-of-a-dialog",
        ZONE,
        Same,
        "`(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna`: as Windows shows it",
        |record| {
            let zone = record.get_text("timeZone")?;
            let (_, shown) = DIALOG.iter().find(|(zones, _)| zones.contains(&zone.as_str()))?;
            record.set("timeZone", shown)
        },
    ),
    Form::posting("zone-of-nowhere", ZONE, Nothing, "`Mitteleuropa (Sommer)`: no zone that anybody knows", |record| {
        if record.is_null("timeZone") { None } else { record.set("timeZone", "Mitteleuropa (Sommer)") }
    }),
];

/// How Windows shows the zones of the world's sites.
const DIALOG: &[(&[&str], &str)] = &[
    (&["Europe/Berlin", "W. Europe Standard Time"], "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna"),
    (&["Europe/Copenhagen", "Romance Standard Time"], "(UTC+01:00) Brussels, Copenhagen, Madrid, Paris"),
    (&["Europe/London", "GMT Standard Time"], "(UTC+00:00) Dublin, Edinburgh, Lisbon, London"),
];

/// Sets the deadline of a posting that has none.
fn never(record: &mut Draft, utc: &str, local: &str) -> Option<()> {
    if DEADLINES.iter().any(|name| !record.is_null(name)) {
        return None;
    }
    record.set("deadlineUTC", utc)?;
    record.set("deadline", local)
}

/// The first day as somebody typed it, in the place of the one that may be there.
fn first_day(record: &mut Draft) -> Option<()> {
    let id = identifier_of("first day").to_string();
    let mut data = record.get("data");
    let facts = data.as_array_mut()?;
    facts.retain(|fact| fact["jobDetailsId"] != id.as_str());
    facts.push(json!({
        "jobDetailsId": id, "title": localization(&[("de-DE", "Eintrittsdatum")]),
        "valueType": 0, "value": localization(&[("de-DE", "01.03.27")]),
    }));
    record.set("data", data)
}
