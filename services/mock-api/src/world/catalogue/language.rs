//! What there are words for.

pub(crate) const PROFESSIONS: usize = 12;
pub(crate) const GROUPS: usize = 4;
/// Number of stages, the last one being hired.
pub(crate) const STAGES: usize = 6;
pub(crate) const REASONS: usize = 5;

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
    pub(crate) departments: &'static [&'static str],
    pub(crate) titles: [&'static str; PROFESSIONS],
    pub(crate) talent_pool: &'static str,
    pub(crate) text: Text,
    pub(crate) facts: Facts,
    /// Stages, the first one being new.
    pub(crate) stages: [&'static str; STAGES],
    pub(crate) reasons: [&'static str; REASONS],
    pub(crate) tags: &'static [&'static str],
    pub(crate) first_names: &'static [&'static str],
    pub(crate) last_names: &'static [&'static str],
}

#[derive(Debug)]
pub(crate) struct Text {
    pub(crate) intro: &'static str,
    pub(crate) tasks_heading: &'static str,
    pub(crate) tasks: [[&'static str; 3]; GROUPS],
    pub(crate) offer_heading: &'static str,
    pub(crate) offer: [&'static str; 4],
    /// Added when a posting was changed.
    pub(crate) changed: &'static str,
}

#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) place: &'static str,
    pub(crate) hours: &'static str,
    pub(crate) hours_values: [&'static str; 2],
    pub(crate) contract: &'static str,
    pub(crate) contract_values: [&'static str; 3],
    pub(crate) pay: &'static str,
    pub(crate) pay_values: [&'static str; GROUPS],
    pub(crate) first_day: &'static str,
    pub(crate) at_once: &'static str,
}
