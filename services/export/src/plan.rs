//! What a run would send.

use anyhow::Context as _;
use runtime::{Context, Summary, answer};

use crate::{
    config::Settings,
    open,
    schema::{form, tables},
    sink::{Holds, Planned, Warehouse},
    source::due,
};

/// Prints rows, bytes and statements for each table. The rows are read and encoded, and then thrown away.
pub(crate) async fn run(context: &Context, settings: &Settings, full: bool) -> anyhow::Result<Summary> {
    let privacy = settings.privacy()?;
    let store = open(settings).await?;
    store.source().await?.context("the store is empty: let ingest run first")?;
    let warehouse = Warehouse::open(context, &settings.warehouse)?;
    let cursor = store.export_cursor(&warehouse.target()).await?;
    let mut snapshot = store.snapshot().await?;
    let highest = snapshot.highest_change().await?;
    let holds = warehouse.holds(&form(privacy.vocabulary())).await?;
    let anew = full || holds == Holds::OtherForm;
    let due = if anew { vec![(0, highest)] } else { due(cursor, highest, holds != Holds::Less) };
    if due.is_empty() {
        answer::line(format!("nothing: {} has every change up to number {}", warehouse.target(), cursor.sent));
        return Ok(Summary::default());
    }
    for range in due {
        answer::line(format!("changes {} to {} to {}", range.0 + 1, range.1, warehouse.target()));
        let mut planned = Vec::new();
        for table in tables() {
            planned.push((table.name, warehouse.plan(table, &mut snapshot, range, &privacy).await?));
        }
        let row = |(name, planned): &(&str, Planned)| {
            let written = planned.written;
            let numbers = [written.rows, written.removed, written.bytes].map(|number| number.to_string());
            [(*name).to_owned()].into_iter().chain(numbers).collect::<Vec<_>>()
        };
        answer::table(&["table", "rows", "removed", "bytes"], &planned.iter().map(row).collect::<Vec<_>>());
        for statement in planned.iter().filter_map(|(_, planned)| planned.statement.as_ref()) {
            answer::line(format!("\n{statement};"));
        }
    }
    if privacy.unlisted().count() > 0 {
        answer::line(format!(
            "\nnot listed in the vocabulary, of different labels: {}; export vocabulary prints them",
            privacy.unlisted()
        ));
    }
    Ok(Summary::default())
}
