//! The dataset: where it is, whose it is, how its persons were treated, and how its rows were made. It says so in its labels.

use anyhow::{Context as _, bail};
use reqwest::Method;
use runtime::Final;
use serde_json::{Value, json};

use super::{
    super::Identity,
    client::{Body, Client},
    error::ApiError,
    owner::{self, Found},
};
use crate::{config::BigQuerySettings, schema::Tables};

/// The label that says how the rows were made, as transform says.
const FORM: &str = "row_form";

type Labels = serde_json::Map<String, Value>;

#[derive(Debug)]
pub(super) struct Claimed {
    pub(super) has_our_form: bool,
    pub(super) found: Found,
}

/// Makes the dataset, or sees that it and what stands under our names in it are ours. Nothing is written before.
pub(super) async fn claim(
    client: &Client,
    settings: &BigQuerySettings,
    tables: &Tables,
    identity: &Identity,
) -> anyhow::Result<Claimed> {
    let dataset = match find(client, settings).await? {
        Some(dataset) => dataset,
        None if make(client, settings, identity).await? => {
            return Ok(Claimed { has_our_form: true, found: Found::default() });
        }
        // somebody was faster, or it is ours and the answer that said so was lost
        None => {
            find(client, settings).await?.with_context(|| format!("the dataset {} was removed", settings.dataset))?
        }
    };
    is_here(&dataset, settings)?;
    let held = labels_of(&dataset);
    if owner::is_labelled(&dataset) {
        is_for(&held, settings, identity)?;
    }
    let found = owner::look(client, tables, &settings.dataset, &dataset).await?;
    if owner::is_labelled(&dataset) {
        let has_our_form = held.get(FORM).and_then(Value::as_str) == Some(&identity.form);
        return Ok(Claimed { has_our_form, found });
    }
    // somebody has made an empty one for us, or one where our names are free
    label(client, settings, held, identity).await?;
    Ok(Claimed { has_our_form: true, found })
}

async fn make(client: &Client, settings: &BigQuerySettings, identity: &Identity) -> anyhow::Result<bool> {
    let url = client.address(&[], &["datasets"])?;
    let dataset = json!({
        "datasetReference": { "projectId": settings.project, "datasetId": settings.dataset },
        "location": settings.location,
        "description": "Recruiting data of Emply, written by export of emply-pipeline. dbt builds on it.",
        "labels": labels(identity),
    });
    let is_made = client.make(url, &dataset).await.map_err(ApiError::explained)?;
    if is_made {
        tracing::info!(dataset = settings.dataset, location = settings.location, "made the dataset");
    }
    Ok(is_made)
}

fn is_for(held: &Labels, settings: &BigQuerySettings, identity: &Identity) -> anyhow::Result<()> {
    let wanted = labels(identity);
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

pub(super) async fn renew(client: &Client, settings: &BigQuerySettings, identity: &Identity) -> anyhow::Result<()> {
    let found = find(client, settings).await?.unwrap_or_default();
    label(client, settings, labels_of(&found), identity).await
}

async fn label(client: &Client, settings: &BigQuerySettings, held: Labels, identity: &Identity) -> anyhow::Result<()> {
    // labels of others stay; of one name ours comes last, and counts
    let labels: Labels = held.into_iter().chain(labels(identity)).collect();
    let there = client.address(&[], &["datasets", &settings.dataset])?;
    let change = json!({ "labels": labels });
    client.send(Method::PATCH, there, &Body::Json(&change)).await.map_err(ApiError::explained)?;
    Ok(())
}

/// What it has, where rows are made so; nothing where there is none. Writes nothing.
pub(super) async fn examine(
    client: &Client,
    settings: &BigQuerySettings,
    tables: &Tables,
    form: &str,
) -> anyhow::Result<Option<Claimed>> {
    let Some(dataset) = find(client, settings).await? else { return Ok(None) };
    is_here(&dataset, settings)?;
    let found = owner::look(client, tables, &settings.dataset, &dataset).await?;
    Ok(Some(Claimed { has_our_form: dataset["labels"][FORM].as_str() == Some(form), found }))
}

pub(super) async fn look(client: &Client, settings: &BigQuerySettings, tables: &Tables) -> anyhow::Result<String> {
    let name = format!("{}.{}", settings.project, settings.dataset);
    match examine(client, settings, tables, "").await? {
        Some(_) => Ok(name),
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
    // values of labels have at most 63 lower-case letters, digits, `_` and `-`
    letters.take(63).collect()
}
