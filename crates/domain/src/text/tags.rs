//! What in a text is a tag, and what is a `<` that somebody wrote.
//!
//! A browser takes any letter after a `<` for the begin of a tag, up to the next `>` or the end of the text, and shows nothing
//! of it: neither `<jobs@example.org>` nor what follows `a <b`. Here a tag is
//!
//! - the begin or end of an element that HTML knows, with its `>`, or without it if attributes with values follow the name;
//! - of an element that it does not know: its end, a tag that closes itself, one with an attribute that has a value, and its
//!   begin if its end is somewhere in the text, too;
//! - a comment, a doctype, a processing instruction, a marked section (Word writes `<![if …]>`).
//!
//! A name is letters, digits, `-`, `_` and `:`, and stands before white space, `/` or `>`. One of a single letter that words
//! follow, all without values, is none (`a <b und c> d`).

use std::collections::BTreeSet;

use super::{HIDDEN, names};

/// The text as HTML that every browser reads as we do, or `None` if it has no tag: each tag has its `>`, and each `<` that
/// begins none is an entity.
pub(super) fn mended(text: &str) -> Option<String> {
    let ends = ends(text);
    let (mut html, mut rest, mut has_tag) = (String::with_capacity(text.len()), text, false);
    while let Some(at) = rest.find('<') {
        html.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(found) = declaration(rest).or_else(|| tag(rest, &ends)) {
            html.push_str(&found.html);
            rest = &rest[found.length..];
            has_tag = true;
        } else {
            html.push_str("&lt;");
            rest = &rest[1..];
        }
    }
    html.push_str(rest);
    has_tag.then_some(html)
}

/// Something that begins with `<`.
struct Found {
    /// Bytes of the text that it takes.
    length: usize,
    /// What it is in the HTML.
    html: String,
}

/// Names of elements whose end is somewhere in the text, in lower case.
fn ends(text: &str) -> BTreeSet<String> {
    let named = text.match_indices("</").map(|(at, _)| (&text[at..], name(&text[at + 2..])));
    named
        .filter(|(rest, name)| end_tag(rest, 2 + name.len(), names::is_known(&name.to_ascii_lowercase())).is_some())
        .map(|(_, name)| name.to_ascii_lowercase())
        .collect()
}

fn name(text: &str) -> &str {
    if !text.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
        return "";
    }
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | ':');
    &text[..text.find(|letter| !is_part(letter)).unwrap_or(text.len())]
}

/// A comment, a doctype, a processing instruction or a marked section, whole.
fn declaration(text: &str) -> Option<Found> {
    let length = if text.starts_with("<!--") {
        // the shortest one is `<!-->`
        ["-->", "--!>"].iter().filter_map(|end| Some(text[2..].find(end)? + 2 + end.len())).min()?
    } else {
        let is_doctype = text.get(..9).is_some_and(|begin| begin.eq_ignore_ascii_case("<!doctype"));
        let is_instruction = text.strip_prefix("<?").is_some_and(|rest| !name(rest).is_empty());
        if !(is_doctype || is_instruction || text.starts_with("<![")) {
            return None;
        }
        text.find('>')? + 1
    };
    Some(Found { length, html: text[..length].to_owned() })
}

/// The tag at the begin of this, if it is one.
fn tag(text: &str, ends: &BTreeSet<String>) -> Option<Found> {
    let is_end = text.starts_with("</");
    let begin = if is_end { 2 } else { 1 };
    let name = name(&text[begin..]);
    if name.is_empty() || name.ends_with(':') {
        return None;
    }
    let after = &text[begin + name.len()..];
    let is_known = names::is_known(&name.to_ascii_lowercase());
    if is_end {
        return end_tag(text, begin + name.len(), is_known);
    }
    let next = after.chars().next()?;
    let may_follow = |letter: char| letter.is_whitespace() || letter == '>' || (letter == '/' && is_known);
    if !may_follow(next) && !after.starts_with("/>") {
        return None;
    }
    let attributes = Attributes::read(after);
    let lower = name.to_ascii_lowercase();
    let is_tag = match (is_known, attributes.is_closed) {
        (true, true) => name.len() > 1 || attributes.bare == 0 || attributes.pairs > 0,
        (false, true) => attributes.pairs > 0 || attributes.closes_itself || ends.contains(&lower),
        (true, false) => attributes.leading_pairs > 0,
        (false, false) => attributes.leading_pairs > 0 && attributes.is_markup,
    };
    if !is_tag {
        return None;
    }
    let length = begin + name.len() + attributes.length;
    // without its end it would hide all that follows; what runs, or is a style, is hidden in any case
    let hides = HIDDEN.contains(&lower.as_str()) && !ends.contains(&lower) && !matches!(&*lower, "script" | "style");
    let end = if hides { format!("</{name}>") } else { String::new() };
    let html = format!("<{name}{}>{end}", attributes.html);
    Some(Found { length, html })
}

