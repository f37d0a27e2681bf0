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
//! follow, all without values, and not all names of attributes, is none (`a <b und c> d`, but `<p hidden>`). One that would hide
//! what follows, without its end behind it, is none either (`das <script> Element`); with values it ends where it begins.
//!
//! Each byte is looked at a number of times that does not depend on the length of the text.

use std::collections::BTreeMap;

use super::{
    names::{self, HIDDEN},
    nesting::Nesting,
};

/// Of `<` that a tag has in its values at most. A text of tags that have no end would be read on to its end at each of them.
const MOST_WITHIN: usize = 16;

/// Of attributes that a tag has at most: each is compared with all others.
const MOST_ATTRIBUTES: usize = 256;

/// The text as HTML that every browser reads as we do, or `None` if it has no tag: each tag has its `>`, and each `<` that
/// begins none is an entity. `is_known` says whether an element of a name, in lower case, is one without more ado.
pub(super) fn mended(text: &str, is_known: fn(&str) -> bool) -> Option<String> {
    let page = Page::of(text, is_known);
    let mut nesting = Nesting::default();
    let (mut html, mut at, mut has_tag) = (String::with_capacity(text.len()), 0, false);
    while let Some(before) = text[at..].find('<') {
        html.push_str(&text[at..at + before]);
        at += before;
        if let Some(found) = page.declaration(at) {
            html.push_str(&found.html);
            at += found.length;
            has_tag = true;
        } else if let Some(tag) = page.tag(at) {
            tag.write(&mut html, &mut nesting);
            at += tag.length;
            has_tag = true;
        } else {
            html.push_str("&lt;");
            at += 1;
        }
    }
    html.push_str(&text[at..]);
    has_tag.then_some(html)
}

struct Found {
    /// Bytes of the text that it takes.
    length: usize,
    html: String,
}

struct Tag<'a> {
    length: usize,
    name: &'a str,
    is_end: bool,
    /// What follows the name, without the `>`.
    attributes: String,
    /// Whether its end has to follow at once.
    is_empty: bool,
}

impl Tag<'_> {
    fn write(&self, html: &mut String, nesting: &mut Nesting) {
        let lower = self.name.to_ascii_lowercase();
        let alike = names::alike(&lower);
        let (name, lower) = (alike.unwrap_or(self.name), alike.unwrap_or(&lower));
        let is_kept = self.is_empty || if self.is_end { nesting.ends(lower) } else { nesting.begins(lower) };
        if !is_kept {
            // what stands before it and behind it stays two words
            html.push_str(if names::breaks_text(lower) { " " } else { "" });
            return;
        }
        let begin = if self.is_end { "</" } else { "<" };
        html.extend([begin, name, &self.attributes, ">"]);
        if self.is_empty {
            html.extend(["</", name, ">"]);
        }
    }
}

struct Page<'a> {
    text: &'a str,
    is_known: fn(&str) -> bool,
    /// Where the last end of an element is, by its name in lower case.
    ends: BTreeMap<String, usize>,
    /// Where the last end of a comment begins.
    comment_end: Option<usize>,
    /// Where the last `>` is.
    last: Option<usize>,
}

impl<'a> Page<'a> {
    fn of(text: &'a str, is_known: fn(&str) -> bool) -> Self {
        let named = text.match_indices("</").map(|(at, _)| (at, name(&text[at + 2..])));
        let ends = named.filter_map(|(at, name)| {
            let lower = name.to_ascii_lowercase();
            end_tag(&text[at..], 2 + name.len(), is_known(&lower)).map(|_| (lower, at))
        });
        Self {
            text,
            is_known,
            ends: ends.collect(),
            comment_end: text.rfind("-->").max(text.rfind("--!>")),
            last: text.rfind('>'),
        }
    }

    /// A comment, a doctype, a processing instruction or a marked section, whole.
    fn declaration(&self, at: usize) -> Option<Found> {
        let text = &self.text[at..];
        let length = if text.starts_with("<!--") {
            // the shortest one is `<!-->`
            // without an end behind it, the whole rest would be read at each begin
            if self.comment_end < Some(at + 2) {
                return None;
            }
            let is_end = |end: &usize| text[2..*end].ends_with("--") || text[2..*end].ends_with("--!");
            text.match_indices('>').map(|(end, _)| end).find(is_end)? + 1
        } else {
            let is_doctype = text.get(..9).is_some_and(|begin| begin.eq_ignore_ascii_case("<!doctype"));
            let is_instruction = text.strip_prefix("<?").is_some_and(|rest| !name(rest).is_empty());
            if !(is_doctype || is_instruction || text.starts_with("<![")) || self.last < Some(at) {
                return None;
            }
            text.find('>')? + 1
        };
        Some(Found { length, html: text[..length].to_owned() })
    }

