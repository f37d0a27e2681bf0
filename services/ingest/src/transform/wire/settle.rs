//! Records that are JSON and that serde does not read: with two members of one name, a number that no double holds, half a
//! character, or more levels than it follows.

use std::collections::HashMap;

use serde_json::value::RawValue;

use super::{
    fields,
    members::{Member, Members},
    scalar::REPEATED,
};

/// Objects and lists within each other; serde_json follows 128.
const DEEPEST: usize = 100;
/// In the place of a number that no double holds, so that it stays a number.
const LARGEST: &str = "1.7976931348623157e308";

const HALF: &str = "half a character or NUL, replaced by U+FFFD";
const TOO_LARGE: &str = "a number that no double holds, taken as the largest";
const TOO_DEEP: &str = "more than 100 levels, left out from there";

/// A record of which everything can be read, and what was done for that.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Settled {
    /// Of members with one name only the last is left; what no database or no parser takes is replaced.
    pub(crate) json: String,
    /// Field, as far as the contract names it, and what about it.
    pub(crate) remarks: Vec<(String, &'static str)>,
}

/// Settles what can be settled; `None` when there is nothing to settle.
pub(crate) fn settled(json: &str) -> Option<Settled> {
    let halves = without_halves(json);
    let mut settling =
        Settling { json: String::with_capacity(json.len()), remarks: Vec::new(), is_other: halves.is_some() };
    if halves.is_some() {
        settling.remarks.push((String::new(), HALF));
    }
    settling.value(halves.as_deref().unwrap_or(json).trim(), "", 0)?;
    let Settling { json, remarks, is_other } = settling;
    is_other.then_some(Settled { json, remarks })
}

struct Settling {
    json: String,
    remarks: Vec<(String, &'static str)>,
    is_other: bool,
}

impl Settling {
    fn value(&mut self, raw: &str, path: &str, depth: usize) -> Option<()> {
        match raw.as_bytes().first()? {
            b'{' | b'[' if depth >= DEEPEST => self.instead(path, TOO_DEEP, "null"),
            b'{' => return self.object(raw, path, depth),
            b'[' => return self.list(raw, path, depth),
            b'-' | b'0'..=b'9' if raw.parse().is_ok_and(f64::is_infinite) => {
                self.instead(path, TOO_LARGE, &format!("{}{LARGEST}", if raw.starts_with('-') { "-" } else { "" }));
            }
            _ => self.json.push_str(raw),
        }
        Some(())
    }

    fn instead(&mut self, path: &str, what: &'static str, value: &str) {
        self.remark(path, what);
        self.json.push_str(value);
    }

    fn remark(&mut self, path: &str, what: &'static str) {
        self.is_other = true;
        self.remarks.push((fields::shown(path), what));
    }

    fn object(&mut self, raw: &str, path: &str, depth: usize) -> Option<()> {
        let Members(members) = serde_json::from_str(raw).ok()?;
        let names: Vec<String> = members.iter().map(Member::name).collect();
        let last: HashMap<&str, usize> = names.iter().enumerate().map(|(place, name)| (name.as_str(), place)).collect();
        let mut before = '{';
        for (place, (name, member)) in names.iter().zip(&members).enumerate() {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            if last.get(name.as_str()) != Some(&place) {
                self.remark(&path, REPEATED);
                continue;
            }
            self.json.push(before);
            self.json.push_str(member.raw_name.get());
            self.json.push(':');
            self.value(member.value.get(), &path, depth + 1)?;
            before = ',';
        }
        self.json.push_str(if before == '{' { "{}" } else { "}" });
        Some(())
    }

    fn list(&mut self, raw: &str, path: &str, depth: usize) -> Option<()> {
        let items: Vec<&RawValue> = serde_json::from_str(raw).ok()?;
        let mut before = '[';
        for (place, item) in items.iter().enumerate() {
            self.json.push(before);
            self.value(item.get(), &format!("{path}[{place}]"), depth + 1)?;
            before = ',';
        }
        self.json.push_str(if items.is_empty() { "[]" } else { "]" });
        Some(())
    }
}

/// The JSON with U+FFFD for each escape that is half a surrogate pair, or NUL, which no database keeps; `None` without any.
fn without_halves(json: &str) -> Option<String> {
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

pub(crate) fn holds_nul(json: &str) -> bool {
    units(json).any(|(_, unit)| unit == 0)
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

fn unit(json: &str, at: usize) -> Option<u16> {
    let digits = json.get(at..at + 6)?.strip_prefix("\\u")?;
    let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    if is_hex { u16::from_str_radix(digits, 16).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_a_name_counts_and_no_number_is_too_large() {
        for (came, json, remarks) in [
            (r#" {"id":1, "data":[ ], "id":2} "#, r#"{"data":[],"id":2}"#, &[("id", REPEATED)][..]),
            (
                r#"{"location":1,"locatio\u006e":{"address":1,"address":2}}"#,
                r#"{"locatio\u006e":{"address":2}}"#,
                &[("location", REPEATED), ("location.address", REPEATED)],
            ),
            (
                r#"{"data":[{"value":{"x":1,"x":2,"x":3}},{}]}"#,
                r#"{"data":[{"value":{"x":3}},{}]}"#,
                &[("data.[].value", REPEATED), ("data.[].value", REPEATED)],
            ),
            (
                r#"{"number":1e999,"jobId":-1e999,"x":1e-999}"#,
                r#"{"number":1.7976931348623157e308,"jobId":-1.7976931348623157e308,"x":1e-999}"#,
                &[("number", TOO_LARGE), ("jobId", TOO_LARGE)],
            ),
            (r#"{"email":"\ud800x"}"#, r#"{"email":"\ufffdx"}"#, &[("", HALF)]),
        ] {
            let expected: Vec<_> = remarks.iter().map(|(path, what)| ((*path).to_owned(), *what)).collect();
            assert_eq!(settled(came), Some(Settled { json: json.to_owned(), remarks: expected }));
        }
        for same in ["{}", "[]", "7", r#"{"a":{"a":{"a":"{\"b\":1,\"b\":1}"}}}"#, "{\"a\":", ""] {
            assert_eq!(settled(same), None, "{same}");
        }
    }

    #[test]
    fn however_deep_it_is_it_ends_and_can_be_read() {
        for levels in [10, 99, 100, 101, 127, 128, 100_000] {
            let deep = format!("{{\"id\":1,\"source\":{}{}}}", "[".repeat(levels), "]".repeat(levels));
            let settled = settled(&deep);
            assert_eq!(settled.is_some(), levels > 99, "{levels}");
            if let Some(settled) = settled {
                assert_eq!(settled.remarks, [("source".to_owned(), TOO_DEEP)]);
                assert!(serde_json::from_str::<serde_json::Value>(&settled.json).is_ok(), "{levels}");
            }
        }
    }

    #[test]
    fn many_members_are_settled_as_fast_as_they_are_read() {
        let members = |count: u32| (0..count).map(|number| format!("\"m{number}\":1")).collect::<Vec<_>>().join(",");
        // as many as took half a minute when each was held against all others
        let json = format!("{{\"id\":1,\"id\":2,{}}}", members(80_000));
        assert_eq!(settled(&json).unwrap().remarks.len(), 1);
    }

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

    #[test]
    fn nul_is_told_from_its_spelling() {
        assert!(holds_nul(r#""a\u0000b""#));
        assert!(!holds_nul(r#""a\\u0000b""#));
        assert!(holds_nul(r#""a\\\u0000b""#));
    }
}
