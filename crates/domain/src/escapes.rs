//! What a text of JSON says that may be none.

/// A text with the escapes of JSON undone; halves of a pair that stand alone are replaced, and escapes that are none passed over.
pub fn unescaped(text: &str) -> String {
    let mut units = Vec::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(letter) = rest.next() {
        if letter != '\\' {
            units.extend(letter.encode_utf16(&mut [0; 2]).iter());
            continue;
        }
        match rest.next() {
            Some('u') => {
                let digits: String = rest.clone().take(4).collect();
                // at the end of the text there may be fewer
                if let Some(unit) = u16::from_str_radix(&digits, 16).ok().filter(|_| digits.len() == 4) {
                    rest.by_ref().take(4).for_each(drop);
                    units.push(unit);
                }
            }
            Some('n' | 't' | 'r' | 'b' | 'f') | None => units.push(u16::from(b' ')),
            Some(other) => units.extend(other.encode_utf16(&mut [0; 2]).iter()),
        }
    }
    String::from_utf16_lossy(&units)
}
