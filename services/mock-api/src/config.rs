//! The settings. Each has a default, so that the program runs with none.

use std::{net::SocketAddr, ops::RangeInclusive};

use chrono::{DateTime, Datelike as _, Utc};
use runtime::{
    Final, List, Reader, Secret, section,
    settings::{Problem, server_address},
};
use serde::{Deserialize, Serialize};

use crate::{database::DatabaseAddress, slug::is_slug};

/// Postings at the start at most; all are in memory while the world is made.
pub(crate) const MOST_POSTINGS: u32 = 100_000;
pub(crate) const MOST_APPLICATIONS: u32 = 100_000_000;
/// A body that the board takes is in memory as a whole.
const MOST_BOARD_BYTES: u64 = 1 << 30;
/// More is a slip of the pen: no machine that this is for has it.
const MOST_CACHE_BYTES: u64 = 64 << 30;
/// Days of applications before the start at most; ten years.
const MOST_HISTORY_DAYS: u64 = 3650;
/// Days that half of the applications may take to their end.
const MEDIAN_DAYS: RangeInclusive<f64> = 0.01..=3650.0;
/// In which the world may begin: its instants and its `Date` have room for that, and for what is before and after.
const YEARS: RangeInclusive<i32> = 1900..=2999;

section! {
    /// What each is stands in [`Section::SETTINGS`], from which `--help` follows.
    #[derive(Debug, Clone, Deserialize)]
    pub struct MockSettings in "MOCK_" {
        /// where the world is kept: sqlite::memory:, sqlite://FILE or postgres://USER:PASSWORD@HOST/DATABASE
        pub(crate) database_url: Secret =
            default("MOCK_DATABASE_URL", "sqlite::memory:").such_as("sqlite://mock.db").address(),
        /// address and port to listen on, `[::]` for all of both families; port 0 takes a free one
        pub(crate) listen: SocketAddr = default("MOCK_LISTEN", "[::]:8000"),
        /// what the world grows from; the same seed gives the same world
        pub(crate) seed: u64 = default("MOCK_SEED", "1"),
        /// the customers that exist, as their slugs, comma-separated; each has its own world
        pub(crate) customers: List = default("MOCK_CUSTOMERS", "acme"),
        /// the media on which postings appear, as GUIDs, comma-separated
        pub(crate) media_ids: List =
            default("MOCK_MEDIA_IDS", "172d5ed0-9986-4ab4-8e3a-3432b94b57a3,6e1f0f6c-53d7-4a0e-9a86-0c8a1f5f7b21"),
        /// postings of an unknown medium: empty (an empty list) or not-found (404)
        pub(crate) unknown_medium: UnknownMedium = default("MOCK_UNKNOWN_MEDIUM", "empty"),
        /// postings at the start
        pub(crate) postings: u32 = default("MOCK_POSTINGS", "60").within(0, MOST_POSTINGS as u64),
        /// applications at the start, over MOCK_HISTORY_DAYS before it
        pub(crate) applications: u32 = default("MOCK_APPLICATIONS", "1500").within(0, MOST_APPLICATIONS as u64),
        /// days before the start over which the applications at the start came in
        pub(crate) history_days: u32 = default("MOCK_HISTORY_DAYS", "180").within(1, MOST_HISTORY_DAYS),
        /// how records look: tidy, or rough (a tenth of them as others met them in real life)
        pub(crate) world: World = default("MOCK_WORLD", "tidy"),
        /// of the applications that come to an end, the share that is hired, within 0 and 1; with MOCK_MEDIAN_DAYS
        pub(crate) hired_share: Option<f64> = optional("MOCK_HIRED_SHARE", "0.15"),
        /// days after which half of the applications have come to an end, within 0.01 and 3650; with MOCK_HIRED_SHARE
        pub(crate) median_days: Option<f64> = optional("MOCK_MEDIAN_DAYS", "21"),
        /// keys that are accepted, comma-separated; without it any key is
        pub(crate) keys: Option<Secret> = optional("MOCK_KEYS", "0123abcd,4567ef89").secret(),
        /// whether the control plane /_mock is there: true or false
        pub(crate) control: bool = default("MOCK_CONTROL", "true"),
        /// accounts that the board knows, as EMAIL:PASSWORD, comma-separated; without it any account is
        pub(crate) board_accounts: Option<Secret> =
            optional("MOCK_BOARD_ACCOUNTS", "jobs@example.org:a-password").secret(),
        /// status of the board's answer {"result":"error"}
        pub(crate) board_error_status: u16 = default("MOCK_BOARD_ERROR_STATUS", "200").within(200, 599),
        /// bytes of a body at most that the board takes; 413 beyond
        pub(crate) board_max_bytes: u64 = default("MOCK_BOARD_MAX_BYTES", "20971520").within(1, MOST_BOARD_BYTES),
        /// bytes of Emply's answers at most that are kept while nothing is written; 0 keeps none
        pub(crate) cache_bytes: u64 = default("MOCK_CACHE_BYTES", "16777216").within(0, MOST_CACHE_BYTES),
        /// the world's time when it is seeded; without it the real time
        pub(crate) start: Option<DateTime<Utc>> = optional("MOCK_START", "2026-06-01T08:00:00Z"),
    }
}

