//! Keys as sources write them.

/// A key as it is compared and kept: GUIDs come in upper and lower case, and with braces, and mean the same. `None` where
/// there is none.
pub fn key(text: &str) -> Option<String> {
    let text = text.trim();
    let bare = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).map_or(text, str::trim);
    if bare.is_empty() { None } else { Some(bare.to_ascii_lowercase()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_blanks_and_braces_do_not_count() {
        for (came, kept) in [
            ("83360FFF-0663-4df2-a37b-8d014e3b1ec8", Some("83360fff-0663-4df2-a37b-8d014e3b1ec8")),
            (" {83360FFF-0663-4DF2-A37B-8D014E3B1EC8}\n", Some("83360fff-0663-4df2-a37b-8d014e3b1ec8")),
            ("{ A }", Some("a")),
            ("{a", Some("{a")),
            ("Ä", Some("Ä")),
            ("", None),
            (" \u{a0}", None),
            ("{ }", None),
        ] {
            assert_eq!(key(came).as_deref(), kept, "{came:?}");
        }
    }
}
