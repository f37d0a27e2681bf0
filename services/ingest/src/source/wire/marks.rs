//! What of a record is read in passing, before anybody knows whether the rest is wanted: what tells it from others.
//!
//! What cannot be read is absent here. Whether that is an error is found out when the record is read.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::value::RawValue;

use super::{
    members,
    value::{Instant, Key},
};

/// Of an application.
#[derive(Debug, Deserialize)]
pub struct ApplicationMarks {
    #[serde(default)]
    id: IfReadable<Key>,
    #[serde(default)]
    created: IfReadable<Instant>,
}

/// Of a posting.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PostingMarks {
    #[serde(default)]
    vacancy_id: IfReadable<Key>,
    #[serde(default)]
    media_id: IfReadable<Key>,
}

impl ApplicationMarks {
    /// Its key and when it was created.
    pub fn read(self) -> Option<(String, DateTime<Utc>)> {
        Some((self.id.0?.0, self.created.0?.0))
    }
}

impl PostingMarks {
    /// Its key: the vacancy and the medium.
    pub fn read(self) -> Option<[String; 2]> {
        Some([self.vacancy_id.0?.0, self.media_id.0?.0])
    }
}

/// The key of a posting, an object, of which nothing else may be readable: vacancy and medium, with a space between. The medium
/// is the one whose list this is, where that is known.
pub fn key_of_posting(json: &str, listed_by: Option<&str>) -> Option<String> {
    let vacancy_id = members::last(json, "vacancyId")?;
    let media_id = listed_by.map(str::to_owned).or_else(|| members::last(json, "mediaId"))?;
    Some(format!("{vacancy_id} {media_id}"))
}

#[derive(Debug)]
struct IfReadable<T>(Option<T>);

impl<T> Default for IfReadable<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for IfReadable<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?;
        Ok(Self(serde_json::from_str(raw.get()).ok()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read_as_the_record_is() {
        let read = |json| serde_json::from_str::<ApplicationMarks>(json).ok().and_then(ApplicationMarks::read);
        let created = "2026-01-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap();
        let json =
            r#"{"stage":{"id":"x"},"created":"2026-01-01T01:00:00+01:00","id":" \u0041-1 ","data":[{"id":"y"}]}"#;
        assert_eq!(read(json), Some(("a-1".to_owned(), created)));
        let read = |json| serde_json::from_str::<PostingMarks>(json).ok().and_then(PostingMarks::read);
        let json = r#"{"mediaId":"M","vacancyId":"V","id":7}"#;
        assert_eq!(read(json), Some(["v".to_owned(), "m".to_owned()]));
    }

    #[test]
    fn what_cannot_be_read_is_absent() {
        for json in [
            r#"{"created":"2026-01-01T00:00:00Z"}"#,
            r#"{"id":"1"}"#,
            r#"{"id":null,"created":"2026-01-01T00:00:00Z"}"#,
            r#"{"id":1e999,"created":"2026-01-01T00:00:00Z"}"#,
            r#"{"id":["1"],"created":"2026-01-01T00:00:00Z"}"#,
            r#"{"id":" ","created":"2026-01-01T00:00:00Z"}"#,
            r#"{"id":"1","created":"yesterday"}"#,
            r#"{"id":"1","created":"2026-01-01T00:00:00Z","id":"2"}"#,
        ] {
            let marks = serde_json::from_str::<ApplicationMarks>(json);
            assert_eq!(marks.ok().and_then(ApplicationMarks::read), None, "{json}");
        }
    }
}
