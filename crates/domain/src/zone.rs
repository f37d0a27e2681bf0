//! Local date-times and the zones they are in.

use std::{collections::HashMap, sync::LazyLock};

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::{OffsetComponents as _, TZ_VARIANTS, Tz};
use windows_timezones::WindowsTimezone;

/// Reads a zone's name, as IANA (`Europe/Berlin`) or Windows (`W. Europe Standard Time`) writes it, or as Windows shows it in its
/// settings, in English, or in a language that calls one of the cities the same (`(UTC+01:00) Amsterdam, Berlin, Bern, Rom,
/// Stockholm, Wien`). Case, and how much white space there is, do not count.
pub fn parse(name: &str) -> Option<Tz> {
    let exact = name.parse().ok().or_else(|| name.parse::<WindowsTimezone>().ok().map(Tz::from));
    exact.or_else(|| {
        let name = crate::folded(name);
        NAMES.get(&name).copied().or_else(|| of_cities(&name))
    })
}

static NAMES: LazyLock<HashMap<String, Tz>> = LazyLock::new(|| {
    let of_windows =
        windows_zones().flat_map(|zone| [zone.name(), zone.description()].map(|name| (name, Tz::from(zone))));
    let all = of_windows.chain(TZ_VARIANTS.iter().map(|zone| (zone.name(), *zone)));
    all.map(|(name, zone)| (crate::folded(name), zone)).collect()
});

/// Zones by their offset in winter and one of their cities, as IANA's names have it, or else as Windows shows it in English.
static CITIES: LazyLock<HashMap<(TimeDelta, String), Tz>> = LazyLock::new(|| {
    let of_iana = TZ_VARIANTS.iter().filter_map(|zone| {
        let (_, city) = zone.name().rsplit_once('/').filter(|(region, _)| *region != "Etc")?;
        Some(((winter_offset(*zone)?, city.replace('_', " ").to_lowercase()), *zone))
    });
    let of_windows = windows_zones().flat_map(|zone| {
        let shown = crate::folded(zone.description());
        let cities =
            shown_cities(&shown).into_iter().flat_map(|(offset, cities)| cities.map(move |city| (offset, city)));
        cities.map(|(offset, city)| ((offset, city.to_owned()), Tz::from(zone))).collect::<Vec<_>>()
    });
    of_iana.chain(of_windows).collect()
});

fn windows_zones() -> impl Iterator<Item = WindowsTimezone> {
    TZ_VARIANTS.iter().filter_map(|zone| WindowsTimezone::try_from(*zone).ok())
}

fn of_cities(shown: &str) -> Option<Tz> {
    // what Windows shows depends on its language; some of a zone's cities are called the same in all of them
    let (offset, mut cities) = shown_cities(shown)?;
    cities.find_map(|city| CITIES.get(&(offset, city.to_owned())).copied())
}

/// The parts of `(utc+01:00) amsterdam, berlin, …`, folded.
fn shown_cities(shown: &str) -> Option<(TimeDelta, impl Iterator<Item = &str>)> {
    let (offset, cities) = shown.strip_prefix('(')?.split_once(')')?;
    let offset = offset.strip_prefix("utc").or_else(|| offset.strip_prefix("gmt"))?;
    let offset = if offset.is_empty() { TimeDelta::zero() } else { hours_and_minutes(offset)? };
    Some((offset, cities.split([',', ';']).map(str::trim)))
}

/// `+01:00`
fn hours_and_minutes(text: &str) -> Option<TimeDelta> {
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    let minutes = hours.parse::<u8>().map(i64::from).ok()? * 60 + minutes.parse::<u8>().map(i64::from).ok()?;
    match text.as_bytes().first()? {
        b'+' => Some(TimeDelta::minutes(minutes)),
        b'-' => Some(TimeDelta::minutes(-minutes)),
        _ => None,
    }
}

fn winter_offset(zone: Tz) -> Option<TimeDelta> {
    // any day does, since it is the offset without summer time that is asked for
    let day = NaiveDate::from_ymd_opt(2026, 1, 1)?;
    Some(zone.offset_from_utc_date(&day).base_utc_offset())
}

