//! What to know before reading any number: of when they are, and whether something has failed since.

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use crate::{figures::counts::ExportRun, words::Words};

/// Export and dbt run daily, and may be late once.
const STALE_HOURS: i64 = 36;
/// Twice in a row is no accident.
const VERY_STALE_HOURS: i64 = 72;
/// More names are for the log.
const NAMES: usize = 5;

#[derive(Debug, Clone, Default)]
pub(crate) struct Health {
    pub(crate) failed: Option<(DateTime<Utc>, String)>,
    pub(crate) failures: Vec<String>,
    pub(crate) warnings: Vec<String>,
    pub(crate) unreadable: Option<String>,
}

pub(crate) fn notices(health: &Health, told: Option<&ExportRun>, now: DateTime<Utc>, words: &Words) -> Markup {
    let said = &words.told;
    let hours = told.and_then(|told| age_hours(told, now)).unwrap_or(0);
    let count = |hours: i64| words.numbers.count(hours.unsigned_abs());
    html! {
        @if let Some(why) = &health.unreadable {
            p.notice.bad role="alert" { "✗ " (sentence((said.unreadable)(why))) @if told.is_some() { " " (said.still_good) } }
        }
        @if let Some((at, why)) = &health.failed {
            p.notice.bad role="alert" {
                "✗ " (sentence((said.build_failed)(&at.format("%Y-%m-%d %H:%M").to_string(), why))) " "
                @if !health.failures.is_empty() { ((said.failed_tests)(&listed(&health.failures))) " " }
                @if told.is_some() { (said.still_good) }
            }
        }
        @if hours >= VERY_STALE_HOURS {
            p.notice.bad role="alert" { "✗ " ((said.very_stale)(&count(hours))) }
        } @else if hours >= STALE_HOURS {
            p.notice { "! " ((said.stale)(&count(hours))) }
        }
        @if !health.warnings.is_empty() {
            p.notice { "! " ((said.warned_tests)(&listed(&health.warnings))) }
        }
        @match told {
            // why there are none has been said
            None if health.unreadable.is_some() => {}
            None => p.notice { (said.no_data) },
            Some(told) if told.as_of_on.is_none() => p.notice { (said.no_window) },
            Some(_) => {}
        }
    }
}

fn age_hours(told: &ExportRun, now: DateTime<Utc>) -> Option<i64> {
    let as_of = DateTime::parse_from_rfc3339(told.as_of.as_deref()?).ok()?;
    // the source's clock may be a little ahead
    Some((now - as_of.with_timezone(&Utc)).num_hours().max(0))
}

fn sentence(said: String) -> String {
    // what a program says does not always end with a full stop
    if said.ends_with(['.', '!', '?', ':', ';']) { said } else { said + "." }
}

fn listed(names: &[String]) -> String {
    let shown = names.iter().take(NAMES).map(String::as_str).collect::<Vec<_>>().join(", ");
    if names.len() > NAMES { shown + ", …" } else { shown }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use crate::words::Language;

    use super::*;

    fn told(as_of: Option<&str>) -> ExportRun {
        ExportRun {
            as_of: as_of.map(str::to_owned),
            as_of_on: as_of.and_then(|_| NaiveDate::from_ymd_opt(2026, 11, 2)),
            history_begins_on: None,
            time_zone: "Europe/Berlin".to_owned(),
            min_group: 5,
            compares_departments: false,
        }
    }

    #[test]
    fn how_old_the_data_is_is_said_in_two_steps() {
        let words = Language::En.words();
        let now = "2026-11-05T12:00:00Z".parse().unwrap();
        for (as_of, expected) in [
            (Some("2026-11-06T00:00:00Z"), None),
            (Some("2026-11-04T00:01:00Z"), None),
            (Some("2026-11-04T00:00:00Z"), Some("The data is 36 hours old: it usually")),
            (Some("2026-11-02T12:00:00Z"), Some("The data is 72 hours old, and so are all numbers")),
            (Some("2025-11-02T12:00:00Z"), Some("The data is 8,832 hours old, and so are all")),
            (None, Some("No window of applications was read")),
        ] {
            let page = notices(&Health::default(), Some(&told(as_of)), now, words).into_string();
            match expected {
                Some(expected) => assert!(page.contains(expected), "{as_of:?}: {page}"),
                None => assert_eq!(page, "", "{as_of:?}"),
            }
        }
        let page = notices(&Health::default(), None, now, words).into_string();
        assert!(page.contains("No numbers have been handed over yet"), "{page}");
    }

    #[test]
    fn a_failed_build_is_named_with_its_tests() {
        let health = Health {
            failed: Some(("2026-11-05T03:00:00Z".parse().unwrap(), "2 <tests> failed".to_owned())),
            failures: ["a", "b", "c", "d", "e", "f"].map(str::to_owned).into(),
            ..Health::default()
        };
        let now = "2026-11-05T12:00:00Z".parse().unwrap();
        let page = notices(&health, Some(&told(Some("2026-11-05T00:00:00Z"))), now, Language::En.words()).into_string();
        for part in ["2026-11-05 03:00 UTC", "2 &lt;tests&gt; failed. ", "a, b, c, d, e, …", "last good build"] {
            assert!(page.contains(part), "{part}: {page}");
        }
    }
}
