//! What there is of a person.

use std::collections::BTreeSet;

use domain::folded;
use futures_util::TryStreamExt as _;
use sea_orm::{
    ColumnTrait as _, DatabaseTransaction, EntityTrait as _, ExprTrait as _, QueryFilter as _, QuerySelect as _,
};

use super::{Person, text};
use crate::{
    StoreError,
    entity::{application, posting},
};

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
    /// What a record or a row that is theirs holds: ids and addresses, folded.
    pub(super) names: BTreeSet<String>,
    /// How they are called in a text: addresses, and first and last name, folded.
    pub(super) called: BTreeSet<String>,
}

type Found = (String, String, Option<String>, Option<String>, Option<String>, Option<String>);

/// Looks for them. Addresses are compared here, since SQLite's lower case knows only English letters.
pub(super) async fn traces(transaction: &DatabaseTransaction, persons: &[Person]) -> Result<Traces, StoreError> {
    use application::Column::{CandidateId, CandidateKey, Email, FirstName, Id, LastName};
    let mut traces = Traces::default();
    let wanted = Wanted::of(persons, &mut traces);
    let columns = [Id, CandidateKey, CandidateId, Email, FirstName, LastName];
    let mut query = application::Entity::find().select_only().columns(columns);
    if wanted.emails.is_empty() {
        query = query.filter(Id.is_in(&wanted.ids).or(CandidateKey.is_in(&wanted.keys)));
    }
    let mut rows = query.into_tuple::<Found>().stream(transaction).await?;
    while let Some((id, key, candidate_id, email, first_name, last_name)) = rows.try_next().await? {
        let address = email.as_deref().map(folded);
        let is_theirs = wanted.ids.contains(&id)
            || wanted.keys.contains(&key)
            || address.as_ref().is_some_and(|address| wanted.emails.contains(address));
        if is_theirs {
            let name = [first_name, last_name].map(Option::unwrap_or_default).map(|part| folded(&part));
            if name.iter().all(|part| !part.is_empty()) {
                traces.called.insert(name.join(" "));
            }
            traces.called.extend(address.clone());
            let names = candidate_id.map(|id| folded(&id)).into_iter().chain(address);
            // one application is taken away, not all that its sender has ever sent
            traces.names.extend(names.filter(|_| !wanted.ids.contains(&id)));
            traces.names.insert(folded(&id));
            traces.applications.insert(id);
            traces.candidates.extend((key != NOBODY).then_some(key));
        }
    }
    Ok(traces)
}

/// Postings that the source still lists and whose text calls them.
pub(super) async fn in_postings(transaction: &DatabaseTransaction, traces: &Traces) -> Result<u64, StoreError> {
    use posting::Column::{Raw, RemovedAt};
    if traces.called.is_empty() {
        return Ok(0);
    }
    let query = posting::Entity::find().filter(RemovedAt.is_null()).select_only().column(Raw);
    let mut rows = query.into_tuple::<String>().stream(transaction).await?;
    let mut count = 0;
    while let Some(raw) = rows.try_next().await? {
        let readable = text::readable(&raw);
        count += u64::from(traces.called.iter().any(|name| text::names(&readable, name)));
    }
    Ok(count)
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
                    let id = folded(id);
                    traces.names.insert(id.clone());
                    traces.applications.insert(id.clone());
                    wanted.ids.insert(id);
                }
                Person::Candidate(key) => {
                    let key = folded(key);
                    let of_source = key.strip_prefix("id:").unwrap_or(&key).to_owned();
                    wanted.keys.extend([key, format!("id:{of_source}")]);
                    traces.suppressed_candidates.insert(format!("id:{of_source}"));
                    traces.names.insert(of_source);
                }
                Person::Email(address) => {
                    traces.names.insert(folded(address));
                    traces.called.insert(folded(address));
                    wanted.emails.insert(folded(address));
                }
            }
        }
        wanted
    }
}
