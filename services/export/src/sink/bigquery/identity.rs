//! The dataset: where it is, whose it is, how its persons were treated, and how its rows were made. It says so in its labels.

use anyhow::bail;
use reqwest::Method;
use runtime::Final;
use serde_json::{Value, json};

use super::{
    super::Identity,
    client::{Body, Client},
    error::ApiError,
};
use crate::config::BigQuerySettings;

/// The label that says how the rows were made, as [`crate::schema::form`] has it.
const FORM: &str = "row_form";

type Labels = serde_json::Map<String, Value>;

/// Makes the dataset, or sees that it is ours; gives whether its rows are made so.
pub(super) async fn claim(client: &Client, settings: &BigQuerySettings, identity: &Identity) -> anyhow::Result<bool> {
    let Some(found) = find(client, settings).await? else {
        let url = client.address(&[], &["datasets"])?;
        let dataset = json!({
            "datasetReference": { "projectId": settings.project, "datasetId": settings.dataset },
            "location": settings.location,
            "description": "Recruiting data of Emply, written by export of emply-pipeline. dbt builds on it.",
            "labels": labels(identity),
        });
        if client.make(url, &dataset).await.map_err(ApiError::explained)? {
            tracing::info!(dataset = settings.dataset, location = settings.location, "made the dataset");
        }
        return Ok(true);
    };
    is_here(&found, settings)?;
    let held = labels_of(&found);
    let wanted = labels(identity);
    if held.get("pii_mode").is_none() {
        // somebody has made an empty one for us
        label(client, settings, held, identity).await?;
        return Ok(true);
    }
    let differs = |label: &str| held.get(label) != wanted.get(label);
    let difference = if differs("source") || differs("customer") {
        "it holds the data of another source or customer".to_owned()
    } else if differs("pii_mode") {
        format!("it was filled with PII_MODE={}", held["pii_mode"].as_str().unwrap_or_default())
    } else if differs("pii_key_fingerprint") {
        "it was filled with another PII_KEY".to_owned()
    } else {
        return Ok(!differs(FORM));
    };
    bail!(Final::new(format!(
        "the dataset {} cannot be continued: {difference}. Set that again, or let BIGQUERY_DATASET name a new dataset, which \
         is then filled from the start",
        settings.dataset
    )))
}

/// Writes down that the rows are made so.
pub(super) async fn renew(client: &Client, settings: &BigQuerySettings, identity: &Identity) -> anyhow::Result<()> {
    let found = find(client, settings).await?.unwrap_or_default();
    label(client, settings, labels_of(&found), identity).await
}

/// Sets all its labels, and leaves those of others.
async fn label(client: &Client, settings: &BigQuerySettings, held: Labels, identity: &Identity) -> anyhow::Result<()> {
    let labels: Labels = held.into_iter().chain(labels(identity)).collect();
    let there = client.address(&[], &["datasets", &settings.dataset])?;
    let change = json!({ "labels": labels });
    client.send(Method::PATCH, there, &Body::Json(&change)).await.map_err(ApiError::explained)?;
    Ok(())
}

/// Whether its rows are made so; also where there is none.
pub(super) async fn has_our_form(client: &Client, settings: &BigQuerySettings, form: &str) -> anyhow::Result<bool> {
    let found = find(client, settings).await?;
    Ok(found.is_none_or(|found| found["labels"][FORM].as_str() == Some(form)))
}

/// Whether it can be used.
pub(super) async fn look(client: &Client, settings: &BigQuerySettings) -> anyhow::Result<String> {
    let name = format!("{}.{}", settings.project, settings.dataset);
    match find(client, settings).await? {
        Some(found) => {
            is_here(&found, settings)?;
            Ok(name)
        }
        None => Ok(format!("{name} is not there yet; export makes it")),
    }
}

fn labels_of(dataset: &Value) -> Labels {
    dataset["labels"].as_object().cloned().unwrap_or_default()
}

async fn find(client: &Client, settings: &BigQuerySettings) -> anyhow::Result<Option<Value>> {
    let there = client.address(&[], &["datasets", &settings.dataset])?;
    client.find(there).await.map_err(ApiError::explained)
}

fn is_here(found: &Value, settings: &BigQuerySettings) -> anyhow::Result<()> {
    let location = found["location"].as_str().unwrap_or_default();
    if !location.is_empty() && !location.eq_ignore_ascii_case(&settings.location) {
        bail!(Final::new(format!(
            "the dataset {} is in {location}, and BIGQUERY_LOCATION says {}: set it to {location}, or name another dataset",
            settings.dataset, settings.location
        )));
    }
    Ok(())
}

/// Values of labels have at most 63 lower-case letters, digits, `_` and `-`.
fn labels(identity: &Identity) -> Labels {
    let fingerprint = identity.pii_key_fingerprint.as_deref().unwrap_or("none");
    [
        ("managed_by", "emply-pipeline".to_owned()),
        ("source", fitting(identity.base_url.trim_start_matches("https://").trim_start_matches("http://"))),
        ("customer", fitting(&identity.customer)),
        ("pii_mode", identity.pii_mode.clone()),
        ("pii_key_fingerprint", fingerprint.to_owned()),
        (FORM, identity.form.clone()),
    ]
    .map(|(name, value)| (name.to_owned(), value.into()))
    .into_iter()
    .collect()
}

fn fitting(text: &str) -> String {
    let letters =
        text.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' });
    letters.take(63).collect()
}
