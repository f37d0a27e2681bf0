//! The documents that the board's interface takes, field by field (its document, section 2).

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::config::BoardSettings;

/// Account and job ad, as `create` and `test` take them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Submission {
    pub(crate) account: Account,
    pub(crate) job: Job,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// E-mail address of whoever opened it.
    pub email: String,
    /// Goes along in every document, so it is hidden wherever one is shown.
    pub pw: String,
}

impl From<&BoardSettings> for Account {
    fn from(settings: &BoardSettings) -> Self {
        Self { email: settings.email.clone(), pw: settings.password.reveal().to_owned() }
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Job {
    pub(crate) title: String,
    /// Our reference, which applicants quote: the vacancy's id.
    #[serde(rename = "ref")]
    pub(crate) reference: Option<String>,
    /// For the board's staff, and no part of the ad.
    pub(crate) message: Option<String>,
    /// Absent, the ad does not say whom the job is with.
    pub(crate) employer: Option<Employer>,
    pub(crate) contact: Person,
    pub(crate) location: Location,
    pub(crate) description: Description,
}

impl Submission {
    /// The smallest ad that the board takes, to see whether it takes anything from the account.
    pub(crate) fn trial(account: Account) -> Self {
        let job = Job {
            title: "Probe der Schnittstelle".to_owned(),
            reference: Some("transfer-trial".to_owned()),
            message: Some("Nur eine Probe; bitte nicht bearbeiten.".to_owned()),
            employer: None,
            contact: Person { name: "transfer".to_owned(), contact: None },
            location: Location { country_code: "DE".to_owned(), zip: None, city: None },
            description: Description::default(),
        };
        Self { account, job }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Employer {
    pub(crate) name: String,
    pub(crate) address: Address,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) contact: Option<Contact>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Address {
    /// With the number of the house.
    pub(crate) street: String,
    pub(crate) city: String,
    pub(crate) zip: String,
    /// Two capital letters (ISO 3166-1).
    pub(crate) country: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Person {
    pub(crate) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) contact: Option<Contact>,
}

#[skip_serializing_none]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Contact {
    pub(crate) fax: Option<String>,
    pub(crate) telephone: Option<String>,
    pub(crate) email: Option<String>,
}

/// Where a job is: a place, several, or all places whose postal code begins with some digits.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Location {
    /// Two capital letters (ISO 3166-1).
    #[serde(rename = "countryCode")]
    pub(crate) country_code: String,
    /// A whole postal code, or its first digits and then no city.
    pub(crate) zip: Option<String>,
    /// A town; or several, separated by a comma and a blank, and then no postal code.
    pub(crate) city: Option<String>,
}

/// Area (the field of work), domain (the speciality within it) and level (of hierarchy) are proposals: the board's staff decides.
#[skip_serializing_none]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Description {
    pub(crate) area: Option<String>,
    pub(crate) domain: Option<String>,
    pub(crate) level: Option<String>,
    pub(crate) hiring_type: Option<HiringType>,
    pub(crate) job_scope: Option<JobScope>,
    /// The ad itself: HTML too, whatever its name says.
    pub(crate) plain_text: Option<String>,
    /// `yyyy-MM-ddTHH:mm:ssZ`; absent means at once.
    pub(crate) first_day: Option<String>,
    pub(crate) online_applicants: bool,
}

/// Kinds of contract, in the board's words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum HiringType {
    #[default]
    #[serde(rename = "Keine Angaben")]
    Unstated,
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

/// Working times, in the board's words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum JobScope {
    #[default]
    #[serde(rename = "Keine Angaben")]
    Unstated,
    #[serde(rename = "Aushilfe")]
    Casual,
    #[serde(rename = "Teilzeit")]
    PartTime,
    #[serde(rename = "Vollzeit")]
    FullTime,
    #[serde(rename = "Vollzeit/Teilzeit")]
    Either,
}