/// What a medium that nobody knows is answered with; what the real system does is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum UnknownMedium {
    Empty,
    NotFound,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum World {
    Tidy,
    /// A tenth of them as others met them.
    Rough,
}

#[derive(Debug, Clone)]
pub struct Config {
    pub(crate) mock: MockSettings,
}

impl runtime::Config for Config {
    fn read(reader: &mut Reader) -> Option<Self> {
        let mut mock: Option<MockSettings> = reader.section();
        if let Some(mock) = &mut mock {
            mock.database_url = server_address(reader, &mock.database_url);
        }
        for (name, problem) in mock.iter().flat_map(MockSettings::problems) {
            reader.refuse(name, Problem::Refused(problem));
        }
        Some(Self { mock: mock? })
    }
}

impl MockSettings {
    pub(crate) fn address(&self) -> anyhow::Result<DatabaseAddress> {
        DatabaseAddress::parse(self.database_url.reveal())
            .map_err(|problem| Final::new(format!("MOCK_DATABASE_URL {problem}")).into())
    }

    fn problems(&self) -> Vec<(&'static str, String)> {
        let mut problems = Vec::new();
        let mut refuse = |name, is_wrong: bool, problem: &str| {
            if is_wrong {
                problems.push((name, problem.to_owned()));
            }
        };
        let address = DatabaseAddress::parse(self.database_url.reveal()).err();
        refuse("MOCK_DATABASE_URL", address.is_some(), address.unwrap_or_default());
        let customers = wrong_customers(self.customers.as_slice());
        refuse("MOCK_CUSTOMERS", customers.is_some(), customers.unwrap_or_default());
        let status = self.board_error_status;
        refuse("MOCK_BOARD_ERROR_STATUS", matches!(status, 204 | 205 | 304), "is a status whose answer has no body");
        let is_far = self.start.is_some_and(|start| !YEARS.contains(&start.year()));
        refuse("MOCK_START", is_far, "is not in the years 1900 to 2999");
        let share = self.hired_share.is_some_and(|share| !(0.0..=1.0).contains(&share));
        refuse("MOCK_HIRED_SHARE", share, "is not within 0 and 1, for example 0.15");
        let median = self.median_days.is_some_and(|days| !MEDIAN_DAYS.contains(&days));
        refuse("MOCK_MEDIAN_DAYS", median, "is not within 0.01 and 3650 days, for example 21");
        let (has_share, has_median) = (self.hired_share.is_some(), self.median_days.is_some());
        refuse("MOCK_MEDIAN_DAYS", has_share && !has_median, "is needed with MOCK_HIRED_SHARE, for example 21");
        refuse("MOCK_HIRED_SHARE", has_median && !has_share, "is needed with MOCK_MEDIAN_DAYS, for example 0.15");
        problems
    }
}

