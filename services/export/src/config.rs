//! The settings.

use std::{path::PathBuf, time::Duration};

use domain::Pseudonymiser;
use runtime::{BaseUrl, Config, DatabaseSettings, Reader, Secret, section, settings::Problem};
use serde::Deserialize;
use url::Url;

use crate::transform::persons::{Persons, Privacy};

/// Minutes that a job may be waited for. BigQuery itself ends one after six hours, which a day is well above.
const JOB_MINUTES: u64 = 1440;
/// Bytes that a statement may read: BigQuery takes a signed number of 64 bits, and 0 for no limit.
const MAX_BYTES_BILLED: u64 = i64::MAX.unsigned_abs();
/// Letters of a path; a key has more, however it is written.
const LONGEST_PATH: usize = 1000;

pub struct Settings {
    pub database: DatabaseSettings,
    pub warehouse: WarehouseSettings,
    pub persons: Persons,
    pub vocabulary_file: Option<PathBuf>,
}

#[derive(Debug, Clone)]
pub enum WarehouseSettings {
    Lake(PathBuf),
    BigQuery(BigQuerySettings),
}

#[derive(Debug, Clone)]
pub struct BigQuerySettings {
    pub endpoint: Url,
    /// Id of the project, which has the dataset and pays for the jobs.
    pub project: String,
    pub dataset: String,
    pub location: String,
    pub max_bytes_billed: u64,
    pub job_deadline: Duration,
    /// A file with credentials of Google's.
    pub credentials: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum WarehouseType {
    Lake,
    BigQuery,
}

section! {
    #[derive(Debug, Deserialize)]
    struct KindSettings in "WAREHOUSE_" {
        /// kind of warehouse: lake (Parquet files) or bigquery
        r#type: WarehouseType = default("WAREHOUSE_TYPE", "lake"),
    }
}

section! {
    #[derive(Debug, Deserialize)]
    struct DatasetSettings in "BIGQUERY_" {
        /// id of the Google Cloud project; required when WAREHOUSE_TYPE is bigquery
        project: Option<String> = optional("BIGQUERY_PROJECT", "clinic-data"),
        /// dataset, made when it is not there; required when WAREHOUSE_TYPE is bigquery
        dataset: Option<String> = optional("BIGQUERY_DATASET", "emply"),
        /// where the dataset is, or is to be made
        location: String = default("BIGQUERY_LOCATION", "EU").such_as("europe-west3"),
        /// the API; no token is sent to one that is plain http, an emulator
        endpoint: BaseUrl =
            default("BIGQUERY_ENDPOINT", "https://bigquery.googleapis.com").such_as("http://localhost:9050").base(),
        /// a statement that would read more bytes is refused and costs nothing
        max_bytes_billed: u64 = default("BIGQUERY_MAX_BYTES_BILLED", "10737418240").within(1, MAX_BYTES_BILLED),
        /// minutes that a job is waited for, at most 1440; the next run looks for it again
        job_minutes: u64 = default("BIGQUERY_JOB_MINUTES", "60").within(0, JOB_MINUTES),
    }
}

section! {
    #[derive(Debug, Deserialize)]
    struct GoogleSettings in "GOOGLE_" {
        /// file with credentials of Google's (JSON); without it gcloud's, the metadata server's, or what gcloud says
        application_credentials: Option<PathBuf> =
            optional("GOOGLE_APPLICATION_CREDENTIALS", "/etc/emply/google/key.json").unless(not_path),
    }
}

section! {
    #[derive(Debug, Deserialize)]
    struct LakeSettings in "LAKE_" {
        /// folder of the lake; required when WAREHOUSE_TYPE is lake
        path: Option<PathBuf> = optional("LAKE_PATH", "/var/lib/emply/lake"),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PiiMode {
    Pseudonymise,
    Drop,
    Keep,
}

section! {
    #[derive(Debug, Deserialize)]
    struct PersonSettings in "PII_" {
        /// what becomes of persons in the warehouse: pseudonymise, drop (only keys, as pseudonyms) or keep
        mode: PiiMode = default("PII_MODE", "pseudonymise"),
        /// secret that pseudonyms are made with, at least 16 characters; required unless PII_MODE is keep
        key: Option<Secret> = optional("PII_KEY", "a-long-random-secret").secret(),
    }
}

section! {
    #[derive(Debug, Deserialize)]
    struct VocabularySettings in "VOCABULARY_" {
        /// TOML file that says which facts, tags, reasons and sources may leave, and the kinds of stages and reasons
        file: Option<PathBuf> = optional("VOCABULARY_FILE", "/etc/emply/vocabulary.toml"),
    }
}

impl Config for Settings {
    fn read(reader: &mut Reader) -> Option<Self> {
        let (database, kind) = (DatabaseSettings::read(reader), reader.section::<KindSettings>());
        let (lake, dataset) = (reader.section::<LakeSettings>(), reader.section::<DatasetSettings>());
        let google = reader.section::<GoogleSettings>();
        let (persons, vocabulary) = (reader.section::<PersonSettings>(), reader.section::<VocabularySettings>());
        let warehouse = match kind.map(|kind| kind.r#type) {
            Some(WarehouseType::Lake) => lake.and_then(|lake| lake_at(lake, reader)),
            Some(WarehouseType::BigQuery) => {
                dataset.zip(google).and_then(|(dataset, google)| dataset_of(dataset, google, reader))
            }
            None => None,
        };
        let persons = persons.and_then(|persons| self::persons(&persons, reader));
        Some(Self { database: database?, warehouse: warehouse?, persons: persons?, vocabulary_file: vocabulary?.file })
    }
}

impl Settings {
    pub fn privacy(&self) -> anyhow::Result<Privacy> {
        Ok(Privacy::new(self.persons.clone(), one_shot::vocabulary::read(self.vocabulary_file.as_deref())?))
    }
}

fn lake_at(settings: LakeSettings, reader: &mut Reader) -> Option<WarehouseSettings> {
    if settings.path.is_none() {
        reader.refuse("LAKE_PATH", Problem::Missing);
    }
    settings.path.map(WarehouseSettings::Lake)
}

/// Why it is not the name of a file.
fn not_path(value: &str) -> Option<&'static str> {
    let is_content = value.contains(['{', '\n']) || value.len() > LONGEST_PATH;
    is_content.then_some("is not the path of a file, but maybe what is in one")
}

fn dataset_of(settings: DatasetSettings, google: GoogleSettings, reader: &mut Reader) -> Option<WarehouseSettings> {
    let is_name = |name: &str| name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    for (name, value) in [("BIGQUERY_PROJECT", &settings.project), ("BIGQUERY_DATASET", &settings.dataset)] {
        if value.is_none() {
            reader.refuse(name, Problem::Missing);
        }
    }
    if settings.dataset.as_deref().is_some_and(|dataset| !is_name(dataset)) {
        let problem = "is not the name of a dataset: letters, digits and _ alone".to_owned();
        reader.refuse("BIGQUERY_DATASET", Problem::Refused(problem));
        return None;
    }
    Some(WarehouseSettings::BigQuery(BigQuerySettings {
        endpoint: settings.endpoint.url().clone(),
        project: settings.project?,
        dataset: settings.dataset?,
        location: settings.location,
        max_bytes_billed: settings.max_bytes_billed,
        job_deadline: Duration::from_mins(settings.job_minutes),
        credentials: google.application_credentials,
    }))
}

fn persons(settings: &PersonSettings, reader: &mut Reader) -> Option<Persons> {
    if settings.mode == PiiMode::Keep {
        return Some(Persons::Kept);
    }
    let Some(key) = &settings.key else {
        reader.refuse("PII_KEY", Problem::Missing);
        return None;
    };
    let Some(pseudonymiser) = Pseudonymiser::new(key.reveal()) else {
        let shortest = Pseudonymiser::SHORTEST_KEY;
        reader
            .refuse("PII_KEY", Problem::Refused(format!("is shorter than {shortest} characters and could be guessed")));
        return None;
    };
    Some(match settings.mode {
        PiiMode::Drop => Persons::Dropped(pseudonymiser),
        // who is kept needs no key, and was answered above
        PiiMode::Pseudonymise | PiiMode::Keep => Persons::Pseudonymised(pseudonymiser),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_a_range_that_can_be_counted_with() {
        let given = |name: &str, value: &str| {
            let lake = [("WAREHOUSE_TYPE", "bigquery"), ("BIGQUERY_PROJECT", "p"), ("BIGQUERY_DATASET", "d")];
            let all = lake.into_iter().chain([("DATABASE_URL", "sqlite://a.db"), ("PII_MODE", "keep"), (name, value)]);
            let mut reader = Reader::over(all.map(|(name, value)| (name.to_owned(), Some(value.to_owned()))));
            let settings = Settings::read(&mut reader);
            let faults = reader.finish().iter().map(ToString::to_string).collect::<Vec<_>>();
            (settings.is_some(), faults.join("\n"))
        };
        for (name, value) in [
            ("BIGQUERY_JOB_MINUTES", "0"),
            ("BIGQUERY_JOB_MINUTES", "1440"),
            ("BIGQUERY_MAX_BYTES_BILLED", "1"),
            ("BIGQUERY_MAX_BYTES_BILLED", "9223372036854775807"),
        ] {
            assert_eq!(given(name, value), (true, String::new()), "{name}={value}");
        }
        for (name, value, range) in [
            ("BIGQUERY_JOB_MINUTES", "1441", "is not a whole number from 0 to 1440"),
            ("BIGQUERY_JOB_MINUTES", "18446744073709551615", "is not a whole number from 0 to 1440"),
            ("BIGQUERY_MAX_BYTES_BILLED", "0", "is not a whole number from 1 to 9223372036854775807"),
            ("BIGQUERY_MAX_BYTES_BILLED", "9223372036854775808", "is not a whole number from 1 to 9223372036854775807"),
            ("BIGQUERY_MAX_BYTES_BILLED", "18446744073709551616", "is not a whole number"),
            ("BIGQUERY_JOB_MINUTES", "-1", "is not a whole number"),
        ] {
            let (is_taken, said) = given(name, value);
            assert!(!is_taken && said.contains(name) && said.contains(range), "{name}={value}: {said}");
        }
    }
}
