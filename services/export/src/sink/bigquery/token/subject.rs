//! The subject token: what a workload outside Google shows of itself, by its own identity provider.

use serde_json::Value;

use super::refusal::Refusal;

const WAY_OUT: &str =
    "In Kubernetes a projected volume puts one there (serviceAccountToken, with the audience of the provider)";

/// The token in the file that a `credential_source` names; none where it names no file. Who writes that file may be late.
pub(super) async fn read(source: &Value) -> Result<Option<String>, Refusal> {
    let Some(path) = source["file"].as_str() else { return Ok(None) };
    let what = format!("the subject token, {path} (credential_source.file),");
    let text = tokio::fs::read_to_string(path).await;
    let text = text.map_err(|error| Refusal::NotNow(format!("{what} cannot be read: {error}. {WAY_OUT}")))?;
    if text.trim().is_empty() {
        return Err(Refusal::NotNow(format!("{what} is empty. {WAY_OUT}")));
    }
    let format = &source["format"];
    if format["type"] != "json" {
        return Ok(Some(text));
    }
    let name = format["subject_token_field_name"].as_str().unwrap_or_default();
    let unusable = |why: &str| Refusal::Unusable(format!("{what} {why}: look at credential_source.format"));
    let json: Value = serde_json::from_str(&text).map_err(|_| unusable("is not JSON"))?;
    match json.get(name).and_then(Value::as_str) {
        Some(token) => Ok(Some(token.to_owned())),
        None => Err(unusable(&format!("has no text under {name:?} (subject_token_field_name)"))),
    }
}
