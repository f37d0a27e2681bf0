//! Records of a person that could not be read.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::{comparable, folded};
use futures_util::TryStreamExt as _;
use sea_orm::{DatabaseTransaction, EntityTrait as _, QuerySelect as _};
use serde_json::Value;

use super::{text, traces::Traces};
use crate::{
    StoreError,
    entity::rejected_record,
    sql::{count, execute},
};

/// Removes the person's; gives how many, and what is to be suppressed so that they do not come again.
pub(super) async fn remove(
    transaction: &DatabaseTransaction,
    traces: &Traces,
) -> Result<(u64, Vec<Theirs>), StoreError> {
    let (mut count, theirs) = (0, theirs(transaction, traces).await?);
    for Theirs { fingerprint, .. } in &theirs {
        let sql = "DELETE FROM rejected_record WHERE fingerprint = $1";
        count += execute(transaction, sql, [fingerprint.as_str().into()]).await?;
    }
    Ok((count, theirs))
}

pub(super) async fn remove_unseen(transaction: &DatabaseTransaction, since: DateTime<Utc>) -> Result<u64, StoreError> {
    execute(transaction, "DELETE FROM rejected_record WHERE last_seen < $1", [since.into()]).await
}

pub(super) struct Theirs {
    pub(super) fingerprint: String,
    /// Key of the application that it is of, if that could be read.
    pub(super) application: Option<String>,
}

/// Those that bear the key of one of the person's applications, or hold one of their ids or addresses; and all others with the
/// keys of these.
pub(super) async fn theirs(transaction: &DatabaseTransaction, traces: &Traces) -> Result<Vec<Theirs>, StoreError> {
    if traces.applications.is_empty() && traces.addresses.is_empty() && traces.ids.is_empty() {
        // as at the end of most runs; the payloads need not be read for that
        return Ok(Vec::new());
    }
    let mut all = records(transaction, |payload| holds(payload, traces)).await?;
    let held: BTreeSet<String> =
        all.iter().filter(|(_, holds)| *holds).filter_map(|(record, _)| record.application.clone()).collect();
    // one that is of an application of the store which is not theirs is somebody else's, who shares an address
    let strangers = strangers(transaction, held.iter().filter(|key| !traces.applications.contains(*key))).await?;
    all.retain(|(record, holds)| match &record.application {
        Some(key) => traces.applications.contains(key) || (held.contains(key) && !strangers.contains(key)),
        None => *holds,
    });
    Ok(all.into_iter().map(|(record, _)| record).collect())
}

pub(super) async fn with_address(
    transaction: &DatabaseTransaction,
    addresses: &BTreeSet<String>,
) -> Result<Vec<String>, StoreError> {
    if addresses.is_empty() {
        return Ok(Vec::new());
    }
    let all = records(transaction, |payload| has_address(&text::readable(payload), addresses)).await?;
    Ok(all.into_iter().filter(|(_, holds)| *holds).filter_map(|(record, _)| record.application).collect())
}

async fn records(
    transaction: &DatabaseTransaction,
    holds: impl Fn(&str) -> bool,
) -> Result<Vec<(Theirs, bool)>, StoreError> {
    use rejected_record::Column::{Fingerprint, Payload, RecordKey, Stream};
    let query = rejected_record::Entity::find().select_only().columns([Fingerprint, Stream, RecordKey, Payload]);
    let mut rows = query.into_tuple::<(String, String, Option<String>, String)>().stream(transaction).await?;
    let mut all = Vec::new();
    while let Some((fingerprint, stream, key, payload)) = rows.try_next().await? {
        let application = key.filter(|_| stream == "application");
        all.push((Theirs { fingerprint, application }, holds(&payload)));
    }
    Ok(all)
}

async fn strangers(
    transaction: &DatabaseTransaction,
    keys: impl Iterator<Item = &String>,
) -> Result<BTreeSet<String>, StoreError> {
    let mut strangers = BTreeSet::new();
    for key in keys {
        let sql = "SELECT count(*) FROM application WHERE id = $1 AND content_hash <> ''";
        if count(transaction, sql, [key.as_str().into()]).await? > 0 {
            strangers.insert(key.clone());
        }
    }
    Ok(strangers)
}

fn holds(payload: &str, traces: &Traces) -> bool {
    if traces.addresses.is_empty() && traces.ids.is_empty() {
        return false;
    }
    // a payload may still be what no parser takes: half a surrogate pair in a name, a number without end, a hundred levels; so
    // addresses are looked for in its text, wherever they stand
    let readable = text::readable(payload);
    if has_address(&readable, &traces.addresses) {
        return true;
    }
    // an id may be any short word, so it counts only where an id stands
    let has_an_id = serde_json::from_str::<Value>(payload).is_ok_and(|value| has_id(&value, traces));
    // of two members with one name a parser knows the last alone
    has_an_id || traces.ids.iter().any(|id| id.len() >= LONG && text::names(&readable, id))
}

/// Letters of an id that is no word.
const LONG: usize = 8;

fn has_address(readable: &str, addresses: &BTreeSet<String>) -> bool {
    addresses.iter().any(|address| text::names(readable, address))
}

fn has_id(value: &Value, traces: &Traces) -> bool {
    let is_id = |name: &str, value: &Value| {
        matches!(&*folded(name), "id" | "candidateid")
            && value.as_str().is_some_and(|text| traces.ids.contains(&comparable(text)))
    };
    match value {
        Value::Array(items) => items.iter().any(|item| has_id(item, traces)),
        Value::Object(members) => members.iter().any(|(name, member)| is_id(name, member) || has_id(member, traces)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_however_it_is_written() {
        let traces = Traces {
            addresses: ["max@exämple.com".to_owned()].into(),
            ids: ["7".to_owned(), "candidate-7".to_owned()].into(),
            ..Traces::default()
        };
        for theirs in [
            r#"{"a":[{"email":" Max@ex\u00e4mple.com"}]}"#,
            r#"{"firstName":"M\ud800","email":" Max@ex\u00e4mple.com"}"#,
            r#"{"number":1e999,"email":"MAX@exämple.com"}"#,
            r#"{"email":"max@exämple.com","email":"x@y.org"}"#,
            r#"{"note":"Max <max@exämple.com>"}"#,
            r#"{"max@exämple.com":1}"#,
            r#"[{"candidateId":"7"}]"#,
            r#"[{"candidateId":" {Candidate-7}"}]"#,
            r#"{"candidateId":"candidate-7","candidateId":"other","number":"x"}"#,
            r#"{"n":1e999,"candidateId":"candidate-7"}"#,
            &format!("{}\"max@exämple.com\"{}", "[".repeat(200), "]".repeat(200)),
        ] {
            assert!(holds(theirs, &traces), "{theirs}");
        }
        for other in
            [r#"{"email":"other.max@exämple.com","n":1}"#, r#"{"email":"other.max@exämple.com","n":1e999}"#, "not json"]
        {
            assert!(!holds(other, &traces), "{other}");
        }
    }
}
