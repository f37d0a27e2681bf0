//! Mail addresses, also as they stand in URLs, in HTML, and hidden from machines as `name (at) example (dot) com`.

use std::{borrow::Cow, sync::LazyLock};

use regex::{Captures, Regex};

use super::pattern::{MARK, pattern};

/// What is before the sign, the sign, and a domain with a dot. `Care@Home` is none, nor is `host/@name`. Where the sign is
/// written in another way, more is asked of the rest: `Arzt (AT) St.Johann` is none.
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    let (open, close) = (r"(?:[(\[{<|]|%28|%5b)", r"(?:[)\]}>|]|%29|%5d)");
    let dot = format!(
        r"(?:[.\u{{FF0E}}\u{{3002}}]|%(?:25)*2e|&(?:amp;)*(?:\#0*46|\#x0*2e|period);|\s?{open}\s?(?:dot|punkt|punt|\.)\s?{close}\s?)"
    );
    let letters = r#"[^\s<>()\[\]{}",;:|\\/=?&#@]"#;
    let local = format!(r#"(?:"[^"@]{{1,64}}"|(?:{letters}|{dot})+)"#);
    let sign = r"(?:[@\u{FF20}\u{FE6B}]|%(?:25)*40|%ef%bc%a0|&(?:amp;)*(?:\#0*64|\#x0*40|commat);)";
    let label = r"(?:[\p{L}\p{M}\p{N}_\-\u{AD}\u{200B}]|%(?:25)*c3%(?:25)*[0-9a-f]{2})+";
    let domain = format!(r"(?:{label}{dot})+(?:xn--[a-z0-9-]+|\p{{L}}{{2,}})");
    let hidden_sign =
        format!(r"\s{{0,3}}{open}\s?(?:a|ä|at|ät|@|snabel-?a|alfakrøll)\s?{close}\s{{0,3}}|\s[@]\s?|[@]\s");
    let in_lower_case = format!(r"(?:{label}{dot})+(?-i:[a-z]{{2,}})");
    let dotted = format!(r"{letters}+{dot}{letters}+");
    let known = format!(r"(?:{label}(?:{dot}|\sdot\s))+(?:de|at|ch|nl|dk|se|no|uk|com|org|net|eu|info)\b");
    let in_words = format!("(?-i:{})", IN_WORDS.join("|"));
    pattern(&format!(
        "(?i)(?P<plain>{local}{sign}{domain})|{local}(?:{hidden_sign})(?P<hidden>{in_lower_case})|{dotted}{in_words}{known}"
    ))
});

/// The sign as a word, where all else looks like an address.
const IN_WORDS: [&str; 3] = ["_at_", "-at-", " at "];

/// What looks like a domain and is none: a page, and a picture for screens of twice the density.
static NO_DOMAIN: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)^www\.|@[1-9]x\."));

pub(super) fn may_be_in(text: &str) -> bool {
    // most texts have none, and this takes less than the pattern
    text.bytes().any(|byte| matches!(byte, b'@' | b'%' | b'&' | b'(' | b'[' | b'{' | b'<' | b'|'))
        || text.contains(['\u{FF20}', '\u{FE6B}'])
        || IN_WORDS.iter().any(|at| text.contains(at))
}

pub(super) fn removed(text: &str) -> Cow<'_, str> {
    if !may_be_in(text) {
        return text.into();
    }
    ADDRESS.replace_all(text, |found: &Captures<'_>| {
        let is_none =
            found.name("hidden").or(found.name("plain")).is_some_and(|part| NO_DOMAIN.is_match(part.as_str()));
        if is_none { found[0].to_owned() } else { MARK.to_owned() }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_go() {
        for (text, cleaned) in [
            ("Pflege, Fragen an max.muster+jobs@example.com.", "Pflege, Fragen an ***."),
            ("<max@example.com>", "<***>"),
            ("Frau Muster (max@klinik-köln.example)", "Frau Muster (***)"),
            ("max@sub.example.co.uk; eva@example.com", "***; ***"),
            ("o'neil@example.com", "***"),
            ("\"max muster\"@example.com", "***"),
            ("max@xn--klinik-kln-mcb.xn--p1ai", "***"),
            ("max＠example.com", "***"),
            ("max (at) example.com", "***"),
            ("max[at]example[dot]com", "***"),
            ("max[punkt]muster[at]example[punkt]de", "***"),
            ("max (a) example.de", "***"),
            ("max.muster @ example.de", "***"),
            ("max.muster_at_example.de", "***"),
            ("max.muster at example dot de", "***"),
            ("max.muster&#64;example&#46;de", "***"),
            ("https://example.com/?u=max.muster%28at%29example.de", "https://example.com/?u=***"),
            ("max@mu\u{308}nchen.example.de", "***"),
            ("max&#64;example.com", "***"),
            ("max&commat;example.com", "***"),
            ("mailto:max@example.com?subject=x", "mailto:***?subject=x"),
            ("https://example.com/apply?to=max%40example.com&x=1", "https://example.com/apply?to=***&x=1"),
            ("https://example.com/apply?to=max%2540example.com", "https://example.com/apply?to=***"),
            ("https://max:secret@example.com/ad", "https://max:***/ad"),
        ] {
            assert_eq!(removed(text), cleaned);
        }
    }

    #[test]
    fn what_is_none_stays() {
        for text in [
            "Pflegefachkraft (m/w/d)",
            "Care@Home",
            "Arzt (AT) St.Johann",
            "Standort (AT) www.example.at",
            "https://example.com/logo@2x.png",
            "Pflege @ Klinik",
            "https://example.com/@name/ad",
            "https://example.com/maps/@48.137,11.575",
            "https://example.com/ad?id=1%20000&lang=de",
            "Teamleitung (at work)",
            "R&D; (Station 4)",
        ] {
            assert_eq!(removed(text), text);
        }
    }
}
