//! Characters of which only half is there.

/// The JSON with U+FFFD in the place of each escape that is half a surrogate pair, or NUL, which no database keeps; `None` when
/// there is none.
pub(super) fn without_halves(json: &str) -> Option<String> {
    let (mut kept, mut done) = (String::new(), 0);
    let mut escapes = units(json).peekable();
    while let Some((at, unit)) = escapes.next() {
        let is_other_half = |next: &(usize, u16)| next.0 == at + 6 && matches!(next.1, 0xdc00..0xe000);
        match unit {
            0xd800..0xdc00 if escapes.next_if(is_other_half).is_some() => {}
            0 | 0xd800..0xe000 => {
                kept.push_str(&json[done..at]);
                kept.push_str("\\ufffd");
                done = at + 6;
            }
            _ => {}
        }
    }
    (done > 0).then(|| kept + &json[done..])
}

/// Whether a text in it has the escape for NUL.
pub fn holds_nul(json: &str) -> bool {
    // most have no such letters, escaped or not
    json.contains("\\u0000") && units(json).any(|(_, unit)| unit == 0)
}

/// The UTF-16 units that are written as `\uXXXX`, and where each begins. A backslash behind a backslash begins none.
fn units(json: &str) -> impl Iterator<Item = (usize, u16)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let found = at + json[at..].find('\\')?;
            at = found + 1 + json[found + 1..].chars().next()?.len_utf8();
            if let Some(unit) = unit(json, found) {
                return Some((found, unit));
            }
        }
    })
}

/// The UTF-16 unit of an escape `\uXXXX` that begins here.
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
