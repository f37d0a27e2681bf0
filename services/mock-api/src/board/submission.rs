//! What is handed over with the first call: who hands over, and the job ad.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use crate::example::example;

/// Account and job ad, as `create` and `test` take them. Unknown fields are refused.
#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!(example(include_str!("../../../../contracts/board/full.json"))))]
pub(crate) struct Submission {
    /// Who hands over.
    pub(crate) account: Account,
    pub(crate) job: Job,
}

/// The account that the board has opened for an employer.
#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Account {
    pub(crate) email: String,
    pub(crate) pw: String,
}

#[skip_serializing_none]
#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Job {
    /// What the job is called.
    pub(crate) title: String,
    /// The employer's own reference, quoted in applications.
    #[serde(rename = "ref")]
    pub(crate) reference: Option<String>,
    /// To the board's staff.
    pub(crate) message: Option<String>,
    /// Whom the job is with; absent, the ad does not say.
    pub(crate) employer: Option<Employer>,
    /// Whom applicants may ask.
    pub(crate) contact: Person,
    pub(crate) location: JobLocation,
    pub(crate) description: Description,
}

#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Employer {
    pub(crate) name: String,
    pub(crate) address: Address,
    /// How it is reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) contact: Option<Contact>,
}

#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Address {
    pub(crate) street: String,
    pub(crate) city: String,
    pub(crate) zip: String,
    /// Country as two capital letters (ISO 3166-1).
    pub(crate) country: String,
}

#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Person {
    pub(crate) name: String,
    /// How the person is reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) contact: Option<Contact>,
}

/// Ways to reach somebody.
#[skip_serializing_none]
#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Contact {
    pub(crate) fax: Option<String>,
    pub(crate) telephone: Option<String>,
    pub(crate) email: Option<String>,
}

/// One place, several cities, or all places whose postal codes begin alike.
#[skip_serializing_none]
#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = Location)]
pub(crate) struct JobLocation {
    /// Country as two capital letters (ISO 3166-1).
    pub(crate) country_code: String,
    /// Postal code; or its first digits only, meaning all places that begin so: then there is no city.
    pub(crate) zip: Option<String>,
    /// One city; or several, each separated by a comma and a blank: then there is no zip.
    pub(crate) city: Option<String>,
}

#[skip_serializing_none]
#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Description {
    /// Field of work; the board's staff decides.
    pub(crate) area: Option<String>,
    /// Domain in that field; the board's staff decides.
    pub(crate) domain: Option<String>,
    /// Rank; the board's staff decides.
    pub(crate) level: Option<String>,
    pub(crate) hiring_type: Option<HiringType>,
    pub(crate) job_scope: Option<JobScope>,
    /// The ad itself, as plain text or as HTML.
    pub(crate) plain_text: Option<String>,
    /// When it begins, as `yyyy-MM-ddTHH:mm:ssZ`; absent means at once.
    pub(crate) first_day: Option<String>,
    /// Whether one may apply online.
    pub(crate) online_applicants: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub(crate) enum HiringType {
    #[serde(rename = "Keine Angaben")]
    NotSaid,
    #[serde(rename = "Befristete Stelle")]
    Temporary,
    #[serde(rename = "Festanstellung")]
    Permanent,
    #[serde(rename = "Freie Mitarbeit")]
    Freelance,
    #[serde(rename = "Selbstständig")]
    SelfEmployed,
    #[serde(rename = "Praktikum")]
    Internship,
    #[serde(rename = "Ausbildungsplatz")]
    Apprenticeship,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub(crate) enum JobScope {
    #[serde(rename = "Keine Angaben")]
    NotSaid,
    #[serde(rename = "Aushilfe")]
    Help,
    #[serde(rename = "Teilzeit")]
    PartTime,
    #[serde(rename = "Vollzeit")]
    FullTime,
    #[serde(rename = "Vollzeit/Teilzeit")]
    FullOrPartTime,
}
