//! Keys as sources write them.

/// Marks around or before a GUID, as .NET's formats B and P and RFC 9562 have them.
const PAIRS: [(char, char); 2] = [('{', '}'), ('(', ')')];
const URN: &str = "urn:uuid:";

/// A key as it is compared and kept: GUIDs come in upper and lower case, with braces, as 32 digits, and mean the same. `None`
/// where there is none.
pub fn key(text: &str) -> Option<String> {
    let mut bare = trimmed(text);
    while let Some(inner) = PAIRS.iter().find_map(|(begin, end)| bare.strip_prefix(*begin)?.strip_suffix(*end)) {
        bare = trimmed(inner);
    }
    let lower = bare.to_ascii_lowercase();
    let key = lower.strip_prefix(URN).unwrap_or(&lower);
    if key.len() == 32 && key.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Some([&key[..8], &key[8..12], &key[12..16], &key[16..20], &key[20..]].join("-"));
    }
    if key.is_empty() { None } else { Some(key.to_owned()) }
}

/// A key or a name as somebody would compare it: as a key is, and where it is none, without regard to case and to how much white
/// space there is.
pub fn comparable(text: &str) -> String {
    crate::folded(&key(text).unwrap_or_default())
}

/// Without what nobody sees at its ends.
fn trimmed(text: &str) -> &str {
    text.trim_matches(|letter: char| letter.is_whitespace() || matches!(letter, '\u{feff}' | '\u{200b}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_a_guid_is_written_it_is_the_same() {
        for (came, kept) in [
            ("83360FFF-0663-4df2-a37b-8d014e3b1ec8", Some("83360fff-0663-4df2-a37b-8d014e3b1ec8")),
            (" {83360FFF-0663-4DF2-A37B-8D014E3B1EC8}\n", Some("83360fff-0663-4df2-a37b-8d014e3b1ec8")),
            ("({83360FFF-0663-4DF2-A37B-8D014E3B1EC8})", Some("83360fff-0663-4df2-a37b-8d014e3b1ec8")),
            ("83360FFF06634DF2A37B8D014E3B1EC8", Some("83360fff-0663-4df2-a37b-8d014e3b1ec8")),
            ("urn:uuid:83360fff-0663-4df2-a37b-8d014e3b1ec8", Some("83360fff-0663-4df2-a37b-8d014e3b1ec8")),
            ("\u{feff}83360fff-0663-4df2-a37b-8d014e3b1ec8\u{200b}", Some("83360fff-0663-4df2-a37b-8d014e3b1ec8")),
            ("{ A }", Some("a")),
            ("{a", Some("{a")),
            ("Ä", Some("Ä")),
            ("ääääääääääääääää", Some("ääääääääääääääää")),
            ("", None),
            (" \u{a0}", None),
            ("{ }", None),
            ("{}", None),
        ] {
            assert_eq!(key(came).as_deref(), kept, "{came:?}");
        }
    }
}