/// `after_name` is where the name of the end tag at the begin of `text` ends.
fn end_tag(text: &str, after_name: usize, is_known: bool) -> Option<Found> {
    let after = &text[after_name..];
    let blank = after.len() - after.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '/').len();
    let is_closed = after[blank..].starts_with('>');
    let is_cut = after[blank..].is_empty() || after[blank..].starts_with('<') || blank > 0;
    if !(is_closed || (is_known && is_cut)) {
        return None;
    }
    let length = if is_closed { after_name + blank + 1 } else { after_name };
    Some(Found { length, html: format!("{}>", &text[..after_name]) })
}

/// What stands between a name and the end of its tag.
#[derive(Default)]
struct Attributes {
    /// Bytes of the text, with the `>` if there is one.
    length: usize,
    /// As a browser reads it like us, without the `>`.
    html: String,
    /// With a value.
    pairs: usize,
    /// With a value, before the first one without.
    leading_pairs: usize,
    /// Without a value.
    bare: usize,
    /// One of the leading ones is of a name that markup has.
    is_markup: bool,
    is_closed: bool,
    closes_itself: bool,
}

impl Attributes {
    /// Reads on to the `>`. Where there is none, it ends after the last of the attributes with values that come first.
    fn read(text: &str) -> Self {
        let (mut read, mut at) = (Self::default(), 0);
        let mut leading = (0, 0);
        loop {
            let rest = &text[at..];
            let blank =
                rest.len() - rest.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '/').len();
            read.html.push_str(&rest[..blank]);
            at += blank;
            let rest = &text[at..];
            if rest.starts_with('>') {
                read.is_closed = true;
                read.closes_itself = read.html.ends_with('/');
                read.length = at + 1;
                return read;
            }
            let length =
                rest.find(|letter: char| letter.is_whitespace() || "/<>=".contains(letter)).unwrap_or(rest.len());
            // a `=` may begin a name, if nothing else does
            let length = if rest.starts_with('=') { 1 } else { length };
            if length == 0 {
                break;
            }
            read.html.push_str(&rest[..length]);
            at += length;
            let Some((bytes, value)) = value(&text[at..]) else {
                read.bare += 1;
                continue;
            };
            read.html.push_str(&value);
            at += bytes;
            read.pairs += 1;
            if read.bare == 0 {
                read.leading_pairs += 1;
                read.is_markup |= is_of_markup(&rest[..length]);
                leading = (at, read.html.len());
            }
        }
        read.length = leading.0;
        read.html.truncate(leading.1);
        read
    }
}

/// What may follow a name, from its `=` on: the bytes that it takes, and what it is in the HTML. A quotation mark that has no
/// other gets one before the next white space.
fn value(text: &str) -> Option<(usize, String)> {
    let given = text.trim_start().strip_prefix('=')?.trim_start();
    let before = text.len() - given.len();
    let quote = given.chars().next().filter(|letter| matches!(letter, '"' | '\''));
    if let Some(end) = quote.and_then(|quote| given[1..].find(quote)) {
        let length = before + end + 2;
        return Some((length, text[..length].to_owned()));
    }
    let quote = quote.map(String::from).unwrap_or_default();
    let bare = &given[quote.len()..];
    let length = bare.find(|letter: char| letter.is_whitespace() || matches!(letter, '<' | '>')).unwrap_or(bare.len());
    Some((before + quote.len() + length, format!("={quote}{}{quote}", &bare[..length])))
}

fn is_of_markup(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("on") || matches!(&*name, "class" | "href" | "id" | "src" | "style")
}
