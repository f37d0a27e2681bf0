//! What a run would send.

use anyhow::Context as _;
use runtime::{Context, Summary, answer};
use store::Store;

use crate::{
    config::{Settings, WarehouseSettings},
    due::due,
    pipeline::Pipeline,
    program::open,
    sink::{
        Holds, Planned, Sink,
        bigquery::{self, BigQuery},
        lake::Lake,
    },
    transform::{
        persons::Privacy,
        tables::{form, tables},
    },
};

pub(crate) async fn run(context: &Context, settings: &Settings, full: bool) -> anyhow::Result<Summary> {
    let privacy = settings.privacy()?;
    let store = open(settings).await?;
    store.source().await?.context("the store is empty: let ingest run first")?;
    match &settings.warehouse {
        WarehouseSettings::Lake(path) => print(&store, &privacy, Lake::open(path, tables())?, full).await,
        WarehouseSettings::BigQuery(dataset) => {
            let bigquery = BigQuery::new(context, dataset, bigquery::Patience::OF_A_RUN, tables())?;
            print(&store, &privacy, bigquery, full).await
        }
    }
}

async fn print(store: &Store, privacy: &Privacy, sink: impl Sink, full: bool) -> anyhow::Result<Summary> {
    let target = sink.target();
    let cursor = store.export_cursor(&target).await?;
    let mut pipeline = Pipeline::open(store, privacy, sink).await?;
    let highest = pipeline.highest_change().await?;
    let holds = pipeline.sink.holds(&form(privacy.vocabulary())).await?;
    let anew = full || holds == Holds::OtherForm;
    let due = if anew { vec![(0, highest)] } else { due(&cursor, highest, holds != Holds::Less) };
    if due.is_empty() {
        answer::line(format!("nothing: {target} has every change up to number {}", cursor.sent));
        return Ok(Summary::default());
    }
    for range in due {
        answer::line(format!("changes {} to {} to {target}", range.0 + 1, range.1));
        let planned = pipeline.plan(range).await?;
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
