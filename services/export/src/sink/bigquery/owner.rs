//! Whether what stands under our names is ours.
//!
//! A MERGE of everything deletes whatever it does not know, and a load empties the staging table. So all names are looked at
//! before anything is written: a table is ours when it carries our label, which it is made with and keeps (a load that
//! truncates it, new columns and DML leave the labels of a table as they are).

use anyhow::bail;
use runtime::Final;
use serde_json::Value;

use super::{
    client::Client,
    error::ApiError,
    table::{LABEL, US, missing, stage},
};
use crate::schema::{Table, Tables};

/// What was found under our names, as BigQuery describes it.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// In the order in which they are sent.
    pub(super) tables: Vec<Option<Value>>,
    stages: Vec<Option<Value>>,
}

impl Found {
    pub(super) fn is_whole(&self) -> bool {
        !self.tables.is_empty() && self.tables.iter().all(Option::is_some)
    }

    fn names(&self) -> Vec<&str> {
        self.tables.iter().chain(&self.stages).flatten().map(name).collect()
    }
}

/// Looks at every name that export writes to, and refuses what is not ours. Writes nothing.
pub(super) async fn look(
    client: &Client,
    tables: &Tables,
    dataset_name: &str,
    dataset: &Value,
) -> anyhow::Result<Found> {
    let mut found = Found::default();
    for table in tables {
        found.tables.push(find(client, dataset_name, table.name).await?);
        found.stages.push(find(client, dataset_name, &stage(table)).await?);
    }
    let strangers = found.tables.iter().chain(&found.stages).flatten().filter_map(stranger).collect::<Vec<_>>();
    refuse(dataset_name, &strangers)?;
    let names = found.names();
    if !is_labelled(dataset) && !names.is_empty() {
        bail!(Final::new(format!(
            "the dataset {dataset_name} has no label that says whose data it holds, and there is {} in it already, which an \
             export of another source, customer or key may have made. Nothing was written. Let BIGQUERY_DATASET name another \
             dataset, remove what is there, or set the labels again that the dataset had",
            names.join(", ")
        )));
    }
    for (table, found) in tables.iter().zip(&found.tables) {
        found.as_ref().map(|found| missing(found, table)).transpose()?;
        refuse_expiry((dataset_name, dataset), table, found.as_ref())?;
    }
    Ok(found)
}

/// Refuses partitions that go by themselves: what is sent again goes again, and the two never agree.
fn refuse_expiry((name, dataset): (&str, &Value), table: &Table, found: Option<&Value>) -> anyhow::Result<()> {
    if table.partition.is_none() {
        return Ok(());
    }
    let (expires, statement) = match found {
        Some(found) => (
            &found["timePartitioning"]["expirationMs"],
            format!("ALTER TABLE {name}.{} SET OPTIONS (partition_expiration_days = NULL)", table.name),
        ),
        // a table that is still to be made takes that from its dataset
        None => (
            &dataset["defaultPartitionExpirationMs"],
            format!("ALTER SCHEMA {name} SET OPTIONS (default_partition_expiration_days = NULL)"),
        ),
    };
    if expires.is_null() {
        return Ok(());
    }
    bail!(Final::new(format!(
        "the table {} of the dataset {name} deletes its partitions after a while, so it can never have what the store has. Nothing was \
         written. Take that off by: {statement}",
        table.name
    )))
}

/// Whether a dataset says whose it is.
pub(super) fn is_labelled(dataset: &Value) -> bool {
    dataset["labels"]["pii_mode"].is_string()
}

pub(super) async fn must_be_ours(client: &Client, dataset: &str, name: &str) -> anyhow::Result<()> {
    let found = find(client, dataset, name).await?;
    refuse(dataset, &found.iter().filter_map(stranger).collect::<Vec<_>>())
}

async fn find(client: &Client, dataset: &str, name: &str) -> anyhow::Result<Option<Value>> {
    client.find(client.table(dataset, name)?).await.map_err(ApiError::explained)
}

fn refuse(dataset: &str, strangers: &[String]) -> anyhow::Result<()> {
    if strangers.is_empty() {
        return Ok(());
    }
    bail!(Final::new(format!(
        "the dataset {dataset} has something under a name that export writes to, and that export has not made: {}. It is left as it \
         is. Let BIGQUERY_DATASET name another dataset, or rename or remove it",
        strangers.join(", ")
    )))
}

fn stranger(found: &Value) -> Option<String> {
    let kind = match found["type"].as_str().unwrap_or("TABLE") {
        "TABLE" => "table",
        "VIEW" => "view",
        "MATERIALIZED_VIEW" => "materialized view",
        "EXTERNAL" => "external table",
        "SNAPSHOT" => "snapshot",
        other => other,
    };
    // whatever its labels: export makes nothing but tables
    if kind != "table" {
        return Some(format!("the {kind} {}", name(found)));
    }
    let is_ours = found["labels"][LABEL].as_str() == Some(US);
    (!is_ours).then(|| format!("the table {} without the label {LABEL}={US}", name(found)))
}

fn name(found: &Value) -> &str {
    found["tableReference"]["tableId"].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::transform::tables::tables;

    #[test]
    fn partitions_that_go_by_themselves_are_refused() {
        let table = |name: &str| tables().into_iter().find(|table| table.name == name).unwrap();
        let refused = |name: &str, dataset: Value, found: Option<Value>| {
            let said = refuse_expiry(("d", &dataset), table(name), found.as_ref()).err()?;
            assert!(said.is::<Final>());
            Some(said.to_string())
        };
        let partitioned = |more: Value| Some(json!({ "timePartitioning": more }));
        let never = partitioned(json!({ "type": "MONTH", "field": "created" }));
        let soon = partitioned(json!({ "type": "MONTH", "field": "created", "expirationMs": "5184000000" }));
        let default = json!({ "defaultPartitionExpirationMs": "5184000000" });
        assert_eq!(refused("application", json!({}), None), None);
        assert_eq!(refused("application", default.clone(), never), None);
        assert_eq!(refused("candidate", default.clone(), None), None, "it has no partitions");
        assert!(refused("application", json!({}), soon).unwrap().contains("ALTER TABLE d.application SET"));
        assert!(refused("application", default, None).unwrap().contains("ALTER SCHEMA d SET"));
    }

    #[test]
    fn ours_is_a_table_with_our_label() {
        let of = |kind: &str, owner: &str| {
            stranger(&json!({ "tableReference": { "tableId": "a" }, "type": kind, "labels": { LABEL: owner } }))
        };
        assert_eq!(of("TABLE", US), None);
        assert_eq!(of("TABLE", "terraform").unwrap(), "the table a without the label managed_by=emply-pipeline");
        assert!(stranger(&json!({ "tableReference": { "tableId": "a" }, "type": "TABLE" })).is_some());
        for (kind, words) in [
            ("VIEW", "the view a"),
            ("MATERIALIZED_VIEW", "the materialized view a"),
            ("EXTERNAL", "the external table a"),
            ("SNAPSHOT", "the snapshot a"),
            ("SOMETHING_NEW", "the SOMETHING_NEW a"),
        ] {
            assert_eq!(of(kind, US).unwrap(), words);
        }
    }
}
