//! What there are words for.

/// Number of professions; each language has a title for each.
pub(crate) const PROFESSIONS: usize = 12;
/// Number of groups of professions; each language has tasks for each.
pub(crate) const GROUPS: usize = 4;
/// Number of stages, the last one being hired.
pub(crate) const STAGES: usize = 6;
/// Number of reasons to turn an application down.
pub(crate) const REASONS: usize = 5;

/// The words of one language.
#[derive(Debug)]
pub(crate) struct Language {
    /// As it stands in a Localization.
    pub(crate) locale: &'static str,
    /// As it stands in a URL.
    pub(crate) short: &'static str,
    /// Time zone of its sites, by the IANA.
    pub(crate) zone: &'static str,
    /// The same, as Windows calls it.
    pub(crate) windows_zone: &'static str,
    /// How a day is written, for `chrono`.
    pub(crate) day: &'static str,
    /// Addresses: street, zip, city, perhaps country.
    pub(crate) sites: &'static [&'static str],
    /// Departments.
    pub(crate) departments: &'static [&'static str],
    /// Titles, one for each profession.
    pub(crate) titles: [&'static str; PROFESSIONS],
    /// Title of a talent pool.
    pub(crate) talent_pool: &'static str,
    /// Headings and sentences of an advertisement.
    pub(crate) text: Text,
    /// The tenant's facts.
    pub(crate) facts: Facts,
    /// Stages, the first one being new.
    pub(crate) stages: [&'static str; STAGES],
    /// Reasons to turn an application down.
    pub(crate) reasons: [&'static str; REASONS],
    /// Tags of postings.
    pub(crate) tags: &'static [&'static str],
    /// First names.
    pub(crate) first_names: &'static [&'static str],
    /// Family names.
    pub(crate) last_names: &'static [&'static str],
}

/// What an advertisement is made of.
#[derive(Debug)]
pub(crate) struct Text {
    /// About the hospital.
    pub(crate) intro: &'static str,
    /// Heading over the tasks.
    pub(crate) tasks_heading: &'static str,
    /// Tasks of each group of professions.
    pub(crate) tasks: [[&'static str; 3]; GROUPS],
    /// Heading over what is offered.
    pub(crate) offer_heading: &'static str,
    /// What is offered.
    pub(crate) offer: [&'static str; 4],
    /// Added when a posting was changed.
    pub(crate) changed: &'static str,
}

/// Names and values of the facts that the tenant keeps on a vacancy.
#[derive(Debug)]
pub(crate) struct Facts {
    /// Place of work.
    pub(crate) place: &'static str,
    /// Working time.
    pub(crate) hours: &'static str,
    /// Full time, part time.
    pub(crate) hours_values: [&'static str; 2],
    /// Kind of contract.
    pub(crate) contract: &'static str,
    /// Permanent, temporary, mini-job.
    pub(crate) contract_values: [&'static str; 3],
    /// Pay.
    pub(crate) pay: &'static str,
    /// Pay of each group of professions.
    pub(crate) pay_values: [&'static str; GROUPS],
    /// First day.
    pub(crate) first_day: &'static str,
    /// At once.
    pub(crate) at_once: &'static str,
}
