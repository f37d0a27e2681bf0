//! Texts as people and their editors leave them: plain, HTML, or HTML that was stored as text; and whether there is anything
//! to be read in one.

mod decode;
mod names;
mod nesting;
mod shown;
mod tags;
#[cfg(test)]
mod tests;

pub use names::HIDDEN;

/// How often HTML is stored as text. What is wrapped up more often was not meant to be anything, and is unwrapped all at once.
const MOST_LAYERS: usize = 8;

/// What a text turns out to be. Neither has white space around it, nor control characters other than tabs and line breaks (U+000A).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Text {
    /// Characters as they are meant: without a tag, and without an entity that could be decoded.
    Plain(String),
    /// At least one tag. A `<` that begins no tag is an entity, and each tag has its end.
    Html(String),
}

impl Text {
    /// Reads a text. One without a tag is decoded until it has one, or there is nothing to decode: some editors store HTML as
    /// text, and some put entities into plain text.
    pub fn read(text: &str) -> Self {
        Self::read_with(text, names::is_known)
    }

    fn read_with(text: &str, is_known: fn(&str) -> bool) -> Self {
        let mut text = without_marks(text);
        for layer in 0..=MOST_LAYERS {
            if let Some(html) = tags::mended(&text, is_known) {
                return Self::Html(html.trim().to_owned());
            }
            let decoded = if layer < MOST_LAYERS { decode::once(&text) } else { None };
            let Some(decoded) = decoded else { break };
            text = without_marks(&decoded);
        }
        text = without_marks(&decode::fully(&text));
        match tags::mended(&text, is_known) {
            Some(html) => Self::Html(html.trim().to_owned()),
            None => Self::Plain(text),
        }
    }

    /// Whether a reader would see nothing: no word, and no image either.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Plain(text) => !has_visible(text),
            Self::Html(html) => {
                let shown = shown::of(html);
                !shown.has_image && !has_visible(&shown.text)
            }
        }
    }
}

/// Whether a reader would see nothing of this, be it plain or HTML.
pub fn is_blank(text: &str) -> bool {
    let is_plain = !text.contains(['<', '&']);
    if is_plain { !has_visible(text) } else { Text::read(text).is_blank() }
}

/// A text on one line: no tags, no entities, no control characters, of the invisible ones none that breaks a line or turns its
/// direction, one blank where there was any white space. `None` if nothing could be seen of it. An element that HTML knows is
/// one here only if people use it in titles, or if it has an end or a value: `<Data> Engineer` is none.
pub fn line(text: &str) -> Option<String> {
    let mut text = text.to_owned();
    for _ in 0..MOST_LAYERS {
        match Text::read_with(&text, names::is_of_titles) {
            Text::Plain(plain) => {
                text = seen_of(&plain);
                // without them it may be another text: `<\u{ad}b>`
                if text == plain {
                    break;
                }
            }
            Text::Html(html) => text = shown::of(&html).text,
        }
    }
    let seen = seen_of(&text);
    let line = seen.split(|letter: char| letter.is_whitespace() || letter.is_control());
    let line = line.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    Some(line).filter(|line| has_visible(line))
}

fn seen_of(text: &str) -> String {
    text.chars().filter(|letter| !is_left_out(*letter)).collect()
}

/// Whether there is a character that shows.
pub fn has_visible(text: &str) -> bool {
    text.chars().any(|letter| !(letter.is_whitespace() || letter.is_control() || is_invisible(letter)))
}

/// Characters without ink: `Default_Ignorable_Code_Point` of Unicode as far as texts have them, and the empty Braille cell.
/// <https://www.unicode.org/Public/UCD/latest/ucd/DerivedCoreProperties.txt>
fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

/// Where a line may break, marks of an encoding, and what turns the direction of all that follows: they have no use on a line.
/// Other invisible ones join letters, or say how one is drawn.
fn is_left_out(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Line breaks of all kinds as U+000A, tabs as they are, no other control characters, no marks of a CDATA section (what stands in
/// one stays), no white space around.
fn without_marks(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let kept = text.chars().filter_map(|letter| match letter {
        '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\t' | '\n' => Some(letter),
        '\u{feff}' => None,
        _ if letter.is_control() => None,
        _ => Some(letter),
    });
    without_cdata(kept.collect()).trim().to_owned()
}

fn without_cdata(text: String) -> String {
    const BEGIN: &str = "<![CDATA[";
    const END: &str = "]]>";
    if !text.contains("<![") {
        return text;
    }
    let (mut kept, mut open) = (String::with_capacity(text.len()), 0_usize);
    for letter in text.chars() {
        // marks that stand together only once others are gone, go as well
        kept.push(letter);
        if kept.ends_with(BEGIN) {
            kept.truncate(kept.len() - BEGIN.len());
            open += 1;
        } else if open > 0 && kept.ends_with(END) {
            kept.truncate(kept.len() - END.len());
            open -= 1;
        }
    }
    kept
}