    fn tag(&self, at: usize) -> Option<Tag<'a>> {
        let text = &self.text[at..];
        let is_end = text.starts_with("</");
        let begin = if is_end { 2 } else { 1 };
        let name = name(&text[begin..]);
        if name.is_empty() || name.ends_with(':') {
            return None;
        }
        let lower = name.to_ascii_lowercase();
        let is_known = (self.is_known)(&lower);
        if is_end {
            let length = end_tag(text, begin + name.len(), is_known)?;
            return Some(Tag { length, name, is_end, attributes: String::new(), is_empty: false });
        }
        let after = within(&text[begin + name.len()..]);
        let next = after.chars().next()?;
        let may_follow = |letter: char| letter.is_whitespace() || letter == '>' || (letter == '/' && is_known);
        if !may_follow(next) && !after.starts_with("/>") {
            return None;
        }
        let attributes = Attributes::read(after);
        let is_tag = match (is_known, attributes.is_closed) {
            (true, true) => name.len() > 1 || attributes.words == 0 || attributes.pairs > 0,
            (false, true) => attributes.pairs > 0 || attributes.closes_itself || self.ends.contains_key(&lower),
            (true, false) => attributes.leading_pairs > 0,
            (false, false) => attributes.leading_pairs > 0 && attributes.is_markup,
        };
        // without its end behind it, it would hide all that follows
        let hides = HIDDEN.contains(&lower.as_str()) && self.ends.get(&lower).is_none_or(|end| *end < at);
        if !is_tag || (hides && attributes.pairs == 0) {
            return None;
        }
        // such an end counts for no element of HTML itself, but whoever wrote it meant it
        let closes_itself = attributes.closes_itself && (!names::is_known(&lower) || matches!(&*lower, "svg" | "math"));
        let length = begin + name.len() + attributes.length;
        let mut html = attributes.html;
        if closes_itself {
            html.truncate(html.trim_end_matches('/').len());
        }
        Some(Tag { length, name, is_end, attributes: html, is_empty: hides || closes_itself })
    }
}

/// What of this may belong to one tag.
fn within(text: &str) -> &str {
    let end = text.match_indices('<').nth(MOST_WITHIN).map_or(text.len(), |(at, _)| at);
    &text[..end]
}

fn name(text: &str) -> &str {
    if !text.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
        return "";
    }
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | ':');
    &text[..text.find(|letter| !is_part(letter)).unwrap_or(text.len())]
}

/// Bytes of the end tag at the begin of `text`, if it is one; `after_name` is where its name ends.
fn end_tag(text: &str, after_name: usize, is_known: bool) -> Option<usize> {
    let after = &text[after_name..];
    let blank = after.len() - after.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '/').len();
    let is_closed = after[blank..].starts_with('>');
    let is_cut = after[blank..].is_empty() || after[blank..].starts_with('<') || blank > 0;
    if !(is_closed || (is_known && is_cut)) {
        return None;
    }
    Some(if is_closed { after_name + blank + 1 } else { after_name })
}

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
    /// Of these, no names of attributes.
    words: usize,
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
                // a `/` at the end of a value without marks is part of it
                read.closes_itself = blank > 0 && text[..at].ends_with('/');
                read.length = at + 1;
                return read;
            }
            let length =
                rest.find(|letter: char| letter.is_whitespace() || "/<>=".contains(letter)).unwrap_or(rest.len());
            // a `=` may begin a name, if nothing else does
            let length = if rest.starts_with('=') { 1 } else { length };
            if length == 0 || read.pairs + read.bare == MOST_ATTRIBUTES {
                break;
            }
            read.html.push_str(&rest[..length]);
            at += length;
            let Some((bytes, value)) = value(&text[at..]) else {
                read.bare += 1;
                read.words += usize::from(!names::is_attribute(&rest[..length]));
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

/// What may follow a name, from its `=` on: the bytes that it takes, and what it is in the HTML.
fn value(text: &str) -> Option<(usize, String)> {
    let given = text.trim_start().strip_prefix('=')?.trim_start();
    let before = text.len() - given.len();
    let quote = given.chars().next().filter(|letter| matches!(letter, '"' | '\''));
    if let Some(end) = quote.and_then(|quote| given[1..].find(quote)) {
        let length = before + end + 2;
        return Some((length, text[..length].to_owned()));
    }
    // a quotation mark that has no other gets one before the next white space
    let quote = quote.map(String::from).unwrap_or_default();
    let bare = &given[quote.len()..];
    let length = bare.find(|letter: char| letter.is_whitespace() || matches!(letter, '<' | '>')).unwrap_or(bare.len());
    Some((before + quote.len() + length, format!("={quote}{}{quote}", &bare[..length])))
}

fn is_of_markup(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("on") || matches!(&*name, "class" | "href" | "id" | "src" | "style")
}
