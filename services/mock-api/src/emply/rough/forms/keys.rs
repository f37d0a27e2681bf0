//! Keys, and what records are told apart or brought together by.

use serde_json::json;

use crate::emply::rough::{
    draft::Draft,
    form::{
        Form,
        Meaning::{AsItSays, Same},
    },
    localized::localization,
};

const OF_POSTING: &[&str] = &["vacancyId", "mediaId"];
const OF_APPLICATION: &[&str] = &["id", "vacancyId", "candidateId"];
const OF_PERSON: &[&str] = &["candidateId", "email", "firstName", "middleName", "lastName"];

pub(super) const FORMS: &[Form] = &[
    Form::posting("ids-in-capitals", OF_POSTING, Same, "ids in capitals", |record| {
        record.respell(OF_POSTING, str::to_uppercase)
    }),
    Form::posting("ids-in-braces", OF_POSTING, Same, "ids as `{…}`", |record| record.respell(OF_POSTING, in_braces)),
    Form::application("application-ids-in-capitals", OF_APPLICATION, Same, "ids in capitals", |record| {
        record.respell(OF_APPLICATION, str::to_uppercase)
    }),
    Form::application("application-ids-in-braces", OF_APPLICATION, Same, "ids as `{…}`, in capitals", |record| {
        record.respell(OF_APPLICATION, |id| in_braces(&id.to_uppercase()))
    }),
    Form::application(
        "anonymised",
        OF_PERSON,
        AsItSays,
        "no `candidateId`, and the name and e-mail address that all have who were made anonymous: several persons, or none, \
         and not one",
        |record| {
            record.set("candidateId", json!(null))?;
            record.set("email", "anonymous@example.invalid")?;
            record.set("firstName", "Anonymous")?;
            record.set("middleName", json!(null))?;
            record.set("lastName", "Anonymised")
        },
    ),
    Form::posting("department-with-a-blank", &["department"], Same, "`Station 4 `", |record| {
        rename(record, |name| format!("{name} "))
    }),
    Form::posting("department-in-capitals", &["department"], Same, "`STATION 4`", |record| {
        rename(record, str::to_uppercase)
    }),
];

fn in_braces(id: &str) -> String {
    format!("{{{id}}}")
}

fn rename(record: &mut Draft, change: impl Fn(&str) -> String) -> Option<()> {
    let mut department = record.get("department");
    let first = department.get("title")?["localization"].get(0)?.clone();
    let name = change(first["value"].as_str()?);
    department["title"] = localization(&[(first["locale"].as_str()?, &name)]);
    record.set("department", department)
}
