//! Records of a person that could not be read.

use futures_util::TryStreamExt as _;
use sea_orm::{ColumnTrait as _, DatabaseTransaction, EntityTrait as _, QueryFilter as _, QuerySelect as _};
use serde_json::Value;

use super::find::{Traces, lower};
use crate::{StoreError, entity::rejected_record};

/// Removes those that hold one of the person's ids or addresses anywhere.
pub(super) async fn remove(transaction: &DatabaseTransaction, traces: &Traces) -> Result<u64, StoreError> {
    use rejected_record::Column::{Fingerprint, Payload};
    let query = rejected_record::Entity::find().select_only().columns([Fingerprint, Payload]);
    let mut theirs = Vec::new();
    {
        let mut rows = query.into_tuple::<(String, String)>().stream(transaction).await?;
        while let Some((fingerprint, payload)) = rows.try_next().await? {
            if holds(&payload, traces) {
                theirs.push(fingerprint);
            }
        }
    }
    let mut count = 0;
    for fingerprint in theirs {
        let done = rejected_record::Entity::delete_many().filter(Fingerprint.eq(fingerprint)).exec(transaction).await?;
        count += done.rows_affected;
    }
    Ok(count)
}

fn holds(payload: &str, traces: &Traces) -> bool {
    // a payload is always JSON: it came as an element of an array
    serde_json::from_str(payload).is_ok_and(|value: Value| is_in(&value, traces))
}

fn is_in(value: &Value, traces: &Traces) -> bool {
    match value {
        Value::String(text) => traces.names.contains(&lower(text)),
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
        assert!(holds(r#"{"a":[{"email":" Max@ex\u00e4mple.com"}]}"#, &traces));
        assert!(!holds(r#"{"email":"other.max@exämple.com","n":1}"#, &traces));
        assert!(!holds("not json", &traces));
    }
}
