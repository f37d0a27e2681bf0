//! What there are words for.

/// Number of professions; each language has a title for each.
pub const PROFESSIONS: usize = 12;
/// Number of groups of professions; each language has tasks for each.
pub const GROUPS: usize = 4;
/// Number of stages, the last one being hired.
pub const STAGES: usize = 6;
/// Number of reasons to turn an application down.
pub const REASONS: usize = 5;

/// The words of one language.
#[derive(Debug)]
pub struct Language {
    /// As it stands in a Localization.
    pub locale: &'static str,
    /// As it stands in a URL.
    pub short: &'static str,
    /// Time zone of its sites, by the IANA.
    pub zone: &'static str,
    /// The same, as Windows calls it.
    pub windows_zone: &'static str,
    /// How a day is written, for `chrono`.
    pub day: &'static str,
    /// Addresses: street, zip, city, perhaps country.
    pub sites: &'static [&'static str],
    /// Departments.
    pub departments: &'static [&'static str],
    /// Titles, one for each profession.
    pub titles: [&'static str; PROFESSIONS],
    /// Title of a talent pool.
    pub talent_pool: &'static str,
    /// Headings and sentences of an advertisement.
    pub text: Text,
    /// The tenant's facts.
    pub facts: Facts,
    /// Stages, the first one being new.
    pub stages: [&'static str; STAGES],
    /// Reasons to turn an application down.
    pub reasons: [&'static str; REASONS],
    /// Tags of postings.
    pub tags: &'static [&'static str],
    /// First names.
    pub first_names: &'static [&'static str],
    /// Family names.
    pub last_names: &'static [&'static str],
}

/// What an advertisement is made of.
#[derive(Debug)]
pub struct Text {
    /// About the hospital.
    pub intro: &'static str,
    /// Heading over the tasks.
    pub tasks_heading: &'static str,
    /// Tasks of each group of professions.
    pub tasks: [[&'static str; 3]; GROUPS],
    /// Heading over what is offered.
    pub offer_heading: &'static str,
    /// What is offered.
    pub offer: [&'static str; 4],
    /// Added when a posting was changed.
    pub changed: &'static str,
}

/// Names and values of the facts that the tenant keeps on a vacancy.
#[derive(Debug)]
pub struct Facts {
    /// Place of work.
    pub place: &'static str,
    /// Working time.
    pub hours: &'static str,
    /// Full time, part time.
    pub hours_values: [&'static str; 2],
    /// Kind of contract.
    pub contract: &'static str,
    /// Permanent, temporary, mini-job.
    pub contract_values: [&'static str; 3],
    /// Pay.
    pub pay: &'static str,
    /// Pay of each group of professions.
    pub pay_values: [&'static str; GROUPS],
    /// First day.
    pub first_day: &'static str,
    /// At once.
    pub at_once: &'static str,
}
