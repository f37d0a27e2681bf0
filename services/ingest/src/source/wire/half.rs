//! Characters of which only half is there.

/// The JSON with U+FFFD in the place of each escape that is half a surrogate pair, or NUL, which no database keeps; `None` when
/// there is none.
pub(super) fn without_halves(json: &str) -> Option<String> {
    let mut kept = String::new();
    let (mut done, mut at) = (0, 0);
    while let Some(found) = json[at..].find('\\').map(|place| at + place) {
        let escape = unit(json, found);
        at = found + 2;
        match escape {
            Some(0xd800..0xdc00) if matches!(unit(json, found + 6), Some(0xdc00..0xe000)) => at = found + 12,
            Some(0 | 0xd800..0xe000) => {
                kept.push_str(&json[done..found]);
                kept.push_str("\\ufffd");
                (done, at) = (found + 6, found + 6);
            }
            _ => {}
        }
        // a letter of several bytes may follow a backslash in what is no JSON
        while !json.is_char_boundary(at.min(json.len())) {
            at += 1;
        }
        at = at.min(json.len());
    }
    (done > 0).then(|| kept + &json[done..])
}

/// The UTF-16 unit of an escape `\\uXXXX` that begins here.
fn unit(json: &str, at: usize) -> Option<u16> {
    let digits = json.get(at..at + 6)?.strip_prefix("\\u")?;
    let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    if is_hex { u16::from_str_radix(digits, 16).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_pair_is_replaced_and_a_whole_one_stays() {
        for (came, kept) in [
            (r#""a\ud83db""#, Some(r#""a\ufffdb""#)),
            (r#""\udc00""#, Some(r#""\ufffd""#)),
            (r#""\ud83d\ud83d\ude00""#, Some(r#""\ufffd\ud83d\ude00""#)),
            (r#""a\u0000\uD83D""#, Some(r#""a\ufffd\ufffd""#)),
            (r#""\ud83d\ude00""#, None),
            (r#""\\ud83d \\u0000""#, None),
            (r#""\\\u0000""#, Some(r#""\\\ufffd""#)),
            ("\"\\ü\"", None),
            ("\\", None),
            ("\\u12", None),
        ] {
            assert_eq!(without_halves(came).as_deref(), kept, "{came}");
        }
    }
}
