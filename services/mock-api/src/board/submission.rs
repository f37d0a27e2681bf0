//! What is handed over with the first call: who hands over, and the job ad.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::example::example;

/// Account and job ad, as `create` and `test` take them. Unknown fields are refused.
#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!(example(include_str!("../../tests/golden/board-full.json"))))]
pub struct Submission {
    /// Who hands over.
    pub account: Account,
    /// The job ad.
    pub job: Job,
}

/// The account that the board has opened for an employer.
#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// Its e-mail address.
    pub email: String,
    /// Its password.
    pub pw: String,
}

/// The job ad.
#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// What the job is called.
    pub title: String,
    /// The employer's own reference, quoted in applications.
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// To the board's staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Whom the job is with; absent, the ad does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub employer: Option<Employer>,
    /// Whom applicants may ask.
    pub contact: Person,
    /// Where the job is.
    pub location: Location,
    /// What the job is.
    pub description: Description,
}

/// An employer.
#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Employer {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub address: Address,
    /// How it is reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
}

/// An address.
#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// Street and number.
    pub street: String,
    /// City.
    pub city: String,
    /// Postal code.
    pub zip: String,
    /// Country as two capital letters (ISO 3166-1).
    pub country: String,
}

/// A person to ask.
#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The person's name.
    pub name: String,
    /// How the person is reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
}

/// Ways to reach somebody.
#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Fax number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fax: Option<String>,
    /// Telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub telephone: Option<String>,
    /// E-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// One place, several cities, or all places whose postal codes begin alike.
#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Location {
    /// Country as two capital letters (ISO 3166-1).
    pub country_code: String,
    /// Postal code; or its first digits only, meaning all places that begin so: then there is no city.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zip: Option<String>,
    /// One city; or several, each separated by a comma and a blank: then there is no zip.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
}

/// What the job is.
#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Description {
    /// Field of work; the board's staff decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// Domain in that field; the board's staff decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// Rank; the board's staff decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// Kind of employment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hiring_type: Option<HiringType>,
    /// How much work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_scope: Option<JobScope>,
    /// The ad itself, as plain text or as HTML.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plain_text: Option<String>,
    /// When it begins, as `yyyy-MM-ddTHH:mm:ssZ`; absent means at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_day: Option<String>,
    /// Whether one may apply online.
    pub online_applicants: bool,
}

/// Kinds of employment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub enum HiringType {
    /// Not said.
    #[serde(rename = "Keine Angaben")]
    NotSaid,
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

/// How much work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub enum JobScope {
    /// Not said.
    #[serde(rename = "Keine Angaben")]
    NotSaid,
    /// Temporary help.
    #[serde(rename = "Aushilfe")]
    Help,
    /// Part time.
    #[serde(rename = "Teilzeit")]
    PartTime,
    /// Full time.
    #[serde(rename = "Vollzeit")]
    FullTime,
    /// Either.
    #[serde(rename = "Vollzeit/Teilzeit")]
    FullOrPartTime,
}
