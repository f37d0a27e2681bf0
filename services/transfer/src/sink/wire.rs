//! What the board's interface takes, field by field (its document, section 2).

use std::fmt;

use serde::{Deserialize, Serialize};

/// Account and job ad, as `create` and `test` take them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Submission {
    /// Who hands over.
    pub account: Account,
    /// The ad.
    pub job: Job,
}

/// The account that the board has opened for the employer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// E-mail address.
    pub email: String,
    /// Password.
    pub pw: String,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// A job ad.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// What the job is called.
    pub title: String,
    /// Our reference, which applicants quote: the vacancy's id.
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// To the board's staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Absent, the ad does not say whom the job is with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub employer: Option<Employer>,
    /// Whom applicants may ask.
    pub contact: Person,
    /// Where the job is.
    pub location: Location,
    /// What the job is.
    pub description: Description,
}

impl Job {
    /// The smallest ad that the board takes, to see whether it takes anything.
    pub fn trial() -> Self {
        Self {
            title: "Probe der Schnittstelle".to_owned(),
            reference: Some("transfer-trial".to_owned()),
            message: Some("Nur eine Probe; bitte nicht bearbeiten.".to_owned()),
            employer: None,
            contact: Person { name: "transfer".to_owned(), contact: None },
            location: Location { country_code: "DE".to_owned(), zip: None, city: None },
            description: Description {
                area: None,
                domain: None,
                level: None,
                hiring_type: None,
                job_scope: None,
                plain_text: None,
                first_day: None,
                online_applicants: false,
            },
        }
    }
}

/// An employer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Employer {
    /// Name.
    pub name: String,
    /// Where it is.
    pub address: Address,
    /// How it is reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
}

/// An address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// Street and number.
    pub street: String,
    /// Town.
    pub city: String,
    /// Postal code.
    pub zip: String,
    /// Two capital letters.
    pub country: String,
}

/// Somebody to ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Name.
    pub name: String,
    /// How they are reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
}

/// How somebody is reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Number of a fax machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fax: Option<String>,
    /// Number of a telephone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub telephone: Option<String>,
    /// E-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// Where a job is: a place, several, or all places whose postal code begins with some digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Location {
    /// Two capital letters.
    #[serde(rename = "countryCode")]
    pub country_code: String,
    /// A whole postal code, or its first digits and then no city.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zip: Option<String>,
    /// A town; or several, separated by a comma and a blank, and then no postal code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
}

/// What a job is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Description {
    /// Field of work; the board's staff decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// Speciality; the board's staff decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// Level of hierarchy; the board's staff decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// Kind of contract.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hiring_type: Option<HiringType>,
    /// Working time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_scope: Option<JobScope>,
    /// The ad itself, plain text or HTML.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plain_text: Option<String>,
    /// `yyyy-MM-ddTHH:mm:ssZ`; absent means at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_day: Option<String>,
    /// Whether one may apply online.
    pub online_applicants: bool,
}

/// Kinds of contract, in the board's words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum HiringType {
    /// Not said.
    #[default]
    #[serde(rename = "Keine Angaben")]
    Unstated,
    /// For a limited time.
    #[serde(rename = "Befristete Stelle")]
    Temporary,
    /// Permanent.
    #[serde(rename = "Festanstellung")]
    Permanent,
    /// Freelance.
    #[serde(rename = "Freie Mitarbeit")]
    Freelance,
    /// Self-employed.
    #[serde(rename = "Selbstständig")]
    SelfEmployed,
    /// Internship.
    #[serde(rename = "Praktikum")]
    Internship,
    /// Apprenticeship.
    #[serde(rename = "Ausbildungsplatz")]
    Apprenticeship,
}

/// Working times, in the board's words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum JobScope {
    /// Not said.
    #[default]
    #[serde(rename = "Keine Angaben")]
    Unstated,
    /// Temporary help.
    #[serde(rename = "Aushilfe")]
    Casual,
    /// Part time.
    #[serde(rename = "Teilzeit")]
    PartTime,
    /// Full time.
    #[serde(rename = "Vollzeit")]
    FullTime,
    /// Either.
    #[serde(rename = "Vollzeit/Teilzeit")]
    Either,
}

/// A file that is to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Announcement<'a> {
    /// The name by which the ad refers to it.
    pub filename: &'a str,
    /// What it is.
    pub mime_type: &'a str,
}

/// What every call answers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Answer {
    /// `ok`, `error`, or the id of an announced file.
    pub result: String,
    /// Of a new listing.
    pub id: Option<String>,
}
