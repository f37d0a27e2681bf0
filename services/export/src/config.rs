//! The settings.

use std::path::PathBuf;

use domain::Pseudonymiser;
use runtime::{Config, DatabaseSettings, Need, Reader, Secret, Section, Setting, Show, settings::Problem};
use serde::Deserialize;

use crate::transform::Persons;

/// All sections.
pub struct Settings {
    /// The store.
    pub database: DatabaseSettings,
    /// Where the lake is.
    pub lake: PathBuf,
    /// What becomes of persons.
    pub persons: Persons,
}

/// Which kind of warehouse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum WarehouseType {
    /// Parquet files.
    Lake,
}

#[derive(Debug, Deserialize)]
struct WarehouseSettings {
    r#type: WarehouseType,
}

#[derive(Debug, Deserialize)]
struct LakeSettings {
    path: Option<PathBuf>,
}

/// What becomes of persons on the way into the warehouse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PiiMode {
    /// Keys, numbers and e-mail addresses become pseudonyms; names are left out.
    Pseudonymise,
    /// Only the keys that rows are joined by become pseudonyms; all else is left out.
    Drop,
    /// Everything goes as it is.
    Keep,
}

#[derive(Debug, Deserialize)]
struct PersonSettings {
    mode: PiiMode,
    key: Option<Secret>,
}

impl Config for Settings {
    fn read(reader: &mut Reader) -> Option<Self> {
        let (database, warehouse) = (reader.section(), reader.section::<WarehouseSettings>());
        let (lake, persons) = (reader.section::<LakeSettings>(), reader.section::<PersonSettings>());
        let lake = lake.and_then(|lake| {
            if lake.path.is_none()
                && warehouse.as_ref().is_some_and(|warehouse| warehouse.r#type == WarehouseType::Lake)
            {
                reader.refuse("LAKE_PATH", Problem::Missing);
            }
            lake.path
        });
        let persons = persons.and_then(|persons| self::persons(&persons, reader));
        Some(Self { database: database?, lake: lake?, persons: persons? })
    }
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
        PiiMode::Pseudonymise | PiiMode::Keep => Persons::Pseudonymised(pseudonymiser),
    })
}

impl Section for WarehouseSettings {
    const PREFIX: &'static str = "WAREHOUSE_";
    const SETTINGS: &'static [Setting] = &[Setting::plain(
        "WAREHOUSE_TYPE",
        Need::Default("lake"),
        "kind of warehouse; this release knows lake: Parquet files",
        "lake",
    )];
}

impl Section for LakeSettings {
    const PREFIX: &'static str = "LAKE_";
    const SETTINGS: &'static [Setting] = &[Setting::plain(
        "LAKE_PATH",
        Need::Optional,
        "folder of the lake; required when WAREHOUSE_TYPE is lake",
        "/var/lib/emply/lake",
    )];
}

impl Section for PersonSettings {
    const PREFIX: &'static str = "PII_";
    const SETTINGS: &'static [Setting] = &[
        Setting::plain(
            "PII_MODE",
            Need::Default("pseudonymise"),
            "what becomes of persons in the warehouse: pseudonymise, drop (only keys, as pseudonyms) or keep",
            "pseudonymise",
        ),
        Setting {
            name: "PII_KEY",
            need: Need::Optional,
            meaning: "secret that pseudonyms are made with, at least 16 characters; required unless PII_MODE is keep",
            example: "a-long-random-secret",
            show: Show::Secret,
        },
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_lists_the_settings() {
        let table = runtime::settings::table::<Settings>();
        assert!(include_str!("../README.md").contains(&table), "README.md must have this table:\n{table}");
    }
}
