//! What leaves of a row, by the mode and by the vocabulary.

use std::{borrow::Cow, ops::Deref, sync::Arc};

use domain::vocabulary::{OTHER, ReasonKind, Section, StageKind, Vocabulary};
use serde_json::Value;

use super::{Persons, Unlisted, contacts, memo::Memo, texts};

/// The mode and the vocabulary. Unless persons are kept, no text leaves with a mail address or telephone number in it.
#[derive(Clone)]
pub struct Privacy(Arc<Inside>);

struct Inside {
    persons: Persons,
    vocabulary: Vocabulary,
    unlisted: Unlisted,
    stages: Memo<Option<StageKind>>,
    sources: Memo<Cow<'static, str>>,
}

/// What becomes of keys and names is a matter of the mode alone.
impl Deref for Privacy {
    type Target = Persons;

    fn deref(&self) -> &Persons {
        &self.0.persons
    }
}

impl Privacy {
    pub fn new(persons: Persons, vocabulary: Vocabulary) -> Self {
        Self(Arc::new(Inside {
            persons,
            vocabulary,
            unlisted: Unlisted::default(),
            stages: Memo::default(),
            sources: Memo::default(),
        }))
    }

    pub fn vocabulary(&self) -> &Vocabulary {
        &self.0.vocabulary
    }

    pub(crate) fn unlisted(&self) -> &Unlisted {
        &self.0.unlisted
    }

    fn keeps(&self) -> bool {
        matches!(self.0.persons, Persons::Kept)
    }

    /// A text that is about no person.
    pub fn text<'a>(&self, text: Option<&'a str>) -> Option<Cow<'a, str>> {
        if self.keeps() { text.map(Cow::Borrowed) } else { text.map(contacts::removed) }
    }

    pub fn texts<'a>(&self, json: Option<&'a str>) -> Option<Cow<'a, str>> {
        if self.keeps() { json.map(Cow::Borrowed) } else { json.and_then(contacts::removed_in_json) }
    }

    /// Of tags, a JSON array of texts, those that are listed.
    pub fn tags<'a>(&self, json: Option<&'a str>) -> Option<Cow<'a, str>> {
        self.listed(json, Section::Tags, |tag| {
            let tag = tag.as_str().unwrap_or_default();
            if self.vocabulary().has_tag(tag) { Ok(()) } else { Err(tag) }
        })
    }

    /// Of facts, a JSON array of objects with `id` and `title`, those that are listed by one or the other.
    pub fn facts<'a>(&self, json: Option<&'a str>) -> Option<Cow<'a, str>> {
        self.listed(json, Section::Facts, |fact| {
            let id = fact["id"].as_str().unwrap_or_default();
            let titles = fact["title"].as_object().into_iter().flat_map(serde_json::Map::values);
            let mut names = titles.filter_map(Value::as_str).chain([id]);
            if names.any(|name| self.vocabulary().has_fact(name)) { Ok(()) } else { Err(id) }
        })
    }

    /// `is_listed` gives the name of what is not.
    fn listed<'a>(
        &self,
        json: Option<&'a str>,
        section: Section,
        is_listed: impl for<'v> Fn(&'v Value) -> Result<(), &'v str>,
    ) -> Option<Cow<'a, str>> {
        if self.keeps() {
            return json.map(Cow::Borrowed);
        }
        let mut items: Vec<Value> = serde_json::from_str(json?).ok()?;
        items.retain(|item| is_listed(item).map_err(|name| self.0.unlisted.note(section, name)).is_ok());
        // also what is listed may hold an address that somebody has typed into it
        items.iter_mut().for_each(contacts::remove_in);
        if items.is_empty() { None } else { Some(Value::Array(items).to_string().into()) }
    }

    pub fn stage_kind(&self, label: Option<&str>, localized: Option<&str>) -> Option<Cow<'static, str>> {
        // the labels in all locales have the preferred one among them
        let kind = self.0.stages.get(localized.or(label)?, || {
            let kind = self.known(Section::Stages, label, localized, |label| self.vocabulary().stage(label));
            kind.map(|(_, kind)| kind)
        });
        kind.map(|kind| kind.name().into())
    }

    /// Kind of a reason; one that is not listed is another one.
    pub fn reason_kind(&self, label: Option<&str>, localized: Option<&str>) -> Option<Cow<'static, str>> {
        let kind = self.reason_of(label, localized).map_or(OTHER, |(_, kind)| kind.name());
        (label.is_some() || localized.is_some()).then_some(kind.into())
    }

    pub fn reason<'a>(&self, label: Option<&'a str>, localized: Option<&'a str>) -> Option<Cow<'a, str>> {
        if self.keeps() {
            return label.map(Cow::Borrowed);
        }
        let listed = self.reason_of(label, localized).map_or(Cow::Borrowed(OTHER), |(label, _)| label);
        (label.is_some() || localized.is_some()).then(|| without_contacts(listed))
    }

    pub fn reasons<'a>(&self, localized: Option<&'a str>) -> Option<Cow<'a, str>> {
        if self.keeps() {
            return localized.map(Cow::Borrowed);
        }
        let mut labels: serde_json::Map<String, Value> = serde_json::from_str(localized?).ok()?;
        labels.retain(|_, label| label.as_str().is_some_and(|label| self.vocabulary().reason(label).is_some()));
        let mut listed = Value::Object(labels);
        contacts::remove_in(&mut listed);
        (listed != Value::Object(serde_json::Map::new())).then(|| listed.to_string().into())
    }

    fn reason_of<'a>(&self, label: Option<&'a str>, localized: Option<&'a str>) -> Option<(Cow<'a, str>, ReasonKind)> {
        self.known(Section::Reasons, label, localized, |label| self.vocabulary().reason(label))
    }

    /// The name that a source goes by, when one of the texts in it is listed; its shape is not known.
    pub fn source_name(&self, json: Option<&str>) -> Option<Cow<'static, str>> {
        let json = json?;
        Some(self.0.sources.get(json, || {
            let listed = |label: &str| self.vocabulary().source(label).map(str::to_owned);
            self.known(Section::Sources, None, Some(json), listed).map_or(OTHER.into(), |(_, name)| name.into())
        }))
    }

    /// The first label that is listed, and what it means: that of the preferred locale, or else one in a JSON document.
    fn known<'a, T>(
        &self,
        section: Section,
        label: Option<&'a str>,
        json: Option<&'a str>,
        listed: impl Fn(&str) -> Option<T>,
    ) -> Option<(Cow<'a, str>, T)> {
        if let Some(label) = label
            && let Some(meaning) = listed(label)
        {
            return Some((label.into(), meaning));
        }
        // where nothing is listed, the other locales need not be read
        let others = if self.vocabulary().is_empty() && label.is_some() { Vec::new() } else { texts::of(json?) };
        let named = label.map(Cow::Borrowed).or_else(|| others.first().cloned());
        let found = others.into_iter().find_map(|label| listed(&label).map(|meaning| (label, meaning)));
        if found.is_none()
            && let Some(label) = named
        {
            self.0.unlisted.note(section, &label);
        }
        found
    }
}

fn without_contacts(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => contacts::removed(text),
        Cow::Owned(text) => contacts::removed(&text).into_owned().into(),
    }
}
