//! The ad's text: cleaned, and with the addresses of the files it refers to.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use ammonia::Builder;
use url::Url;

use crate::source::Hosts;

/// A text that may be handed over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Cleaned {
    /// Plain text, or HTML without scripts and with absolute addresses.
    pub(super) text: String,
    /// Files that it refers to, in their order, each once.
    pub(super) files: Vec<Url>,
    /// What was left out, and why.
    pub(super) gaps: Vec<String>,
}

/// Cleans a text. `base` is where relative addresses begin. Images and style sheets are files; a link to a text or a PDF
/// is one if its host is listed.
pub(super) fn clean(text: &str, base: Option<&Url>, hosts: &Hosts) -> Cleaned {
    let text = decoded_once(text.trim());
    if !has_tags(&text) {
        return Cleaned { text: text.into_owned(), ..Cleaned::default() };
    }
    let found = Arc::new(Mutex::new(Cleaned::default()));
    let (base, hosts, shared) = (base.cloned(), hosts.clone(), Arc::clone(&found));
    let text = sanitise(&text, move |reference, value| {
        let mut found = shared.lock().unwrap_or_else(PoisonError::into_inner);
        found.take(reference, value, base.as_ref(), &hosts)
    });
    let found = std::mem::take(&mut *found.lock().unwrap_or_else(PoisonError::into_inner));
    Cleaned { text, ..found }
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
        let Some(url) = absolute(value, base) else {
            if reference != Reference::Link {
                let what = if value.starts_with("data:") { "embedded in the text" } else { "without a whole address" };
                self.gaps.push(format!("a file is {what}, and left out"));
            }
            return None;
        };
        let is_file = reference != Reference::Link || (is_document(&url) && hosts.has(&url));
        if is_file && !self.files.contains(&url) {
            self.files.push(url.clone());
        }
        Some(url.into())
    }
}

/// An address in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reference {
    /// Shown in the ad.
    Image,
    /// How the ad looks.
    Styles,
    /// Somebody may follow it.
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
    let mut builder = Builder::default();
    builder.add_tags(["link"]).add_tag_attributes("link", ["href"]);
    builder.add_tag_attribute_values("link", "rel", ["stylesheet"]);
    // `look` decides about them, or they could not be told from addresses that are not there
    builder.add_url_schemes(["data"]);
    builder.attribute_filter(move |element, attribute, value| match Reference::of(element, attribute) {
        Some(reference) => look(reference, value).map(Cow::Owned),
        None if value.starts_with("data:") => None,
        None => Some(Cow::Borrowed(value)),
    });
    builder.clean(text).to_string()
}

/// What may be asked for over HTTP, or followed by a reader.
fn absolute(value: &str, base: Option<&Url>) -> Option<Url> {
    let url = Url::parse(value.trim()).or_else(|error| base.map_or(Err(error), |base| base.join(value.trim()))).ok()?;
    matches!(url.scheme(), "http" | "https" | "mailto" | "tel").then_some(url)
}

fn is_document(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    [".pdf", ".txt"].iter().any(|end| path.ends_with(end))
}

/// Some editors store HTML as text.
fn decoded_once(text: &str) -> Cow<'_, str> {
    if has_tags(text) || !text.contains("&lt;") {
        return Cow::Borrowed(text);
    }
    let decoded = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
    let decoded = decoded.replace("&nbsp;", "\u{a0}").replace("&amp;", "&");
    if has_tags(&decoded) { Cow::Owned(decoded) } else { Cow::Borrowed(text) }
}

fn has_tags(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let begins = rest.strip_prefix('/').unwrap_or(rest).chars().next();
        if begins.is_some_and(|letter| letter.is_ascii_alphabetic()) && rest.contains('>') {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(text: &str) -> Cleaned {
        let hosts = Hosts::try_from("cdn.example.org".to_owned()).unwrap();
        clean(text, Some(&"https://acme.example.org/ad/7".parse().unwrap()), &hosts)
    }

    fn files(text: &Cleaned) -> Vec<&str> {
        text.files.iter().map(Url::as_str).collect()
    }

    #[test]
    fn plain_text_stays_as_it_is() {
        for text in ["Grüße & Küsse, 3 < 4", "a <3 b", "1 &lt; 2"] {
            assert_eq!(cleaned(text).text, text);
        }
    }

    #[test]
    fn what_could_run_is_taken_out() {
        let text =
            cleaned(r#"<p onclick="x()" style="color:red">Hi<script>evil()</script><iframe src="x"></iframe></p>"#);
        assert_eq!(text.text, "<p>Hi</p>");
        assert_eq!(cleaned(r#"<a href="javascript:x()">go</a>"#).text, r#"<a rel="noopener noreferrer">go</a>"#);
        assert_eq!(cleaned(r#"<q cite="data:text/html,x">a</q>"#).text, "<q>a</q>");
    }

    #[test]
    fn html_that_was_stored_as_text_is_html() {
        assert_eq!(cleaned("&lt;p&gt;Gr&amp;uuml;n &amp;amp; blau&lt;/p&gt;").text, "<p>Grün &amp; blau</p>");
    }

    #[test]
    fn files_are_found_once_and_in_their_order() {
        let text = cleaned(
            r#"<link rel="stylesheet" href="/style.css"><img src="logo.png"><img src="https://cdn.example.org/a.png">
               <a href="https://cdn.example.org/flyer.PDF">Flyer</a> <a href="https://other.example/x.pdf">x</a>
               <a href="https://cdn.example.org/">more</a> <img src="logo.png">"#,
        );
        assert_eq!(
            files(&text),
            [
                "https://acme.example.org/style.css",
                "https://acme.example.org/ad/logo.png",
                "https://cdn.example.org/a.png",
                "https://cdn.example.org/flyer.PDF",
            ]
        );
        assert!(text.text.contains(r#"<img src="https://acme.example.org/ad/logo.png">"#), "{}", text.text);
        assert_eq!(text.gaps, [] as [&str; 0]);
    }

    #[test]
    fn what_cannot_be_fetched_is_a_gap() {
        let text = cleaned(r#"<p><img src="data:image/png;base64,AAAA">x</p>"#);
        assert_eq!((text.text.as_str(), text.gaps.len()), ("<p><img>x</p>", 1));
        let text = clean(r#"<p><img src="logo.png">x</p>"#, None, &Hosts::default());
        assert_eq!((text.text.as_str(), text.gaps.len(), text.files.len()), ("<p><img>x</p>", 1, 0));
    }

    #[test]
    fn names_stand_where_addresses_stood() {
        let text = cleaned(r#"<p><img src="logo.png" alt="us"> <a href="mailto:jobs@example.org">mail</a></p>"#);
        let names = BTreeMap::from([(text.files[0].clone(), "logo-2.png".to_owned())]);
        let renamed = rename(&text.text, &names);
        assert!(renamed.starts_with(r#"<p><img src="logo-2.png" alt="us"> "#), "{renamed}");
        assert!(renamed.contains(r#"href="mailto:jobs@example.org""#), "{renamed}");
        assert_eq!(rename(&text.text, &BTreeMap::new()), text.text);
    }
}
