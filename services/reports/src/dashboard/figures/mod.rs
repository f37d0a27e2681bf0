//! The figures of the page, and the order in which they stand on it.

mod durations;
mod funnel;
mod glance;
mod postings;
mod reasons;
mod snapshot;
mod volumes;

use super::{Figure, View};

type Make = fn(&View) -> Figure;

/// All, in the order of the page. A name is also the place on it, and that of the file.
pub(super) const FIGURES: [(&str, Make); 14] = [
    ("numbers", glance::numbers),
    ("weekly", volumes::weekly),
    ("daily", volumes::daily),
    ("postings", postings::popular),
    ("postings-per-day", postings::popular_per_day),
    ("places", postings::places),
    ("sources", volumes::sources),
    ("funnel", funnel::funnel),
    ("durations", durations::curve),
    ("closed", durations::closed),
    ("times-to-hire", durations::times_to_hire),
    ("open", snapshot::open),
    ("reasons", reasons::reasons),
    ("quality", snapshot::quality),
];

pub(crate) fn by_name(name: &str) -> Option<Make> {
    FIGURES.iter().find(|(known, _)| *known == name).map(|(_, make)| *make)
}
