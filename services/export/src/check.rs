//! Whether everything that an export needs is in order. Writes nothing.

use std::{fs::OpenOptions, io::ErrorKind, path::Path};

use anyhow::bail;
use domain::Pseudonymiser;
use runtime::{Check, Context, Final, FinalIf as _, Summary, soon};
use store::{Store, StoreError};

use crate::{
    config::{Settings, WarehouseSettings},
    sink::{
        bigquery::{BigQuery, Patience},
        lake,
    },
    transform::{persons::Persons, tables::tables},
};

fn without_vocabulary(persons: &Persons) -> String {
    let follows = match persons {
        Persons::Kept => "reason_kind and source_name are all",
        Persons::Pseudonymised(_) | Persons::Dropped(_) => "no fact and no tag leaves, reasons and sources are all",
    };
    format!(
        "VOCABULARY_FILE names none: {follows} \"other\", and stages have no kind; export vocabulary prints one to begin with"
    )
}

pub(crate) async fn run(context: &Context, settings: &Settings) -> anyhow::Result<Summary> {
    let mut check = Check::new();
    let store = one_shot::check(&mut check, context.program, &settings.database).await;
    if let (Some(store), Some(key)) = (store, settings.persons.pseudonymiser()) {
        check.item("PII_KEY", soon(fits(&store, key)).await);
    }
    match &settings.vocabulary_file {
        Some(path) => {
            let listed = settings.privacy().map(|privacy| format!("{}: {}", path.display(), privacy.vocabulary()));
            check.item("vocabulary", listed);
        }
        None => check.warning("vocabulary", &without_vocabulary(&settings.persons)),
    }
    match &settings.warehouse {
        WarehouseSettings::Lake(path) => check.item("lake", folder(path)),
        WarehouseSettings::BigQuery(dataset) => {
            let bigquery = BigQuery::new(context, dataset, Patience::OF_A_PERSON, tables())?;
            match soon(bigquery.account()).await {
                Ok(account) => {
                    if let Some(account) = account {
                        check.item("Google account", Ok(account));
                    }
                    check.item("BigQuery", soon(bigquery.look()).await);
                }
                // without it nothing more can be known
                Err(error) => check.item("Google account", Err(error)),
            }
        }
    }
    check.finish()
}

/// Whether it is the key by which persons were forgotten.
async fn fits(store: &Store, key: &Pseudonymiser) -> anyhow::Result<String> {
    store.check_key_of_suppression(key).await.final_if(StoreError::is_final)?;
    Ok(format!("fits the store (fingerprint {})", key.fingerprint()))
}

fn folder(path: &Path) -> anyhow::Result<String> {
    let shown = path.display();
    // below a file nothing can be made, and nothing is there
    let first = path.ancestors().find(|path| path.exists());
    if first.is_some_and(|first| !first.is_dir()) {
        bail!(Final::new(format!("LAKE_PATH {shown} is not a folder, or is below what is none")));
    }
    if !path.exists() {
        return Ok(format!("{shown} is not there yet; export makes it"));
    }
    if std::fs::metadata(path)?.permissions().readonly() {
        bail!(Final::new(format!("LAKE_PATH {shown} cannot be written to")));
    }
    lake::look(path, &tables())?;
    // opened and left as it is: the mode of a folder does not say how its disk is mounted
    let opened = OpenOptions::new().append(true).open(path.join("lake.json"));
    if opened.is_err_and(|error| error.kind() == ErrorKind::ReadOnlyFilesystem) {
        bail!(Final::new(format!("LAKE_PATH {shown} can only be read: mount that place so that it can be written to")));
    }
    Ok(shown.to_string())
}
