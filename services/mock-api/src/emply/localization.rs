//! Text in several languages.

use serde::Serialize;
use utoipa::ToSchema;

/// A text in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct LocalizedValue {
    /// Language and region, for example `de-DE`.
    #[schema(example = "de-DE")]
    pub(crate) locale: String,
    #[schema(example = "Pflegefachkraft (m/w/d)")]
    pub(crate) value: String,
}

/// A text in several languages, in no fixed order; `localization` may be null or empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Localization {
    #[schema(required)]
    pub(crate) localization: Option<Vec<LocalizedValue>>,
}

impl Localization {
    pub(crate) fn new<'a>(values: impl IntoIterator<Item = (&'a str, String)>) -> Self {
        let values = values.into_iter().map(|(locale, value)| LocalizedValue { locale: locale.to_owned(), value });
        Self { localization: Some(values.collect()) }
    }

    /// The same with its languages turned round, as the real order is not fixed either.
    #[must_use]
    pub(crate) fn reversed_if(mut self, reversed: bool) -> Self {
        if let Some(values) = self.localization.as_mut().filter(|_| reversed) {
            values.reverse();
        }
        self
    }
}
