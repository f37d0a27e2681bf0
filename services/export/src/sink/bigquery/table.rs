//! The warehouse's tables, as BigQuery is told of them.

use anyhow::bail;
use reqwest::{Method, StatusCode};
use runtime::Final;
use serde_json::{Value, json};

use super::{
    client::{Body, Client},
    error::ApiError,
    job::Jobs,
    merge::Place,
    owner,
};
use crate::schema::{Column, Kind, Table};

/// A staging table that was forgotten goes by itself.
const STAGE_DAYS: i64 = 7;

/// Makes a table that is not there, and adds the columns that one lacks. Gives whether it was there.
pub(super) async fn make(
    jobs: &Jobs<'_>,
    place: Place<'_>,
    table: &Table,
    found: Option<&Value>,
) -> anyhow::Result<bool> {
    let (client, dataset) = (jobs.client, place.dataset);
    let Some(found) = found else {
        insert(client, dataset, table.name, &described(client.project(), dataset, table)).await?;
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
        let there = client.table(dataset, table.name)?;
        client.send(Method::PATCH, there, &Body::Json(&change)).await.map_err(ApiError::explained)?;
        // BigQuery has it by now; an emulator may keep what it says of a table and what is in it apart
        for column in added {
            let (name, kind) = (column.name, sql(column.kind));
            let statement = format!("ALTER TABLE {} ADD COLUMN IF NOT EXISTS {name} {kind}", place.table(table.name));
            jobs.ask(&statement, 0).await?;
        }
    }
    Ok(true)
}

/// Makes the table that a range of changes is loaded into first, or lets the one that is there live as long as a new one
/// would.
pub(super) async fn make_stage(client: &Client, dataset: &str, table: &Table, now_ms: i64) -> anyhow::Result<()> {
    let mut stage = described(client.project(), dataset, table);
    for part in ["timePartitioning", "clustering"] {
        stage.as_object_mut().map(|stage| stage.remove(part));
    }
    stage["tableReference"]["tableId"] = self::stage(table).into();
    stage["description"] = "Changes on their way into the table of that name; may be deleted at any time.".into();
    let expiry: Value = (now_ms + STAGE_DAYS * 24 * 3_600_000).to_string().into();
    stage["expirationTime"] = expiry.clone();
    let name = self::stage(table);
    for _ in 0..2 {
        if insert(client, dataset, &name, &stage).await? {
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

/// Makes a table; `false` when it is there already, and ours.
async fn insert(client: &Client, dataset: &str, name: &str, described: &Value) -> anyhow::Result<bool> {
    let url = client.address(&[], &["datasets", dataset, "tables"])?;
    let is_made = client.make(url, described).await.map_err(ApiError::explained)?;
    if !is_made {
        owner::must_be_ours(client, dataset, name).await?;
    }
    Ok(is_made)
}

/// Name of the table that changes of a table are loaded into first.
pub(super) fn stage(table: &Table) -> String {
    format!("{}_changes", table.name)
}

/// As `tables.insert` takes it.
fn described(project: &str, dataset: &str, table: &Table) -> Value {
    let mut described = json!({
        "tableReference": { "projectId": project, "datasetId": dataset, "tableId": table.name },
        "description": table.description,
        "labels": owner::labels(),
        "schema": { "fields": fields(table) },
        "clustering": { "fields": table.key },
    });
    if let Some(column) = table.partition {
        described["timePartitioning"] = json!({ "type": "MONTH", "field": column });
    }
    described
}

/// Its columns.
pub(super) fn fields(table: &Table) -> Vec<Value> {
    table.columns.iter().map(|column| field(column, column.required)).collect()
}

fn field(column: &Column, required: bool) -> Value {
    let kind = kind(column.kind);
    let mode = if required { "REQUIRED" } else { "NULLABLE" };
    json!({ "name": column.name, "type": kind, "mode": mode, "description": column.told() })
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "STRING",
        Kind::Int | Kind::BigInt => "INTEGER",
        Kind::Double => "FLOAT",
        Kind::Bool => "BOOLEAN",
        Kind::Instant => "TIMESTAMP",
    }
}

/// As statements name it.
fn sql(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "STRING",
        Kind::Int | Kind::BigInt => "INT64",
        Kind::Double => "FLOAT64",
        Kind::Bool => "BOOL",
        Kind::Instant => "TIMESTAMP",
    }
}

/// The columns that a table lacks. One that has another type is somebody else's table.
pub(super) fn missing<'a>(found: &Value, table: &'a Table) -> anyhow::Result<Vec<&'a Column>> {
    let fields = fields_of(found);
    let mut added = Vec::new();
    for column in &table.columns {
        let same_name =
            |field: &&Value| field["name"].as_str().is_some_and(|name| name.eq_ignore_ascii_case(column.name));
        let Some(field) = fields.iter().find(same_name) else {
            added.push(column);
            continue;
        };
        let found = field["type"].as_str().unwrap_or_default();
        if plain(found) != kind(column.kind) {
            bail!(Final::new(format!(
                "the table {} has a column {} of type {found}, and not {}: somebody else has made or changed it. Rename it, or \
                 let BIGQUERY_DATASET name another dataset",
                table.name,
                column.name,
                kind(column.kind)
            )));
        }
    }
    let stranger = fields.iter().find(|field| {
        let name = field["name"].as_str().unwrap_or_default();
        let is_ours = table.columns.iter().any(|column| column.name.eq_ignore_ascii_case(name));
        !is_ours && field["mode"].as_str() == Some("REQUIRED")
    });
    if let Some(stranger) = stranger {
        bail!(Final::new(format!(
            "the table {} wants a column {} that export does not know: somebody else has made or changed it. Rename it, or let \
             BIGQUERY_DATASET name another dataset",
            table.name, stranger["name"]
        )));
    }
    Ok(added)
}

fn fields_of(found: &Value) -> &[Value] {
    found["schema"]["fields"].as_array().map_or(&[], Vec::as_slice)
}

/// Types have two names each.
fn plain(name: &str) -> &str {
    match name {
        "INT64" => "INTEGER",
        "FLOAT64" => "FLOAT",
        "BOOL" => "BOOLEAN",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::tables::tables;

    #[test]
    fn columns_may_be_added_and_nothing_else() {
        let table = tables().into_iter().find(|table| table.name == "application").unwrap();
        let whole = fields(table);
        let missing = |fields: &[Value]| missing(&json!({ "schema": { "fields": fields } }), table);
        assert!(missing(&whole).unwrap().is_empty());
        let added = missing(&whole[1..]).unwrap();
        assert_eq!(added.iter().map(|column| column.name).collect::<Vec<_>>(), ["application_id"]);
        let mut other = whole.clone();
        other[5]["type"] = "STRING".into();
        let error = missing(&other).unwrap_err().to_string();
        assert!(error.contains("created of type STRING, and not TIMESTAMP"), "{error}");
        let mut more = whole;
        more.push(json!({ "name": "theirs", "type": "STRING", "mode": "NULLABLE" }));
        assert!(missing(&more).unwrap().is_empty(), "a column of one's own is welcome");
        more.push(json!({ "name": "musts", "type": "STRING", "mode": "REQUIRED" }));
        assert!(missing(&more).is_err());
    }
}
