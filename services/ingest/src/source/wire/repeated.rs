//! Records that are JSON and that serde does not read: with two members of one name, or a number that no double holds.

use serde_json::value::RawValue;

use super::members::Members;

/// Objects and lists within each other; serde_json reads no more either.
const DEEPEST: usize = 128;

/// A record of which everything can be read, and what was done for that.
#[derive(Debug, PartialEq, Eq)]
pub struct Settled {
    /// Of members with one name only the last is left, and numbers beyond a double (`1e999`) are texts.
    pub json: String,
    /// Path of each member that came again, places in lists left out: `location.address`, `data.[].value`.
    pub repeated: Vec<String>,
}

/// Settles what can be settled; `None` when there is nothing to settle.
pub fn settled(json: &str) -> Option<Settled> {
    let mut settling = Settling { json: String::with_capacity(json.len()), repeated: Vec::new(), is_other: false };
    settling.value(json.trim(), "", 0)?;
    let Settling { json, repeated, is_other } = settling;
    is_other.then_some(Settled { json, repeated })
}

struct Settling {
    json: String,
    repeated: Vec<String>,
    is_other: bool,
}

impl Settling {
    fn value(&mut self, raw: &str, path: &str, depth: usize) -> Option<()> {
        match raw.as_bytes().first()? {
            b'{' if depth < DEEPEST => self.object(raw, path, depth),
            b'[' if depth < DEEPEST => self.list(raw, path, depth),
            b'-' | b'0'..=b'9' if raw.parse().is_ok_and(f64::is_infinite) => {
                self.is_other = true;
                self.json.push_str(&serde_json::to_string(raw).ok()?);
                Some(())
            }
            _ => {
                self.json.push_str(raw);
                Some(())
            }
        }
    }

    fn object(&mut self, raw: &str, path: &str, depth: usize) -> Option<()> {
        let Members(members) = serde_json::from_str(raw).ok()?;
        let mut before = '{';
        for (place, (name, value)) in members.iter().enumerate() {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            if members[place + 1..].iter().any(|(other, _)| other == name) {
                self.is_other = true;
                self.repeated.push(path);
                continue;
            }
            self.json.push(before);
            self.json.push_str(&serde_json::to_string(name).ok()?);
            self.json.push(':');
            self.value(value.get(), &path, depth + 1)?;
            before = ',';
        }
        self.json.push_str(if before == '{' { "{}" } else { "}" });
        Some(())
    }

    fn list(&mut self, raw: &str, path: &str, depth: usize) -> Option<()> {
        let items: Vec<&RawValue> = serde_json::from_str(raw).ok()?;
        let path = format!("{path}.[]");
        let mut before = '[';
        for item in &items {
            self.json.push(before);
            self.value(item.get(), &path, depth + 1)?;
            before = ',';
        }
        self.json.push_str(if items.is_empty() { "[]" } else { "]" });
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_a_name_counts_and_no_number_is_too_large() {
        for (came, json, repeated) in [
            (r#" {"a":1, "b":[ ], "a":2} "#, r#"{"b":[],"a":2}"#, &["a"][..]),
            (r#"{"a":1,"\u0061":{"x":1,"x":2}}"#, r#"{"a":{"x":2}}"#, &["a", "a.x"]),
            (r#"{"a":[{"b":1,"b":2,"b":3},{}]}"#, r#"{"a":[{"b":3},{}]}"#, &["a.[].b", "a.[].b"]),
            (r#"{"a":1e999,"b":-1e999,"c":1e-999}"#, r#"{"a":"1e999","b":"-1e999","c":1e-999}"#, &[]),
        ] {
            let settled = settled(came).unwrap();
            assert_eq!(
                (settled.json.as_str(), settled.repeated),
                (json, repeated.iter().map(ToString::to_string).collect())
            );
        }
        for same in ["{}", "[]", "7", r#"{"a":{"a":{"a":"{\"b\":1,\"b\":1}"}}}"#, "{\"a\":", ""] {
            assert_eq!(settled(same), None, "{same}");
        }
    }

    #[test]
    fn however_deep_it_is_it_ends() {
        let deep = format!("{{\"a\":1,\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(settled(&deep).unwrap().repeated, ["a"]);
    }
}
