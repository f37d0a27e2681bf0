//! Whether everything that the pages need is in order. Writes nothing.

use std::path::Path;

use anyhow::bail;
use runtime::{Check, Final, Summary};

use crate::{config::Settings, ledger::Ledger};

pub(crate) async fn run(settings: &Settings) -> anyhow::Result<Summary> {
    let mut check = Check::new();
    check.item("folder", folder(&settings.reports.dir));
    let runs = Ledger::new(settings.database.clone()).runs(None, 1).await;
    check.item("store", runs.map(|runs| if runs.is_empty() { "no run yet" } else { "has runs" }.to_owned()));
    check.finish()
}

fn folder(path: &Path) -> anyhow::Result<String> {
    let shown = path.display();
    match std::fs::metadata(path) {
        Err(_) => Ok(format!("{shown} is not there yet; reports makes it")),
        Ok(found) if !found.is_dir() => bail!(Final::new(format!("REPORTS_DIR {shown} is not a folder"))),
        Ok(found) if found.permissions().readonly() => {
            bail!(Final::new(format!("REPORTS_DIR {shown} cannot be written to")))
        }
        Ok(_) => Ok(shown.to_string()),
    }
}
