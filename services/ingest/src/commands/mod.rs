//! What else than a run changes the store.

mod forget;
mod replay;

pub(crate) use forget::{Whom, closed, forget};
pub(crate) use replay::replay;

use std::sync::Arc;

use store::Store;

use crate::{config::Persons, transform::Suppression};

/// Who is to stay forgotten. Once somebody is, `PII_KEY` is needed to know them again.
pub(crate) async fn suppression(store: &Store, persons: &Persons) -> anyhow::Result<Arc<Suppression>> {
    let pseudonyms = store.suppressed().await?;
    if pseudonyms.is_empty() {
        return Ok(Arc::default());
    }
    let what_for = "somebody was forgotten, and must not come in again";
    Ok(Arc::new(Suppression::new(pseudonyms, persons.pseudonymiser(what_for)?)))
}
