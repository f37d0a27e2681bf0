//! The dataset: where it is, whose it is, and how its persons were treated. It says so in its labels.

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

/// Makes the dataset, or sees that it is ours.
pub(super) async fn claim(client: &Client, settings: &BigQuerySettings, identity: &Identity) -> anyhow::Result<()> {
    let there = client.address(&[], &["datasets", &settings.dataset])?;
    let Some(found) = client.find(there.clone()).await.map_err(ApiError::explained)? else {
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
        return Ok(());
    };
    is_here(&found, settings)?;
    let held = found["labels"].as_object().cloned().unwrap_or_default();
    let wanted = labels(identity);
    if held.get("pii_mode").is_none() {
        // somebody has made an empty one for us
        let labels: serde_json::Map<String, Value> =
            held.into_iter().chain(wanted.as_object().cloned().unwrap_or_default()).collect();
        let change = json!({ "labels": labels });
        client.send(Method::PATCH, there, &Body::Json(&change)).await.map_err(ApiError::explained)?;
        return Ok(());
    }
    let differs = |label: &str| held.get(label) != wanted.get(label);
    let difference = if differs("source") || differs("customer") {
        "it holds the data of another source or customer".to_owned()
    } else if differs("pii_mode") {
        format!("it was filled with PII_MODE={}", held["pii_mode"].as_str().unwrap_or_default())
    } else if differs("pii_key_fingerprint") {
        "it was filled with another PII_KEY".to_owned()
    } else {
        return Ok(());
    };
    bail!(Final::new(format!(
        "the dataset {} cannot be continued: {difference}. Set that again, or let BIGQUERY_DATASET name a new dataset, which \
         is then filled from the start",
        settings.dataset
    )))
}

/// Whether it can be used.
pub(super) async fn look(client: &Client, settings: &BigQuerySettings) -> anyhow::Result<String> {
    let there = client.address(&[], &["datasets", &settings.dataset])?;
    let name = format!("{}.{}", settings.project, settings.dataset);
    match client.find(there).await.map_err(ApiError::explained)? {
        Some(found) => {
            is_here(&found, settings)?;
            Ok(name)
        }
        None => Ok(format!("{name} is not there yet; export makes it")),
    }
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
fn labels(identity: &Identity) -> Value {
    json!({
        "managed_by": "emply-pipeline",
        "source": fitting(identity.base_url.trim_start_matches("https://").trim_start_matches("http://")),
        "customer": fitting(&identity.customer),
        "pii_mode": identity.pii_mode,
        "pii_key_fingerprint": identity.pii_key_fingerprint.as_deref().unwrap_or("none"),
    })
}

fn fitting(text: &str) -> String {
    let letters =
        text.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' });
    letters.take(63).collect()
}