fn wrong_customers(slugs: &[String]) -> Option<&'static str> {
    let is_twice = (1..slugs.len()).any(|index| slugs[..index].contains(&slugs[index]));
    match slugs {
        [] => Some("names no customer"),
        _ if !slugs.iter().all(|slug| is_slug(slug)) => Some("has a name with other than lower case, digits and -"),
        _ if is_twice => Some("names a customer twice"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use runtime::Config as _;

    use super::*;

    #[test]
    fn no_setting_at_all_is_enough() {
        let mut reader = Reader::over([]);
        let config = Config::read(&mut reader).expect("every setting has a default");
        assert!(reader.finish().is_empty());
        assert_eq!(config.mock.listen.port(), 8000);
        assert_eq!(config.mock.media_ids.as_slice().len(), 2);
        assert!(config.mock.control && config.mock.keys.is_none() && config.mock.start.is_none());
    }

    #[test]
    fn keys_and_the_database_password_are_never_shown() {
        let given = [("MOCK_KEYS", "topsecret"), ("MOCK_DATABASE_URL", "postgres://u:topsecret@h/d")];
        let mut reader = Reader::over(given.map(|(name, value)| (name.to_owned(), Some(value.to_owned()))));
        let config = Config::read(&mut reader).expect("readable");
        assert!(!reader.shown().contains("topsecret"));
        assert!(!format!("{config:?}").contains("topsecret"));
    }

    #[test]
    fn what_makes_no_sense_is_refused_by_name() {
        for (name, right, wrong) in [
            ("MOCK_POSTINGS", ["0", "100000"].as_slice(), ["100001", "4294967295", "-1"].as_slice()),
            ("MOCK_APPLICATIONS", &["0", "100000000"], &["100000001", "4294967295", "-1"]),
            ("MOCK_SEED", &["0", "18446744073709551615"], &["18446744073709551616", "-1"]),
            ("MOCK_HISTORY_DAYS", &["1", "3650"], &["0", "3651", "-1", "180.5"]),
            ("MOCK_WORLD", &["tidy", "rough"], &["Rough", "wild"]),
            ("MOCK_BOARD_ERROR_STATUS", &["200", "599"], &["0", "99", "199", "204", "205", "304", "600", "-1"]),
            ("MOCK_BOARD_MAX_BYTES", &["1", "1073741824"], &["0", "1073741825", "18446744073709551615", "-1"]),
            ("MOCK_CACHE_BYTES", &["0", "68719476736"], &["68719476737", "18446744073709551615", "-1"]),
            ("MOCK_LISTEN", &["[::]:0", "127.0.0.1:65535"], &["127.0.0.1:65536", "127.0.0.1", "127.0.0.1:-1"]),
            (
                "MOCK_START",
                &["1900-01-01T00:00:00Z", "2999-12-31T23:59:59Z"],
                &["1899-12-31T23:59:59Z", "3000-01-01T00:00:00Z", "+262142-12-31T23:59:59Z", "-262143-01-01T00:00:00Z"],
            ),
            (
                "MOCK_DATABASE_URL",
                &["sqlite://a%20b.db"],
                &["mysql://h/d", "sqlite://a?mode=ro", "postgres://u:1/2@h/d"],
            ),
        ] {
            for (value, is_right) in
                right.iter().map(|value| (value, true)).chain(wrong.iter().map(|value| (value, false)))
            {
                let mut reader = Reader::over([(name.to_owned(), Some((*value).to_owned()))]);
                Config::read(&mut reader);
                let names: Vec<String> = reader.finish().into_iter().map(|fault| fault.name).collect();
                assert_eq!(names == [name], !is_right, "{name}={value}: {names:?}");
            }
        }
    }

    #[test]
    fn hazards_come_together_and_within_their_bounds() {
        let (share, median) = ("MOCK_HIRED_SHARE", "MOCK_MEDIAN_DAYS");
        for (given, wrong) in [
            ([Some("0"), Some("0.01")], [].as_slice()),
            ([Some("1"), Some("3650")], &[]),
            ([Some("0.15"), Some("21.5")], &[]),
            ([Some("0.15"), None], &[median]),
            ([None, Some("21")], &[share]),
            ([Some("1.01"), Some("21")], &[share]),
            ([Some("-0.1"), Some("21")], &[share]),
            ([Some("NaN"), Some("inf")], &[share, median]),
            ([Some("0.15"), Some("0")], &[median]),
            ([Some("15%"), Some("21")], &[share]),
        ] {
            let given = [share, median].into_iter().zip(given);
            let given: Vec<_> =
                given.filter_map(|(name, value)| Some((name.to_owned(), Some(value?.to_owned())))).collect();
            let mut reader = Reader::over(given.clone());
            Config::read(&mut reader);
            let mut names: Vec<String> = reader.finish().into_iter().map(|fault| fault.name).collect();
            names.sort();
            assert_eq!(names, wrong, "{given:?}");
        }
    }

    #[test]
    fn customers_are_slugs_and_each_is_named_once() {
        for (given, is_right) in [("acme, globex", true), ("acme,acme", false), ("Acme", false), (" , ", false)] {
            let mut reader = Reader::over([("MOCK_CUSTOMERS".to_owned(), Some(given.to_owned()))]);
            Config::read(&mut reader);
            let names: Vec<String> = reader.finish().into_iter().map(|fault| fault.name).collect();
            assert_eq!(names.is_empty(), is_right, "{given}: {names:?}");
        }
    }

    #[test]
    fn every_fault_is_reported_under_its_full_name() {
        let given = [("MOCK_LISTEN", "everywhere"), ("MOCK_CONTROL", "maybe"), ("MOCK_POSTING", "3")];
        let mut reader = Reader::over(given.map(|(name, value)| (name.to_owned(), Some(value.to_owned()))));
        assert!(Config::read(&mut reader).is_none());
        let mut names: Vec<String> = reader.finish().into_iter().map(|fault| fault.name).collect();
        names.sort();
        assert_eq!(names, ["MOCK_CONTROL", "MOCK_LISTEN", "MOCK_POSTING"]);
    }
}
