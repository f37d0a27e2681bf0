//! Whether the last good run is young enough, for probes and alarms.

use std::time::Duration;

use runtime::{Context, Summary, answer};
use store::Store;

/// Prints when the last run by one of these commands succeeded; an error when that is longer ago than `max_age`, or never.
pub async fn fresh(context: &Context, store: &Store, commands: &[&str], max_age: Duration) -> anyhow::Result<Summary> {
    let found = store.freshness(commands, max_age, context.clock.now()).await?;
    if found.is_stale {
        anyhow::bail!(found.sentence(max_age));
    }
    answer::line(found.sentence(max_age));
    Ok(Summary::default())
}
