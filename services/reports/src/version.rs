//! Which version of its format a document of dbt's has: of another one nothing else need be as it is known here, so this is
//! read before all else.

use serde::Deserialize;

#[derive(Deserialize)]
struct Head {
    version: u64,
}

pub(crate) fn version(text: &[u8]) -> serde_json::Result<u64> {
    serde_json::from_slice(text).map(|Head { version }| version)
}
