//! What a reader sees of HTML, by the tokens that a browser would see.

use std::cell::RefCell;

use html5ever::{
    local_name,
    tendril::StrTendril,
    tokenizer::{
        BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts, states::RawKind,
    },
};

use super::names::{self, HIDDEN};

#[derive(Debug, Default)]
pub(super) struct Shown {
    /// The text, with blanks where elements break it.
    pub(super) text: String,
    /// Whether there is an image that has an address.
    pub(super) has_image: bool,
}

#[derive(Default)]
struct Reader {
    shown: RefCell<Shown>,
    hidden_by: RefCell<Option<String>>,
}

pub(super) fn of(html: &str) -> Shown {
    let tokenizer = Tokenizer::new(Reader::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    // it stops after each script, which nobody runs
    while !input.is_empty() {
        let _ = tokenizer.feed(&input);
    }
    tokenizer.end();
    tokenizer.sink.shown.take()
}

impl Reader {
    fn tag(&self, tag: &Tag) -> TokenSinkResult<()> {
        let mut hidden_by = self.hidden_by.borrow_mut();
        if hidden_by.as_deref() == Some(&*tag.name) && tag.kind == TagKind::EndTag {
            *hidden_by = None;
        }
        let mut shown = self.shown.borrow_mut();
        if names::breaks_text(&tag.name) {
            shown.text.push(' ');
        }
        if tag.kind == TagKind::EndTag {
            return TokenSinkResult::Continue;
        }
        let is_source = |name: &str, value: &str| name == "src" && is_address(value);
        if tag.name == local_name!("img") {
            shown.has_image |= tag.attrs.iter().any(|attribute| is_source(&attribute.name.local, &attribute.value));
        }
        if HIDDEN.contains(&&*tag.name) {
            *hidden_by = Some(tag.name.to_string());
        }
        match &*tag.name {
            "script" => TokenSinkResult::RawData(RawKind::ScriptData),
            "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
            name if HIDDEN.contains(&name) => TokenSinkResult::RawData(RawKind::Rawtext),
            _ => TokenSinkResult::Continue,
        }
    }
}

/// Whether something could be found there: not in the page itself, and not in the mail or the document that a text came from.
fn is_address(value: &str) -> bool {
    let value = value.trim();
    let scheme = value.split_once(':').map_or("", |(scheme, _)| scheme).to_ascii_lowercase();
    !(value.is_empty() || value.starts_with('#') || matches!(&*scheme, "blob" | "cid" | "data" | "file"))
}

impl TokenSink for Reader {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) => return self.tag(&tag),
            Token::CharacterTokens(letters) if self.hidden_by.borrow().is_none() => {
                self.shown.borrow_mut().text.push_str(&letters);
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}
