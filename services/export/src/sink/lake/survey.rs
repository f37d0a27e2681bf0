//! Whether the lake's files are those that are listed: by their names, sizes and ends, without reading them.

use std::path::Path;

use anyhow::{Context as _, bail};

use super::{
    checksum::{newest_first, rows_of},
    manifest::Manifest,
};

/// Holds a table's files against the list. A difference is an error that names the file.
pub(super) fn of_table(folder: &Path, table: &str, manifest: &Manifest) -> anyhow::Result<()> {
    let files = newest_first(folder)?;
    for (range, path) in &files {
        let shown = path.display();
        let Some(listed) = manifest.file(table, *range) else {
            bail!("{shown} is none of the files that export has written last");
        };
        let bytes = path.metadata().with_context(|| format!("looking at {shown}"))?.len();
        if bytes != listed.bytes {
            bail!("{shown} has {bytes} bytes, and was written with {}", listed.bytes);
        }
        let rows = rows_of(path).with_context(|| format!("reading the end of {shown}"))?;
        if rows != listed.sum.rows {
            bail!("{shown} has {rows} rows, and was written with {}", listed.sum.rows);
        }
    }
    let is_there = |range| files.iter().any(|(other, _)| *other == range);
    if let Some(missing) = manifest.files(table).iter().find(|file| !is_there(file.range)) {
        let (after, up_to) = missing.range;
        bail!("{}/{after}-{up_to}.parquet is gone", folder.display());
    }
    Ok(())
}
