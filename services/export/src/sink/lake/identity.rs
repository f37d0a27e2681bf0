//! Whose lake it is, how its persons were treated, and how its rows were made: `LAKE_PATH/lake.json`.

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use runtime::Final;

use super::{super::Identity, file, owner};
use crate::schema::Tables;

/// Holds the lake against who it is for, and sees that what lies in it is ours; an empty one is taken. Gives whether its rows
/// are made so. Nothing is written before.
pub(super) fn claim(lake: &Path, identity: &Identity, tables: &Tables) -> anyhow::Result<bool> {
    let Some(held) = read(lake)? else {
        // before it is signed: from then on, files with names of ours count as ours
        owner::refuse_strangers(lake, tables, false)?;
        write(lake, identity)?;
        return Ok(true);
    };
    is_for(&held, lake, identity)?;
    owner::refuse_strangers(lake, tables, true)?;
    Ok(held.form == identity.form)
}

fn is_for(held: &Identity, lake: &Path, identity: &Identity) -> anyhow::Result<()> {
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

pub(crate) fn look(lake: &Path, tables: &Tables) -> anyhow::Result<Option<String>> {
    let held = read(lake)?;
    owner::refuse_strangers(lake, tables, held.is_some())?;
    Ok(held.map(|held| held.form))
}

pub(super) fn write(lake: &Path, identity: &Identity) -> anyhow::Result<()> {
    let path = place(lake);
    file::write_whole(&path, &serde_json::to_vec_pretty(identity)?)
        .with_context(|| format!("writing {}", path.display()))
}

fn read(lake: &Path) -> anyhow::Result<Option<Identity>> {
    let path = place(lake);
    let shown = path.display();
    let json = match std::fs::read(&path) {
        Ok(json) => json,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        // what cannot be read is no identity either
        Err(error) if error.kind() == ErrorKind::IsADirectory => Vec::new(),
        Err(error) => return Err(error).with_context(|| format!("reading {shown}")),
    };
    let held = serde_json::from_slice(&json).map_err(|_| {
        Final::new(format!(
            "{shown} is not what export has written there. Let LAKE_PATH name an empty folder, or put the lake.json of this \
             lake back"
        ))
    })?;
    Ok(Some(held))
}

fn place(lake: &Path) -> PathBuf {
    lake.join("lake.json")
}
