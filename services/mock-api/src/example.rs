//! Examples of the OpenAPI documents, which lie in files beside the tests.

use serde_json::Value;

pub(crate) fn example(text: &str) -> Value {
    // a file that is no JSON would show in the document, which is held against the committed one
    serde_json::from_str(text).unwrap_or_default()
}
