//! What may be shown of a text, and how much room it takes.

/// The text on one line, without what XML forbids and without what turns the direction of the text around it.
pub(crate) fn clean(text: &str) -> String {
    let seen = text.chars().filter_map(|letter| match letter {
        // no line may end there
        '\u{a0}' | '\u{202f}' => Some(letter),
        _ if letter.is_whitespace() => Some(' '),
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fdd0}'..='\u{fdef}' => None,
        // the last two code points of every plane are no characters
        _ if letter.is_control() || u32::from(letter) & 0xfffe == 0xfffe => None,
        _ => Some(letter),
    });
    seen.collect()
}

/// About how wide the text is, in `em`. The font is the reader's, so this is rather too much than too little.
pub(super) fn width(text: &str) -> f64 {
    text.chars().map(letter_width).sum()
}

fn letter_width(letter: char) -> f64 {
    match letter {
        ' ' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | 'i' | 'j' | 'l' | 'I' | '\u{a0}' | '\u{202f}' => 0.3,
        'f' | 't' | 'r' | '(' | ')' | '-' | '/' => 0.4,
        'm' | 'w' | 'M' | 'W' | '%' | '&' => 0.92,
        'A'..='Z' | 'Ä' | 'Ö' | 'Ü' => 0.7,
        '\u{1100}'.. if !('\u{2000}'..='\u{206f}').contains(&letter) => 1.05,
        _ => 0.58,
    }
}

pub(super) fn cut(text: &str, room: f64) -> String {
    let text = clean(text);
    if width(&text) <= room {
        return text;
    }
    // what … takes
    let mut taken = 0.9;
    let fits = |letter: &char| {
        taken += letter_width(*letter);
        taken <= room
    };
    let mut kept: String = text.chars().take_while(fits).collect();
    kept.truncate(kept.trim_end().len());
    kept.push('…');
    kept
}
