//! Examples of the OpenAPI documents, which lie in files beside the tests.

use serde_json::Value;

/// The example of this text. A file that is no JSON would show in the document, which is held against the committed one.
pub(crate) fn example(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}
