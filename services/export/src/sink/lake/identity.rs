//! Whose lake it is, how its persons were treated, and how its rows were made: `LAKE_PATH/lake.json`.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use runtime::Final;

use super::{super::Identity, file};

/// Holds the lake against who it is for; gives whether its rows are made so.
pub(super) fn claim(lake: &Path, identity: &Identity) -> anyhow::Result<bool> {
    let Some(held) = read(lake)? else {
        write(lake, identity)?;
        return Ok(true);
    };
    let difference = if (&held.base_url, &held.customer) != (&identity.base_url, &identity.customer) {
        format!("it holds the data of {} at {}", held.customer, held.base_url)
    } else if held.pii_mode != identity.pii_mode {
        format!("it was filled with PII_MODE={}", held.pii_mode)
    } else if held.pii_key_fingerprint != identity.pii_key_fingerprint {
        "it was filled with another PII_KEY".to_owned()
    } else {
        return Ok(held.form == identity.form);
    };
    bail!(Final::new(format!(
        "the lake at {} cannot be continued: {difference}. Set that again, or let LAKE_PATH name an empty folder, which \
         is then filled from the start",
        lake.display()
    )))
}

/// Whether its rows are made so; also where there are none.
pub(super) fn has_our_form(lake: &Path, form: &str) -> anyhow::Result<bool> {
    Ok(read(lake)?.is_none_or(|held| held.form == form))
}

/// Writes down that they are.
pub(super) fn write(lake: &Path, identity: &Identity) -> anyhow::Result<()> {
    let path = place(lake);
    file::write_whole(&path, &serde_json::to_vec_pretty(identity)?)
        .with_context(|| format!("writing {}", path.display()))
}

fn read(lake: &Path) -> anyhow::Result<Option<Identity>> {
    let path = place(lake);
    if !path.exists() {
        return Ok(None);
    }
    let shown = path.display();
    let json = std::fs::read(&path).with_context(|| format!("reading {shown}"))?;
    let held = serde_json::from_slice(&json)
        .map_err(|_| Final::new(format!("{shown} is not what export has written there")))?;
    Ok(Some(held))
}

fn place(lake: &Path) -> PathBuf {
    lake.join("lake.json")
}
