//! Character references (`&uuml;`, `&#252;`) of a text that has no tags.

use super::shown;

/// `&CounterClockwiseContourIntegral;` is the longest.
const LONGEST: usize = 33;

/// The text with each reference decoded once; `None` if there is none.
pub(super) fn once(text: &str) -> Option<String> {
    let (mut decoded, mut rest, mut is_changed) = (String::new(), text, false);
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        // a reference ends with a semicolon here: without one, `&copy=2` in an address would be one too
        let length = length(rest);
        let Some(letters) = length.and_then(|length| letters(&rest[..length])) else {
            decoded.push('&');
            rest = &rest[1..];
            continue;
        };
        decoded.push_str(&letters);
        rest = &rest[length.unwrap_or_default()..];
        is_changed = true;
    }
    decoded.push_str(rest);
    is_changed.then_some(decoded)
}

/// The text with each reference decoded until there is none, also those that others make up.
pub(super) fn fully(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut begins = Vec::new();
    for letter in text.chars() {
        if letter == '&' {
            begins.push(decoded.len());
        }
        decoded.push(letter);
        while decoded.ends_with(';') {
            let Some(begin) = begins.last().copied() else { break };
            let reference = &decoded[begin..];
            let is_one = length(reference) == Some(reference.len());
            let Some(letters) = is_one.then(|| letters(reference)).flatten() else { break };
            decoded.truncate(begin);
            decoded.push_str(&letters);
            if letters != "&" {
                begins.pop();
            }
        }
    }
    decoded
}

/// Bytes of what looks like a reference.
fn length(text: &str) -> Option<usize> {
    let name =
        text.bytes().skip(1).take(LONGEST).take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'#').count();
    let is_one = name > 0 && text.as_bytes().get(name + 1) == Some(&b';');
    is_one.then_some(name + 2)
}

/// What it stands for, by the table of HTML.
fn letters(reference: &str) -> Option<String> {
    // the usual ones, without the work of reading a page
    let letters = match reference {
        "&amp;" => "&".to_owned(),
        "&lt;" => "<".to_owned(),
        "&gt;" => ">".to_owned(),
        "&nbsp;" => "\u{a0}".to_owned(),
        _ => shown::of(reference).text,
    };
    // `&notit;` is read as `&not` and a rest
    let is_whole = letters != reference && (letters == ";" || !letters.ends_with(';'));
    is_whole.then_some(letters)
}
