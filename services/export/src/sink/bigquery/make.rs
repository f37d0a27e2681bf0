//! Makes tables, and the columns that one lacks.

use anyhow::bail;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{
    client::{Body, Client},
    error::ApiError,
    job::Jobs,
    merge::Dataset,
    owner,
    table::{described, field, fields_of, missing, sql, stage},
};
use crate::schema::Table;

/// A staging table that was forgotten goes by itself.
const STAGE_DAYS: i64 = 7;

/// Makes a table that is not there, and adds the columns that one lacks. Gives whether it was there.
pub(super) async fn table(
    jobs: &Jobs<'_>,
    dataset: Dataset<'_>,
    table: &Table,
    found: Option<&Value>,
) -> anyhow::Result<bool> {
    let client = jobs.client;
    let Some(found) = found else {
        insert(client, dataset.name, table.name, &described(client.project(), dataset.name, table)).await?;
        return Ok(false);
    };
    let added = missing(found, table)?;
    if !added.is_empty() {
        let names = added.iter().map(|column| column.name).collect::<Vec<_>>().join(", ");
        tracing::info!(table = table.name, columns = names, "columns are added to the table");
        // a column that is added to rows that are there can only be one that may be null
        let new_fields = added.iter().map(|column| field(column, false));
        let fields: Vec<Value> = fields_of(found).iter().cloned().chain(new_fields).collect();
        let change = json!({ "schema": { "fields": fields } });
        let there = client.table(dataset.name, table.name)?;
        client.send(Method::PATCH, there, &Body::Json(&change)).await.map_err(ApiError::explained)?;
        // BigQuery has it by now; an emulator may keep what it says of a table and what is in it apart
        for column in added {
            let (name, kind) = (column.name, sql(column.kind));
            let statement = format!("ALTER TABLE {} ADD COLUMN IF NOT EXISTS {name} {kind}", dataset.table(table.name));
            jobs.ask(&statement, 0).await?;
        }
    }
    Ok(true)
}

/// Makes the table that changes are loaded into first, or lets the one that is there live as long as a new one would.
pub(super) async fn staging(client: &Client, dataset: &str, table: &Table, now_ms: i64) -> anyhow::Result<()> {
    let mut staging = described(client.project(), dataset, table);
    // a MERGE reads all of it, so neither would save anything
    for part in ["timePartitioning", "clustering"] {
        staging.as_object_mut().map(|staging| staging.remove(part));
    }
    staging["tableReference"]["tableId"] = stage(table).into();
    staging["description"] = "Changes on their way into the table of that name; may be deleted at any time.".into();
    let expiry: Value = (now_ms + STAGE_DAYS * 24 * 3_600_000).to_string().into();
    staging["expirationTime"] = expiry.clone();
    let name = stage(table);
    for _ in 0..2 {
        if insert(client, dataset, &name, &staging).await? {
            return Ok(());
        }
        let there = client.table(dataset, &name)?;
        let renewed = json!({ "expirationTime": expiry });
        match client.send(Method::PATCH, there, &Body::Json(&renewed)).await {
            // it has expired just now
            Err(error) if error.is(StatusCode::NOT_FOUND) => {}
            answered => return answered.map(drop).map_err(ApiError::explained),
        }
    }
    bail!("the table {name} is deleted as soon as it is made; the next run tries again")
}

async fn insert(client: &Client, dataset: &str, name: &str, described: &Value) -> anyhow::Result<bool> {
    let url = client.address(&[], &["datasets", dataset, "tables"])?;
    let is_made = client.make(url, described).await.map_err(ApiError::explained)?;
    if !is_made {
        // somebody else may have made it since all names were looked at
        owner::must_be_ours(client, dataset, name).await?;
    }
    Ok(is_made)
}
