//! What there is of a person.

use std::collections::BTreeSet;

use futures_util::TryStreamExt as _;
use sea_orm::{
    ColumnTrait as _, DatabaseTransaction, EntityTrait as _, ExprTrait as _, QueryFilter as _, QuerySelect as _,
};

use super::Person;
use crate::{StoreError, entity::application};

/// Key of the candidate of an application that was forgotten.
pub(super) const NOBODY: &str = "forgotten";

/// Everything by which a person can be found.
#[derive(Debug, Default)]
pub(super) struct Traces {
    /// Ids of applications, also of such that are not in the store.
    pub(super) applications: BTreeSet<String>,
    /// Keys of the candidates that these made.
    pub(super) candidates: BTreeSet<String>,
    /// Keys of candidates whose later applications are not to come in either.
    pub(super) suppressed_candidates: BTreeSet<String>,
    /// What a record or a row that is theirs holds: ids and addresses, in lower case.
    pub(super) names: BTreeSet<String>,
}

type Found = (String, String, Option<String>, Option<String>);

/// Looks for them. Addresses are compared here, since SQLite's lower case knows only English letters.
pub(super) async fn traces(transaction: &DatabaseTransaction, persons: &[Person]) -> Result<Traces, StoreError> {
    use application::Column::{CandidateId, CandidateKey, Email, Id};
    let mut traces = Traces::default();
    let wanted = Wanted::of(persons, &mut traces);
    let mut query = application::Entity::find().select_only().columns([Id, CandidateKey, CandidateId, Email]);
    if wanted.emails.is_empty() {
        query = query.filter(Id.is_in(&wanted.ids).or(CandidateKey.is_in(&wanted.keys)));
    }
    let mut rows = query.into_tuple::<Found>().stream(transaction).await?;
    while let Some((id, key, candidate_id, email)) = rows.try_next().await? {
        let address = email.as_deref().map(lower);
        let is_theirs = wanted.ids.contains(&id)
            || wanted.keys.contains(&key)
            || address.as_ref().is_some_and(|address| wanted.emails.contains(address));
        if is_theirs {
            let names = candidate_id.map(|id| lower(&id)).into_iter().chain(address);
            // one application is taken away, not all that its sender has ever sent
            traces.names.extend(names.filter(|_| !wanted.ids.contains(&id)));
            traces.names.insert(lower(&id));
            traces.applications.insert(id);
            traces.candidates.extend((key != NOBODY).then_some(key));
        }
    }
    Ok(traces)
}

#[derive(Debug, Default)]
struct Wanted {
    ids: BTreeSet<String>,
    keys: BTreeSet<String>,
    emails: BTreeSet<String>,
}

impl Wanted {
    fn of(persons: &[Person], traces: &mut Traces) -> Self {
        let mut wanted = Self::default();
        for person in persons {
            match person {
                Person::Application(id) => {
                    let id = lower(id);
                    traces.names.insert(id.clone());
                    traces.applications.insert(id.clone());
                    wanted.ids.insert(id);
                }
                Person::Candidate(key) => {
                    let key = lower(key);
                    let of_source = key.strip_prefix("id:").unwrap_or(&key).to_owned();
                    wanted.keys.extend([key, format!("id:{of_source}")]);
                    traces.suppressed_candidates.insert(format!("id:{of_source}"));
                    traces.names.insert(of_source);
                }
                Person::Email(address) => {
                    traces.names.insert(lower(address));
                    wanted.emails.insert(lower(address));
                }
            }
        }
        wanted
    }
}

/// As ids and addresses are compared.
pub(super) fn lower(text: &str) -> String {
    text.trim().to_lowercase()
}
