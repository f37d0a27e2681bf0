//! The tenant's own facts on a vacancy.

use serde_json::{Value, json};

use super::{Choice, JobData, JobValue};
use crate::{
    database::posting::Model,
    emply::Localization,
    world::{
        catalogue::{self, GROUP_OF, Language, PROFESSIONS},
        random::identifier_of,
    },
};

/// Place, working time and contract for most; pay and first day for some, in value types that no client knows.
pub(super) fn data(row: &Model, language: &Language) -> Vec<JobData> {
    let facts = &language.facts;
    if row.kind == 1 {
        return Vec::new();
    }
    let number = usize::try_from(row.id).unwrap_or_default();
    let group = GROUP_OF[usize::try_from(row.profession).unwrap_or_default() % PROFESSIONS];
    let mut data = Vec::new();
    if let Some(city) = row.location.as_deref().and_then(|address| address.split(", ").nth(2)) {
        data.push(fact("place", facts.place, language, 0, text(language, city)));
    }
    // both may be chosen: full time or part time
    let hours: &[&str] = match number % 3 {
        0 => &facts.hours_values[..1],
        1 => &facts.hours_values[1..],
        _ => &facts.hours_values,
    };
    data.push(fact("hours", facts.hours, language, 1, choices(language, hours)));
    let contract = number % facts.contract_values.len();
    data.push(fact(
        "contract",
        facts.contract,
        language,
        1,
        choices(language, &facts.contract_values[contract..=contract]),
    ));
    if number % 2 == 0 {
        data.push(fact("pay", facts.pay, language, 0, text(language, facts.pay_values[group])));
    }
    match number % 10 {
        1 => data.push(fact("first day", facts.first_day, language, 0, text(language, facts.at_once))),
        4 => data.push(fact(
            "range",
            facts.pay,
            language,
            4,
            JobValue::Other(json!({"from": 3200, "to": 4100, "currency": "EUR"})),
        )),
        7 => data.push(fact("shifts", facts.hours, language, 3, JobValue::Other(Value::Bool(true)))),
        9 => data.push(fact("first day", facts.first_day, language, 2, JobValue::Other(Value::Null))),
        _ => {}
    }
    data
}

fn fact(kind: &str, name: &str, language: &Language, value_type: i32, value: JobValue) -> JobData {
    let english = catalogue::language("en-GB");
    let mut title = vec![(language.locale, name.to_owned())];
    if kind == "hours" && language.locale != english.locale {
        title.push((english.locale, english.facts.hours.to_owned()));
    }
    // kinds of facts are the tenant's, and so the same in all languages
    JobData { job_details_id: identifier_of(kind).to_string(), title: Localization::new(title), value_type, value }
}

fn text(language: &Language, text: &str) -> JobValue {
    JobValue::Text(Localization::new([(language.locale, text.to_owned())]))
}

fn choices(language: &Language, labels: &[&str]) -> JobValue {
    let choice = |label: &&str| Choice {
        id: identifier_of(label).to_string(),
        title: Localization::new([(language.locale, (*label).to_owned())]),
    };
    JobValue::Choices(labels.iter().map(choice).collect())
}
