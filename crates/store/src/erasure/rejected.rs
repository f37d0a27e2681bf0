//! Records of a person that could not be read.

use chrono::{DateTime, Utc};
use domain::folded;
use futures_util::TryStreamExt as _;
use sea_orm::{ColumnTrait as _, DatabaseTransaction, EntityTrait as _, QueryFilter as _, QuerySelect as _};
use serde_json::Value;

use super::{find::Traces, text};
use crate::{StoreError, entity::rejected_record, writer::execute};

/// Removes those that bear the key of one of the person's applications, or hold one of their ids or addresses anywhere. The
/// keys of these are added to the person's: the source may list them still.
pub(super) async fn remove(transaction: &DatabaseTransaction, traces: &mut Traces) -> Result<u64, StoreError> {
    let mut count = 0;
    for Theirs { fingerprint, application } in theirs(transaction, traces).await? {
        traces.applications.extend(application);
        let sql = "DELETE FROM rejected_record WHERE fingerprint = $1";
        count += execute(transaction, sql, [fingerprint.into()]).await?;
    }
    Ok(count)
}

/// Removes those that have not come again since then.
pub(super) async fn remove_unseen(transaction: &DatabaseTransaction, since: DateTime<Utc>) -> Result<u64, StoreError> {
    execute(transaction, "DELETE FROM rejected_record WHERE last_seen < $1", [since.into()]).await
}

/// A record of the person's.
pub(super) struct Theirs {
    pub(super) fingerprint: String,
    /// Key of the application that it is of, if that could be read.
    application: Option<String>,
}

/// The person's.
pub(super) async fn theirs(transaction: &DatabaseTransaction, traces: &Traces) -> Result<Vec<Theirs>, StoreError> {
    use rejected_record::Column::{Fingerprint, Payload, RecordKey, Stream};
    let query = rejected_record::Entity::find().select_only().columns([Fingerprint, Stream, RecordKey, Payload]);
    let query = if traces.names.is_empty() { query.filter(RecordKey.is_not_null()) } else { query };
    let mut rows = query.into_tuple::<(String, String, Option<String>, String)>().stream(transaction).await?;
    let mut theirs = Vec::new();
    while let Some((fingerprint, stream, key, payload)) = rows.try_next().await? {
        let application = key.filter(|_| stream == "application");
        let is_of_theirs = application.as_ref().is_some_and(|key| traces.applications.contains(key));
        if is_of_theirs || holds(&payload, traces) {
            theirs.push(Theirs { fingerprint, application });
        }
    }
    Ok(theirs)
}

/// A payload came as an element of an array, and may still be what no parser takes: half a surrogate pair in a name, a number
/// without end, a hundred levels. Such a one is searched as text.
fn holds(payload: &str, traces: &Traces) -> bool {
    if traces.names.is_empty() {
        return false;
    }
    if let Ok(value) = serde_json::from_str::<Value>(payload) {
        return is_in(&value, traces);
    }
    let readable = text::readable(payload);
    traces.names.iter().any(|name| text::names(&readable, name))
}

fn is_in(value: &Value, traces: &Traces) -> bool {
    match value {
        Value::String(text) => traces.names.contains(&folded(text)),
        Value::Array(items) => items.iter().any(|item| is_in(item, traces)),
        Value::Object(members) => members.values().any(|member| is_in(member, traces)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_however_it_is_written() {
        let traces = Traces { names: ["max@exämple.com".to_owned()].into(), ..Traces::default() };
        for theirs in [
            r#"{"a":[{"email":" Max@ex\u00e4mple.com"}]}"#,
            r#"{"firstName":"M\ud800","email":" Max@ex\u00e4mple.com"}"#,
            r#"{"number":1e999,"email":"MAX@exämple.com"}"#,
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