/// The instant of a local date-time. In the hour that the clock skips or repeats, the earlier reading counts;
/// without a zone it is UTC.
pub fn to_utc(local: NaiveDateTime, zone: Option<Tz>) -> DateTime<Utc> {
    let zone = zone.unwrap_or(Tz::UTC);
    zone.from_local_datetime(&local).earliest().map_or_else(
        || {
            // skipped by the clock, by an hour or, on the Pacific, by a day: some hours earlier exist, and as many hours after
            // that is the same instant
            let earlier = (1..=24).map(TimeDelta::hours).find_map(|hours| {
                zone.from_local_datetime(&(local - hours)).earliest().map(|instant| (instant + hours).to_utc())
            });
            earlier.unwrap_or_else(|| local.and_utc())
        },
        |instant| instant.to_utc(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instant::{canonical, parse_naive};

    fn utc(local: &str, zone: &str) -> String {
        canonical(to_utc(parse_naive(local).unwrap(), parse(zone)))[..19].to_owned()
    }

    #[test]
    fn both_kinds_of_names() {
        assert_eq!(utc("2026-05-29T12:00:00", "Europe/Berlin"), "2026-05-29T10:00:00");
        assert_eq!(utc("2026-05-29T12:00:00", "W. Europe Standard Time"), "2026-05-29T10:00:00");
        assert_eq!(utc("2026-01-29T12:00:00", "Romance Standard Time"), "2026-01-29T11:00:00");
        assert_eq!(utc("2026-01-29T12:00:00", "Nowhere"), "2026-01-29T12:00:00");
    }

    #[test]
    fn however_a_zone_is_written() {
        for (name, zone) in [
            ("europe/berlin", Some("Europe/Berlin")),
            (" Europe/Berlin\n", Some("Europe/Berlin")),
            ("EUROPE/AMSTERDAM", Some("Europe/Amsterdam")),
            ("w. europe  standard time", Some("Europe/Berlin")),
            ("(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", Some("Europe/Berlin")),
            ("(UTC+01:00) Brussels, Copenhagen, Madrid, Paris", Some("Europe/Paris")),
            ("(UTC-05:00) Eastern Time (US & Canada)", Some("America/New_York")),
            ("(UTC) Coordinated Universal Time", Some("Etc/UTC")),
            // in German, Danish and Dutch, and as older ones have it
            ("(UTC+01:00) Amsterdam, Berlin, Bern, Rom, Stockholm, Wien", Some("Europe/Berlin")),
            ("(UTC+01:00) Brüssel, Kopenhagen, Madrid, Paris", Some("Europe/Paris")),
            ("(UTC+01:00) Bruxelles, København, Madrid, Paris", Some("Europe/Paris")),
            ("(GMT+01:00) Amsterdam, Berlijn, Bern, Rome, Stockholm, Wenen", Some("Europe/Berlin")),
            ("(UTC+00:00) Dublin, Edinburgh, Lissabon, London", Some("Europe/London")),
            ("(GMT) Dublin, Edinburgh, Lisbon, London", Some("Europe/London")),
            ("CET", Some("CET")),
            // a city that Windows does not show
            ("(UTC+01:00) Oslo", Some("Europe/Oslo")),
            // a city that has another offset than the text says, or none that is known
            ("(UTC+05:00) Berlin", None),
            ("(UTC+01:00) Musterstadt", None),
            ("(UTC+1) Berlin", None),
            ("(UTC+\u{e9}1:00) Berlin", None),
            ("Mitteleuropa", None),
            ("GMT+25", None),
            ("", None),
        ] {
            assert_eq!(parse(name).map(Tz::name), zone, "{name}");
        }
    }

    #[test]
    fn whatever_windows_shows_is_its_zone() {
        assert!(windows_zones().count() > 100);
        // UTC is one of IANA's names, too
        for zone in windows_zones().filter(|zone| zone.name() != "UTC") {
            assert_eq!(parse(zone.description()), Some(Tz::from(zone)), "{}", zone.description());
            assert_eq!(parse(&zone.name().to_uppercase()), Some(Tz::from(zone)), "{}", zone.name());
        }
    }

    #[test]
    fn hours_that_the_clock_skips_or_repeats() {
        assert_eq!(utc("2026-03-29T02:30:00", "Europe/Berlin"), "2026-03-29T01:30:00");
        assert_eq!(utc("2026-10-25T02:30:00", "Europe/Berlin"), "2026-10-25T00:30:00");
        assert_eq!(utc("2011-12-30T12:00:00", "Pacific/Apia"), "2011-12-30T22:00:00");
    }
}
