//! What else than a run changes the store.

mod about;
mod forget;
mod place;
mod replay;
mod retention;
mod rotate_key;
mod whom;

pub(crate) use about::about;
pub(crate) use forget::{Erasure, forget};
pub(crate) use place::same_place;
pub(crate) use replay::replay;
pub(crate) use retention::end_retention;
pub(crate) use rotate_key::rotate_key;
pub(crate) use whom::Whom;

use std::{sync::Arc, time::Duration};

use domain::cohort::Grouping;
use one_shot::{Audited, Patience};
use runtime::{Context, FinalIf as _, Summary};
use store::{Store, StoreError};

use crate::{audit, config::Persons, transform::Suppression};

#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) context: &'a Context,
    pub(crate) store: &'a Store,
    pub(crate) persons: &'a Persons,
    pub(crate) grouping: Grouping,
    /// How long to wait for a run that is at work, if they say.
    pub(crate) wait: Option<Duration>,
}

impl Asked<'_> {
    async fn run(
        &self,
        command: &str,
        work: impl AsyncFnOnce(Audited<'_>) -> anyhow::Result<()>,
    ) -> anyhow::Result<Summary> {
        audit::run(self.context, self.store, (command, Patience::of_a_person(self.wait)), None, work).await
    }
}

/// Who is to stay forgotten. Once somebody is, `PII_KEY` is needed to know them again.
pub(crate) async fn suppression(store: &Store, persons: &Persons) -> anyhow::Result<Arc<Suppression>> {
    let suppressed = store.suppressed().await?;
    if suppressed.is_empty() {
        return Ok(Arc::default());
    }
    let pseudonymiser = persons.pseudonymiser("somebody was forgotten, and must not come in again")?;
    store.check_key(&pseudonymiser).await.final_if(StoreError::is_final)?;
    let pseudonyms = suppressed.into_iter().map(|one| one.pseudonym).collect();
    Ok(Arc::new(Suppression::new(pseudonyms, pseudonymiser)))
}
