//! Texts in several languages as JSON, and where a posting has them.

use serde_json::{Value, json};

use super::draft::Draft;

const ENGLISH: &str = "en-GB";

pub(super) fn localization(values: &[(&str, &str)]) -> Value {
    let values: Vec<Value> = values.iter().map(|(locale, value)| json!({ "locale": locale, "value": value })).collect();
    json!({ "localization": values })
}

fn each(localization: &mut Value, change: impl Fn(&str, &str) -> String) {
    for entry in localization["localization"].as_array_mut().into_iter().flatten() {
        if let (Some(locale), Some(text)) = (entry["locale"].as_str(), entry["value"].as_str()) {
            entry["value"] = change(locale, text).into();
        }
    }
}

fn locales(localization: &Value) -> Vec<String> {
    let entries = localization["localization"].as_array().into_iter().flatten();
    entries.filter_map(|entry| entry["locale"].as_str().map(str::to_owned)).collect()
}

impl Draft {
    /// The language that the posting is written in: its title's, and not English, unless there is no other.
    pub(super) fn own_locale(&self) -> Option<String> {
        let locales = locales(&self.get("title"));
        let own = locales.iter().find(|locale| *locale != ENGLISH);
        own.or(locales.first()).cloned()
    }

    pub(super) fn other_locale(&self) -> Option<&'static str> {
        Some(if self.own_locale()? == ENGLISH { "de-DE" } else { ENGLISH })
    }

    pub(super) fn has_two_titles(&self) -> bool {
        locales(&self.get("title")).len() > 1
    }

    /// Changes the title, and that of each advertisement, in all their languages.
    pub(super) fn retitle(&mut self, change: impl Fn(&str, &str) -> String) -> Option<()> {
        let mut title = self.get("title");
        each(&mut title, &change);
        self.set("title", title)?;
        let mut advertisements = self.get("advertisements");
        for advertisement in advertisements.as_array_mut().into_iter().flatten() {
            each(&mut advertisement["title"], &change);
        }
        self.set("advertisements", advertisements)
    }

    /// Gives all its advertisements another content; there has to be one.
    pub(super) fn recontent(&mut self, content: &Value) -> Option<()> {
        let mut advertisements = self.get("advertisements");
        for advertisement in advertisements.as_array_mut().filter(|all| !all.is_empty())? {
            advertisement["content"] = content.clone();
        }
        self.set("advertisements", advertisements)
    }

    pub(super) fn recontent_own(&mut self, text: &str) -> Option<()> {
        let own = self.own_locale()?;
        self.recontent(&localization(&[(&own, text)]))
    }

    /// The same with an empty text in the posting's language, and a real one in another.
    pub(super) fn empty_content(&mut self, html: &str) -> Option<()> {
        const REAL: &str = "<p>We care for 900 patients a day.</p><ul><li>Basic and treatment care</li></ul>";
        let (own, other) = (self.own_locale()?, self.other_locale()?);
        self.recontent(&localization(&[(&own, html), (other, REAL)]))
    }
}
