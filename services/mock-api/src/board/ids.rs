//! Ids in the forms that the board's document shows.

use uuid::Uuid;

use crate::ticks::{SECOND, Ticks};

/// Of a listing: 24 hexadecimal digits, of which the first eight are the time, as in the document's example.
pub(super) fn listing(now: Ticks) -> String {
    let random = Uuid::new_v4().simple().to_string();
    // eight digits have room until 2106
    format!("{:08x}{}", (now.0 / SECOND) & 0xffff_ffff, &random[..16])
}

/// Of an attachment: ten capital letters.
pub(super) fn attachment() -> String {
    Uuid::new_v4().as_bytes().iter().take(10).map(|byte| char::from(b'A' + byte % 26)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_look_like_those_of_the_document() {
        let listing = listing(Ticks(1_476_957_812 * SECOND));
        assert!(listing.len() == 24 && listing.starts_with("58089674"), "{listing}");
        assert!(listing.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let attachment = attachment();
        assert!(attachment.len() == 10 && attachment.bytes().all(|byte| byte.is_ascii_uppercase()), "{attachment}");
    }
}
