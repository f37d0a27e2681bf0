//! Whether everything that an export needs is in order. Writes nothing.

use std::path::Path;

use anyhow::bail;
use runtime::{Check, Context, Final, FinalIf as _, Summary};
use store::{Store, StoreError};

use crate::{
    config::{Settings, WarehouseSettings},
    open_options,
    sink::bigquery::BigQuery,
};

/// Prints one line for each item.
pub(crate) async fn run(context: &Context, settings: &Settings) -> anyhow::Result<Summary> {
    let mut check = Check::new();
    match Store::open_to_look(settings.database.url.reveal(), &open_options(settings))
        .await
        .final_if(StoreError::is_final)
    {
        Ok(store) => {
            check.item("database", Ok(store.shown()));
            check.item("schema", schema(&store).await);
        }
        Err(error) => check.item("database", Err(error)),
    }
    match &settings.warehouse {
        WarehouseSettings::Lake(path) => check.item("lake", lake(path)),
        WarehouseSettings::BigQuery(dataset) => {
            let bigquery = BigQuery::new(context.program, dataset, context.clock.now())?;
            check.item("BigQuery", bigquery.look().await);
        }
    }
    check.finish()
}

async fn schema(store: &Store) -> anyhow::Result<String> {
    let pending = store.schema().await?.pending;
    if pending.is_empty() {
        return Ok("up to date".to_owned());
    }
    Err(StoreError::SchemaMissing { pending }.into())
}

fn lake(path: &Path) -> anyhow::Result<String> {
    let shown = path.display();
    if !path.exists() {
        return Ok(format!("{shown} is not there yet; export makes it"));
    }
    if !path.is_dir() {
        bail!(Final::new(format!("LAKE_PATH {shown} is not a folder")));
    }
    if std::fs::metadata(path)?.permissions().readonly() {
        bail!(Final::new(format!("LAKE_PATH {shown} cannot be written to")));
    }
    Ok(shown.to_string())
}
