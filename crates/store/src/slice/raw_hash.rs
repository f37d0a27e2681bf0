//! How a record came, told from how it came the last time without reading it: a hash of its bytes.

use twox_hash::XxHash3_128;

/// Digits of the content hash that stand in a text.
const TIE: usize = 16;

/// A hash of a record's bytes, and the form of the rows that were made of such bytes.
///
/// XXH3 with 128 bits: two versions of one record that differ have the same hash once in 10³⁸ times, and it takes a hundredth
/// of the time that reading the record does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawHash {
    form: u32,
    hash: u128,
}

impl RawHash {
    /// Of a record as it came. Whoever makes another row of the same bytes than before gives another form.
    pub fn of(raw: &str, form: u32) -> Self {
        Self { form, hash: XxHash3_128::oneshot(raw.as_bytes()) }
    }

    /// As it is kept beside a row: the form, the beginning of the row's content hash, and the hash. By the content hash it
    /// is told from one that stayed behind when a program that does not know of it wrote the row.
    pub(crate) fn beside(&self, content_hash: &str) -> String {
        let Self { form, hash } = self;
        format!("{form}:{}:{hash:032x}", tie(content_hash))
    }

    /// Whether what is kept beside a row says that the row was made of these bytes, in this form.
    pub(super) fn made(&self, kept: &str, content_hash: &str) -> bool {
        let parts = || {
            let (made, hash) = kept.rsplit_once(':')?;
            let (form, tied) = made.split_once(':')?;
            Some((form.parse().ok()?, tied, u128::from_str_radix(hash, 16).ok()?))
        };
        parts() == Some((self.form, tie(content_hash), self.hash))
    }
}

/// Whether two of them, kept beside rows of the same content, are of one form; their bytes may differ.
pub(super) fn are_of_one_form(one: &str, other: &str) -> bool {
    let [one, other] = [one, other].map(|kept| kept.rsplit_once(':').map(|(form, _)| form));
    one == other
}

fn tie(content_hash: &str) -> &str {
    content_hash.get(..TIE).unwrap_or(content_hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_recognised_by_its_bytes_its_form_and_its_content() {
        let (hash, content) = (RawHash::of("{\"id\":\"ü\"}", 3), "0123456789abcdef0123");
        let kept = hash.beside(content);
        assert_eq!(kept, "3:0123456789abcdef:a896c66686a6c308d26ccd43f33b1a77");
        assert!(hash.made(&kept, content));
        assert!(!RawHash::of("{\"id\": \"ü\"}", 3).made(&kept, content), "other bytes");
        assert!(!RawHash::of("{\"id\":\"ü\"}", 4).made(&kept, content), "another form");
        assert!(!hash.made(&kept, "f123456789abcdef0123"), "another content");
        for odd in ["", "3", "3:0123456789abcdef", "x:0123456789abcdef:00", "3:0123456789abcdef:"] {
            assert!(!hash.made(odd, content), "{odd}");
        }
    }

    #[test]
    fn forms_are_told_apart() {
        let kept = |raw, form| RawHash::of(raw, form).beside("0123456789abcdef");
        assert!(are_of_one_form(&kept("a", 1), &kept("b", 1)));
        assert!(!are_of_one_form(&kept("a", 1), &kept("a", 2)));
        assert!(!are_of_one_form("", &kept("a", 2)));
    }
}
