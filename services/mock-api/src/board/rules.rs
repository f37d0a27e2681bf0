//! Reads a submission and holds it against the board's rules, beyond what its types say.
//!
//! Required fields must not be blank. A zip may be whole, or only its first digits: then without a city. Several cities
//! are separated by a comma and a blank: then without a zip. A reason names the field, never its value.

use chrono::NaiveDateTime;
use serde_json::Value;

use super::{Address, Contact, Job, JobLocation, Refusal, Submission};

const FIRST_DAY: &str = "%Y-%m-%dT%H:%M:%SZ";

/// A submission that keeps the rules, and its job ad as it came.
pub(super) fn read(body: &[u8]) -> Result<(Submission, Value), Refusal> {
    let value: Value = serde_json::from_slice(body).map_err(|error| {
        Refusal::new(format!("the body is not JSON: line {}, column {}", error.line(), error.column()))
    })?;
    let submission: Submission = serde_path_to_error::deserialize(&value)
        .map_err(|error| Refusal::new(format!("{}: {}", error.path(), without_values(&error.inner().to_string()))))?;
    filled("account.email", &submission.account.email)?;
    filled("account.pw", &submission.account.pw)?;
    job(&submission.job)?;
    Ok((submission, value["job"].clone()))
}

fn without_values(message: &str) -> &str {
    // what serde says of field names may be told; what it says of a value may hold the value
    let of_names = ["missing field", "unknown field", "duplicate field"];
    if of_names.iter().any(|begin| message.starts_with(begin)) {
        message.split(", expected").next().unwrap_or(message)
    } else {
        "is of a wrong type, or no value that it may have"
    }
}

fn job(job: &Job) -> Result<(), Refusal> {
    filled("job.title", &job.title)?;
    if let Some(employer) = &job.employer {
        filled("job.employer.name", &employer.name)?;
        address(&employer.address)?;
        contact("job.employer.contact", employer.contact.as_ref())?;
    }
    filled("job.contact.name", &job.contact.name)?;
    contact("job.contact.contact", job.contact.contact.as_ref())?;
    location(&job.location)?;
    match &job.description.first_day {
        // chrono takes one digit for a month or a day too
        Some(day) if day.len() != 20 || NaiveDateTime::parse_from_str(day, FIRST_DAY).is_err() => {
            Err(Refusal::new("job.description.firstDay: is not of the form yyyy-MM-ddTHH:mm:ssZ"))
        }
        _ => Ok(()),
    }
}

fn filled(field: &str, text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() { Err(Refusal::new(format!("{field}: is empty"))) } else { Ok(()) }
}

fn address(address: &Address) -> Result<(), Refusal> {
    filled("job.employer.address.street", &address.street)?;
    filled("job.employer.address.city", &address.city)?;
    filled("job.employer.address.zip", &address.zip)?;
    country("job.employer.address.country", &address.country)
}

fn country(field: &str, code: &str) -> Result<(), Refusal> {
    let is_code = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    if is_code { Ok(()) } else { Err(Refusal::new(format!("{field}: is not a country as two capital letters"))) }
}

fn contact(field: &str, contact: Option<&Contact>) -> Result<(), Refusal> {
    match contact.and_then(|contact| contact.email.as_deref()) {
        Some(email) if !email.contains('@') => Err(Refusal::new(format!("{field}.email: is not an e-mail address"))),
        _ => Ok(()),
    }
}

/// Digits of a whole postal code, where we know.
fn whole_zip(country: &str) -> Option<usize> {
    match country {
        "DE" => Some(5),
        "AT" | "CH" => Some(4),
        _ => None,
    }
}

