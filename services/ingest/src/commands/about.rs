//! `ingest about`: what a person may ask for before they ask to be forgotten.

use one_shot::Audited;
use runtime::{Summary, answer};

use super::{Asked, Whom};

pub(crate) async fn about(asked: &Asked<'_>, whom: Whom) -> anyhow::Result<Summary> {
    let persons = whom.somebody(asked.context).await?;
    asked
        // the audit has that somebody was asked about, and not who
        .run("about", async |audited| {
            let Audited { store, .. } = audited;
            answer::line(serde_json::to_string_pretty(&store.about(&persons).await?.to_json())?);
            Ok(())
        })
        .await
}
