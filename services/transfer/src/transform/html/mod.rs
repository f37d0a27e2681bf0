//! The ad's text: cleaned, and with the addresses of the files it refers to.

mod allowed;
#[cfg(test)]
mod tests;

use std::{
    borrow::Cow,
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use domain::text::Text;
use url::Url;

use crate::hosts::Hosts;

/// A cleaned text is read and cleaned again until that changes nothing: what was inside an element that was taken out may
/// belong elsewhere without it. Most texts stay as they are the first time.
const MOST_ROUNDS: usize = 8;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Cleaned {
    /// Plain text, or HTML of what [`allowed`] lists and with absolute addresses.
    pub(super) text: String,
    /// Files that it refers to, in their order, each once.
    pub(super) files: Vec<Url>,
    /// What was left out, and why.
    pub(super) gaps: Vec<String>,
}

/// Cleans a text; cleaning it again changes nothing. `base` is where relative addresses begin. Images and style sheets are
/// files; a link to a text or a PDF is one if its host is listed.
pub(super) fn clean(text: &str, base: Option<&Url>, hosts: &Hosts) -> Cleaned {
    let found = Arc::new(Mutex::new(Cleaned::default()));
    let mut cleaned = text.to_owned();
    for _ in 0..MOST_ROUNDS {
        let html = match Text::read(&cleaned) {
            Text::Plain(plain) => {
                cleaned = plain;
                break;
            }
            Text::Html(html) => html,
        };
        let html = without_other_links(&sanitise(&html, |_, value| Some(value.to_owned())));
        let (base, hosts, shared) = (base.cloned(), hosts.clone(), Arc::clone(&found));
        let again = sanitise(&html, move |reference, value| {
            let mut found = shared.lock().unwrap_or_else(PoisonError::into_inner);
            found.take(reference, value, base.as_ref(), &hosts)
        });
        if again == cleaned {
            break;
        }
        cleaned = again;
    }
    let found = std::mem::take(&mut *found.lock().unwrap_or_else(PoisonError::into_inner));
    Cleaned { text: cleaned.trim().to_owned(), ..found }
}

/// Puts the names of files in the place of their addresses, in a text that is clean already.
pub(super) fn rename(text: &str, names: &BTreeMap<Url, String>) -> String {
    if names.is_empty() {
        return text.to_owned();
    }
    let names = names.clone();
    sanitise(text, move |_, value| {
        let name = Url::parse(value).ok().and_then(|url| names.get(&url).cloned());
        Some(name.unwrap_or_else(|| value.to_owned()))
    })
}

impl Cleaned {
    /// Looks at an address; what stands in its place.
    fn take(&mut self, reference: Reference, value: &str, base: Option<&Url>, hosts: &Hosts) -> Option<String> {
        let is_link = reference == Reference::Link;
        let url = absolute(value, base).filter(|url| is_link || matches!(url.scheme(), "http" | "https"));
        let Some(url) = url else {
            if !is_link {
                let what = if value.starts_with("data:") { "embedded in the text" } else { "without a whole address" };
                self.gaps.push(format!("a file is {what}, and left out"));
            }
            return None;
        };
        let is_file = !is_link || (is_document(&url) && hosts.has(&url));
        if is_file && !self.files.contains(&url) {
            self.files.push(url.clone());
        }
        Some(url.into())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reference {
    Image,
    Styles,
    Link,
}

impl Reference {
    fn of(element: &str, attribute: &str) -> Option<Self> {
        match (element, attribute) {
            ("img", "src") => Some(Self::Image),
            ("link", "href") => Some(Self::Styles),
            ("a", "href") => Some(Self::Link),
            _ => None,
        }
    }
}

/// `look` sees each address, and gives what stands in its place.
fn sanitise(text: &str, look: impl Fn(Reference, &str) -> Option<String> + Send + Sync + 'static) -> String {
    let mut builder = allowed::builder();
    builder.attribute_filter(move |element, attribute, value| match Reference::of(element, attribute) {
        Some(reference) => look(reference, value).map(Cow::Owned),
        None => Some(Cow::Borrowed(value)),
    });
    with_first_lines(&builder.clean(text).to_string())
}

/// The first line break of a `pre` is none when it is read: a text that begins with one has to have another before it.
fn with_first_lines(html: &str) -> String {
    let (mut kept, mut rest) = (String::with_capacity(html.len()), html);
    while let Some((before, after)) = rest.split_once("<pre") {
        let (tag, text) = after.split_once('>').unwrap_or((after, ""));
        kept.extend([before, "<pre", tag, ">"]);
        kept.push_str(if text.starts_with('\n') { "\n" } else { "" });
        rest = text;
    }
    kept + rest
}

/// A `link` may also be the page's icon or its address elsewhere, which are no files of the ad. `html` was written by the
/// cleaner, which looks at one attribute at a time.
fn without_other_links(html: &str) -> String {
    let (mut kept, mut rest) = (String::with_capacity(html.len()), html);
    while let Some((before, link)) = rest.split_once("<link") {
        kept.push_str(before);
        let (tag, after) = link.split_once('>').unwrap_or((link, ""));
        if tag.to_ascii_lowercase().contains(" rel=\"stylesheet\"") {
            kept.extend(["<link", tag, ">"]);
        }
        rest = after;
    }
    kept + rest
}

/// What may be asked for over HTTP, or followed by a reader.
fn absolute(value: &str, base: Option<&Url>) -> Option<Url> {
    let value = value.trim();
    // that would be the ad's own page
    if value.is_empty() || value.starts_with('#') {
        return None;
    }
    let url = Url::parse(value).or_else(|error| base.map_or(Err(error), |base| base.join(value))).ok()?;
    matches!(url.scheme(), "http" | "https" | "mailto" | "tel").then_some(url)
}

fn is_document(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    [".pdf", ".txt"].iter().any(|end| path.ends_with(end))
}