fn location(location: &JobLocation) -> Result<(), Refusal> {
    country("job.location.countryCode", &location.country_code)?;
    let whole = whole_zip(&location.country_code);
    let cities: Vec<&str> = location.city.iter().flat_map(|city| city.split(", ")).collect();
    if cities.iter().any(|city| city.trim().is_empty() || city.contains(',')) {
        return Err(Refusal::new("job.location.city: several cities are separated by a comma and a blank"));
    }
    let Some(zip) = &location.zip else { return Ok(()) };
    if zip.is_empty() || whole.is_some_and(|most| zip.len() > most || !zip.bytes().all(|byte| byte.is_ascii_digit())) {
        return Err(Refusal::new("job.location.zip: is no postal code of the country, nor its first digits"));
    }
    match cities.len() {
        0 => Ok(()),
        1 if whole.is_none_or(|digits| zip.len() == digits) => Ok(()),
        1 => Err(Refusal::new("job.location.city: may not stand beside the first digits of a zip")),
        _ => Err(Refusal::new("job.location.zip: may not stand beside several cities")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const FULL: &str = include_str!("../../../../contracts/board/full.json");
    const SHORT: &str = include_str!("../../../../contracts/board/short.json");
    const SEVERAL_CITIES: &str = include_str!("../../../../contracts/board/several-cities.json");

    fn reason(value: &Value) -> String {
        match read(value.to_string().as_bytes()) {
            Err(refusal) => refusal.reason.into_owned(),
            Ok(_) => panic!("taken: {value}"),
        }
    }

    #[test]
    fn the_documents_examples_are_taken_and_lose_nothing() {
        for text in [FULL, SHORT, SEVERAL_CITIES] {
            let (submission, job) = read(text.as_bytes()).unwrap_or_else(|refusal| panic!("{}", refusal.reason));
            let given: Value = serde_json::from_str(text).expect("JSON");
            assert_eq!(serde_json::to_value(&submission).expect("JSON"), given);
            assert_eq!(job, given["job"]);
        }
    }

    #[test]
    fn every_field_that_must_be_there_is_missed() {
        for (parent, field) in [
            ("", "account"),
            ("", "job"),
            ("/account", "email"),
            ("/account", "pw"),
            ("/job", "title"),
            ("/job", "contact"),
            ("/job", "location"),
            ("/job", "description"),
            ("/job/employer", "name"),
            ("/job/employer", "address"),
            ("/job/employer/address", "street"),
            ("/job/employer/address", "city"),
            ("/job/employer/address", "zip"),
            ("/job/employer/address", "country"),
            ("/job/contact", "name"),
            ("/job/location", "countryCode"),
            ("/job/description", "onlineApplicants"),
        ] {
            let mut value: Value = serde_json::from_str(FULL).expect("JSON");
            let object = value.pointer_mut(parent).and_then(Value::as_object_mut).expect("an object");
            assert!(object.remove(field).is_some(), "{parent}/{field}");
            assert!(reason(&value).contains(&format!("missing field `{field}`")), "{}", reason(&value));
        }
    }

    #[test]
    fn every_value_that_cannot_be_is_refused_by_the_name_of_its_field() {
        for (pointer, wrong) in [
            ("/job/title", json!("  ")),
            ("/job/title", json!(7)),
            ("/job/employer/address/country", json!("Deutschland")),
            ("/job/employer/contact/email", json!("nobody")),
            ("/job/contact/name", json!("")),
            ("/job/location/countryCode", json!("de")),
            ("/job/location/zip", json!("441370")),
            ("/job/location/zip", json!("44x37")),
            ("/job/location/zip", json!("")),
            ("/job/location/city", json!("Dortmund,Marl")),
            ("/job/location/city", json!("Dortmund, ")),
            ("/job/description/hiringType", json!("Ehrenamt")),
            ("/job/description/jobScope", json!("vollzeit")),
            ("/job/description/firstDay", json!("2017-01-20")),
            ("/job/description/firstDay", json!("2017-02-30T12:00:00Z")),
            ("/job/description/firstDay", json!("2017-01-20T12:00:00+01:00")),
            ("/job/description/onlineApplicants", json!("true")),
        ] {
            let mut value: Value = serde_json::from_str(FULL).expect("JSON");
            *value.pointer_mut(pointer).expect("a field") = wrong.clone();
            let (said, field) = (reason(&value), pointer[1..].replace('/', "."));
            assert!(said.starts_with(&field), "{pointer} {wrong}: {said}");
            let shown = wrong.as_str().filter(|text| text.len() > 2);
            assert!(shown.is_none_or(|text| !said.contains(text)), "the reason tells the value: {said}");
        }
    }

    #[test]
    fn a_place_is_one_or_several_or_a_region() {
        let place = |zip: Option<&str>, city: Option<&str>, country: &str| {
            let place = json!({"countryCode": country, "zip": zip, "city": city});
            location(&serde_json::from_value(place).expect("a location")).is_ok()
        };
        assert!(
            place(None, None, "DE") && place(Some("44137"), None, "DE") && place(Some("44137"), Some("Dortmund"), "DE")
        );
        assert!(place(Some("44"), None, "DE") && place(None, Some("Marl, Herne, Dorsten"), "DE"));
        assert!(!place(Some("44"), Some("Dortmund"), "DE"), "a region and a city");
        assert!(!place(Some("44137"), Some("Marl, Herne"), "DE"), "a zip and several cities");
        assert!(place(Some("1010"), Some("Wien"), "AT") && !place(Some("10100"), Some("Wien"), "AT"));
        assert!(place(Some("6221 AX"), Some("Maastricht"), "NL"), "a country whose codes we do not know");
    }

    #[test]
    fn what_is_not_json_or_not_known_is_refused() {
        assert!(
            read(b"{\"account\" : {} \"job\": {}}").is_err_and(|refusal| refusal.reason.contains("line 1, column"))
        );
        assert!(read(b"\xff\xfe").is_err() && read(b"").is_err() && read(b"[]").is_err());
        let deep = "[".repeat(100_000);
        assert!(read(deep.as_bytes()).is_err());
        let mut value: Value = serde_json::from_str(FULL).expect("JSON");
        value["job"]["titel"] = json!("x");
        assert_eq!(reason(&value), "job.titel: unknown field `titel`");
    }
}
