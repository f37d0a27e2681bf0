//! The warehouse's tables, as BigQuery is told of them.

use anyhow::bail;
use runtime::Final;
use serde_json::{Value, json};

use crate::schema::{Column, Kind, Table};

pub(super) const LABEL: &str = "managed_by";
pub(super) const US: &str = "emply-pipeline";

pub(super) fn labels() -> Value {
    json!({ LABEL: US })
}

/// Name of the table that changes of a table are loaded into first.
pub(super) fn stage(table: &Table) -> String {
    format!("{}_changes", table.name)
}

pub(super) fn described(project: &str, dataset: &str, table: &Table) -> Value {
    let mut described = json!({
        "tableReference": { "projectId": project, "datasetId": dataset, "tableId": table.name },
        "description": table.description,
        "labels": labels(),
        "schema": { "fields": fields(table) },
        "clustering": { "fields": table.key },
    });
    if let Some(column) = table.partition {
        described["timePartitioning"] = json!({ "type": "MONTH", "field": column });
    }
    described
}

pub(super) fn fields(table: &Table) -> Vec<Value> {
    table.columns.iter().map(|column| field(column, column.required)).collect()
}

pub(super) fn field(column: &Column, required: bool) -> Value {
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

/// A type as statements name it.
pub(super) fn sql(kind: Kind) -> &'static str {
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
        // names of columns that differ by case alone are the same to BigQuery
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
    // without a value for it, each of our rows would be refused
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

pub(super) fn fields_of(found: &Value) -> &[Value] {
    found["schema"]["fields"].as_array().map_or(&[], Vec::as_slice)
}

fn plain(name: &str) -> &str {
    // each of these types has two names in the API
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
