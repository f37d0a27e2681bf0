//! Whether everything that the pages need is in order. Writes nothing.

use std::path::Path;

use runtime::{Check, Final, Summary};

use crate::{
    bundle::{Shelf, unusable},
    config::Settings,
    ledger::Ledger,
};

pub(crate) async fn run(settings: &Settings) -> anyhow::Result<Summary> {
    let mut check = Check::new();
    check.item("folder", folder(&settings.reports.dir));
    let runs = Ledger::new(settings.database.clone()).runs(None, 1).await;
    check.item("store", runs.map(|runs| if runs.is_empty() { "no run yet" } else { "has runs" }.to_owned()));
    check.finish()
}

fn folder(path: &Path) -> anyhow::Result<String> {
    let shown = path.display();
    Shelf::look(path).map_err(|error| Final::new(unusable(path, &error)))?;
    Ok(if path.exists() { shown.to_string() } else { format!("{shown} is not there yet; reports makes it") })
}
