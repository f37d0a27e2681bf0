//! A range of changes as a file that is soon gone again.

use std::collections::BTreeSet;

use anyhow::Context as _;
use store::Snapshot;
use tempfile::NamedTempFile;

use super::{
    Written,
    accident::{Place, explained},
    encode::{Month, encode},
};
use crate::{schema::Table, source::Range, transform::Privacy};

/// Writes the rows of a range to a file of its own under `TMPDIR`; gives also the months of its partitions, as year and
/// number.
pub(super) async fn make(
    table: &'static Table,
    snapshot: &mut Snapshot,
    range: Range,
    privacy: &Privacy,
) -> anyhow::Result<(NamedTempFile, Written, BTreeSet<Month>)> {
    let folder = std::env::temp_dir();
    made(table, snapshot, range, privacy).await.map_err(|error| explained(error, Place::Temporary(&folder)))
}

async fn made(
    table: &'static Table,
    snapshot: &mut Snapshot,
    range: Range,
    privacy: &Privacy,
) -> anyhow::Result<(NamedTempFile, Written, BTreeSet<Month>)> {
    let shown = || format!("writing changes of {} to a file under {}", table.name, std::env::temp_dir().display());
    let file = NamedTempFile::new().with_context(shown)?;
    let encoded =
        encode(table, file.reopen().with_context(shown)?, snapshot, range, privacy).await.with_context(shown)?;
    encoded.writer.close().with_context(shown)?;
    let mut written = encoded.written;
    written.bytes = file.as_file().metadata().with_context(shown)?.len();
    Ok((file, written, encoded.months))
}
