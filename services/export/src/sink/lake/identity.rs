//! Whose lake it is, and how its persons were treated: `LAKE_PATH/lake.json`.

use std::path::Path;

use anyhow::{Context as _, bail};
use runtime::Final;

use super::{super::Identity, file};

pub(super) fn claim(lake: &Path, identity: &Identity) -> anyhow::Result<()> {
    let path = lake.join("lake.json");
    let shown = path.display();
    if !path.exists() {
        let json = serde_json::to_vec_pretty(identity)?;
        return file::write_whole(&path, &json).with_context(|| format!("writing {shown}"));
    }
    let json = std::fs::read(&path).with_context(|| format!("reading {shown}"))?;
    let held: Identity = serde_json::from_slice(&json)
        .map_err(|_| Final::new(format!("{shown} is not what export has written there")))?;
    let difference = if (&held.base_url, &held.customer) != (&identity.base_url, &identity.customer) {
        format!("it holds the data of {} at {}", held.customer, held.base_url)
    } else if held.pii_mode != identity.pii_mode {
        format!("it was filled with PII_MODE={}", held.pii_mode)
    } else if held.pii_key_fingerprint != identity.pii_key_fingerprint {
        "it was filled with another PII_KEY".to_owned()
    } else {
        return Ok(());
    };
    bail!(Final::new(format!(
        "the lake at {} cannot be continued: {difference}. Set that again, or let LAKE_PATH name an empty folder, which \
         is then filled from the start",
        lake.display()
    )))
}
