//! What there is of a person.

use std::collections::BTreeSet;

use domain::{ADDRESS_DERIVED, comparable, folded};
use futures_util::TryStreamExt as _;
use sea_orm::{
    ColumnTrait as _, DatabaseTransaction, EntityTrait as _, ExprTrait as _, QueryFilter as _, QuerySelect as _,
};

use super::{
    person::Person,
    rejected, text,
    traces::{NOBODY, Traces},
};
use crate::{
    StoreError,
    entity::{application, posting},
};

/// What keys begin with that are made of an application's id.
const APPLICATION_DERIVED: &str = "application:";

pub(super) async fn traces(transaction: &DatabaseTransaction, persons: &[Person]) -> Result<Traces, StoreError> {
    let mut traces = Traces::default();
    let mut wanted = Wanted::of(persons, &mut traces);
    // a record that could not be read may say that an application has another address by now
    wanted.by_address.extend(rejected::with_address(transaction, &wanted.emails).await?);
    look(transaction, &wanted, &mut traces).await?;
    // who has one of these addresses may have used others: what Emply has under the same key of a person is theirs, too
    let more: Vec<String> = wanted.of_emply(&traces);
    if !more.is_empty() {
        wanted.keys.extend(more);
        look(transaction, &wanted, &mut traces).await?;
    }
    Ok(traces)
}

type Found = (String, String, Option<String>, Option<String>, Option<String>, Option<String>);

async fn look(transaction: &DatabaseTransaction, wanted: &Wanted, traces: &mut Traces) -> Result<(), StoreError> {
    use application::Column::{CandidateId, CandidateKey, Email, FirstName, Id, LastName};
    let columns = [Id, CandidateKey, CandidateId, Email, FirstName, LastName];
    let mut query = application::Entity::find().select_only().columns(columns);
    // addresses are compared here, since SQLite's lower case knows only English letters
    if wanted.emails.is_empty() {
        query = query.filter(Id.is_in(&wanted.ids).or(CandidateKey.is_in(&wanted.keys)));
    }
    let mut rows = query.into_tuple::<Found>().stream(transaction).await?;
    while let Some((id, key, candidate_id, email, first_name, last_name)) = rows.try_next().await? {
        let address = email.as_deref().map(folded).filter(|address| !address.is_empty());
        let is_named = wanted.ids.contains(&id);
        let is_by_address =
            wanted.by_address.contains(&id) || address.as_ref().is_some_and(|address| wanted.emails.contains(address));
        if !(is_named || is_by_address || wanted.keys.contains(&key)) {
            continue;
        }
        if is_by_address {
            traces.found_by_address.insert(key.clone());
        }
        let name = [first_name, last_name].map(Option::unwrap_or_default).map(|part| folded(&part));
        if name.iter().all(|part| !part.is_empty()) {
            traces.called.insert(name.join(" "));
        }
        // one application is removed, not all that its sender has ever sent
        if !is_named {
            traces.ids.extend(candidate_id.map(|id| folded(&id)));
            traces.addresses.extend(address.clone());
        }
        traces.called.extend(address);
        traces.ids.insert(folded(&id));
        traces.applications.insert(id);
        // all who were forgotten share that key
        traces.candidates.extend((key != NOBODY).then_some(key));
    }
    Ok(())
}

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
    /// Ids of applications that have one of the addresses elsewhere than in their row.
    by_address: BTreeSet<String>,
}

impl Wanted {
    fn of(persons: &[Person], traces: &mut Traces) -> Self {
        let mut wanted = Self::default();
        for person in persons {
            match person {
                Person::Application(id) => {
                    let id = comparable(id);
                    traces.ids.insert(id.clone());
                    traces.applications.insert(id.clone());
                    wanted.ids.insert(id);
                }
                Person::Candidate(key) => wanted.candidate(comparable(key), traces),
                Person::Email(address) => {
                    traces.addresses.insert(folded(address));
                    traces.called.insert(folded(address));
                    wanted.emails.insert(folded(address));
                }
            }
        }
        wanted
    }

    fn candidate(&mut self, key: String, traces: &mut Traces) {
        traces.candidates.insert(key.clone());
        // such a key is of our making, and does not come again when what it is made of does not
        if !key.starts_with(ADDRESS_DERIVED) && !key.starts_with(APPLICATION_DERIVED) {
            let of_source = key.strip_prefix("id:").unwrap_or(&key).to_owned();
            self.keys.insert(format!("id:{of_source}"));
            traces.candidates.insert(format!("id:{of_source}"));
            traces.suppressed_candidates.insert(format!("id:{of_source}"));
            traces.ids.insert(of_source);
        }
        self.keys.insert(key);
    }

    /// Keys that Emply has given to whoever was found by an address.
    fn of_emply(&self, traces: &Traces) -> Vec<String> {
        let is_new = |key: &&String| key.starts_with("id:") && !self.keys.contains(*key);
        traces.found_by_address.iter().filter(is_new).cloned().collect()
    }
}
