//! What a file is, by its bytes: the board takes images, texts and PDF, and no archives whatever they are called.
//!
//! The begin of a file alone misleads: a text may begin with `BM` like a bitmap, a style sheet may hold a drawing, and a PDF may
//! begin with something else. So what reads as a text is one, unless it is of a format that is written in letters.

use std::borrow::Cow;

use encoding_rs::{Encoding, WINDOWS_1252};
use infer::MatcherType;

/// What a file is announced as, and what its name ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MediaType {
    pub(crate) name: &'static str,
    pub(crate) extension: &'static str,
}

const PDF: MediaType = MediaType { name: "application/pdf", extension: "pdf" };
const DRAWING: MediaType = MediaType { name: "image/svg+xml", extension: "svg" };
const STYLES: MediaType = MediaType { name: "text/css", extension: "css" };
const TEXT: MediaType = MediaType { name: "text/plain", extension: "txt" };

/// Where the header of a PDF may be: "Acrobat viewers require only that the header appear somewhere within the first 1024 bytes
/// of the file" (Adobe, PDF Reference 1.7, appendix H, note 13).
const HEADER_WITHIN: usize = 1024;

/// Formats that are written in letters, and are no texts to be shown.
const IN_LETTERS: [&str; 2] = ["application/rtf", "application/postscript"];

impl MediaType {
    /// Judges by the bytes; `path` only tells one kind of text from another. An error says what it is instead.
    pub(super) fn of(bytes: &[u8], path: &str) -> Result<Self, String> {
        if bytes.is_empty() {
            return Err("it is empty".to_owned());
        }
        let (found, text) = (infer::get(bytes), letters(bytes));
        let in_letters = found.is_some_and(|found| IN_LETTERS.contains(&found.mime_type()));
        // before all else, since a PDF of plain characters reads as a text
        if begins_a_pdf(bytes) {
            return Ok(PDF);
        }
        if let Some(text) = text.filter(|_| !in_letters) {
            // a text may speak of %PDF-1.7, too, so its name has to say it as well
            return if has_pdf_header(bytes) && ends_with(path, ".pdf") { Ok(PDF) } else { Self::of_text(&text, path) };
        }
        match found {
            Some(found) if found.matcher_type() == MatcherType::Image => {
                Ok(Self { name: found.mime_type(), extension: found.extension() })
            }
            Some(found) if found.matcher_type() == MatcherType::Archive => {
                Err(format!("it is an archive ({}); the board takes images, texts and PDF", found.mime_type()))
            }
            Some(found) if found.matcher_type() != MatcherType::Text => {
                Err(format!("it is {}; the board takes images, texts and PDF", found.mime_type()))
            }
            _ if has_pdf_header(bytes) => Ok(PDF),
            _ => Err("it is neither an image nor a text nor a PDF".to_owned()),
        }
    }

    fn of_text(text: &str, path: &str) -> Result<Self, String> {
        match root(text).to_ascii_lowercase().as_str() {
            "svg" => Ok(DRAWING),
            "!doctype html" | "html" => Err("it is a web page, not a file".to_owned()),
            _ if ends_with(path, ".css") => Ok(STYLES),
            _ => Ok(TEXT),
        }
    }
}

fn ends_with(path: &str, end: &str) -> bool {
    path.to_ascii_lowercase().ends_with(end)
}

/// The characters of a text in UTF-8, in UTF-16 with a byte order mark, or else in Windows-1252, of which ISO 8859-1 is a part as
/// far as texts have it. `None` if there is a control character that no text has.
fn letters(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let text = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => encoding.decode_without_bom_handling_and_without_replacement(&bytes[mark..])?,
        None => {
            std::str::from_utf8(bytes).map_or_else(|_| WINDOWS_1252.decode_without_bom_handling(bytes).0, Cow::Borrowed)
        }
    };
    let is_of_text = |letter: char| !letter.is_control() || matches!(letter, '\t' | '\n' | '\r' | '\u{c}');
    text.chars().all(is_of_text).then_some(text)
}

fn begins_a_pdf(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let blank = bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    blank < HEADER_WITHIN && bytes[blank..].starts_with(b"%PDF-")
}

fn has_pdf_header(bytes: &[u8]) -> bool {
    let version = |window: &[u8]| window.starts_with(b"%PDF-") && window[5].is_ascii_digit();
    bytes[..bytes.len().min(HEADER_WITHIN + 5)].windows(6).any(version)
}

/// The name of the first element of XML or HTML without its prefix, or `!doctype html`; empty if it begins with something else.
fn root(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        let lower = rest.get(..9).map(str::to_ascii_lowercase).unwrap_or_default();
        let after = if rest.starts_with("<!--") {
            rest.split_once("-->").map(|(_, after)| after)
        } else if rest.starts_with("<?") {
            rest.split_once("?>").map(|(_, after)| after)
        } else if lower == "<!doctype" {
            let of = rest[9..].trim_start();
            if of.get(..4).is_some_and(|name| name.eq_ignore_ascii_case("html")) {
                return "!doctype html";
            }
            // it may declare entities, in brackets
            let end = rest.find('>');
            let bracket = rest.find('[').filter(|bracket| end.is_none_or(|end| *bracket < end));
            match bracket {
                Some(_) => rest.split_once(']').and_then(|(_, after)| after.split_once('>')).map(|(_, after)| after),
                None => rest.split_once('>').map(|(_, after)| after),
            }
        } else {
            break;
        };
        let Some(after) = after else { return "" };
        rest = after.trim_start();
    }
    let Some(name) = rest.strip_prefix('<') else { return "" };
    let name = &name[..name.find(|letter: char| letter.is_whitespace() || "/>".contains(letter)).unwrap_or(name.len())];
    name.rsplit(':').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bytes: &[u8], path: &str) -> Result<&'static str, String> {
        MediaType::of(bytes, path).map(|media_type| media_type.name)
    }

    #[test]
    fn bytes_tell_what_a_file_is() {
        for (bytes, path, name) in [
            (&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], "/logo.gif", "image/png"),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", "/x", "image/jpeg"),
            (b"GIF89a\x01\0", "/x", "image/gif"),
            (b"BM\x36\0\0\0\0\0\0\0\x36\0\0\0", "/x", "image/bmp"),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\n%PDF-1.7\n", "/x.pdf", "image/png"),
        ] {
            assert_eq!(of(bytes, path), Ok(name), "{path}");
        }
    }

    #[test]
    fn a_pdf_is_one_with_something_before_its_header_too() {
        let junk = [b"\x01".repeat(1000), b"%PDF-1.4\n".to_vec()].concat();
        for bytes in [
            &b"%PDF-1.7\n"[..],
            b"\n\n%PDF-1.7\n\x80\x81",
            b"\r\n\r\n%PDF-1.4",
            b"\xef\xbb\xbf%PDF-1.4\n\x80",
            b"Content-Type: application/pdf\r\n\r\n%PDF-1.4\n",
            b"\0\0\x01%PDF-2.0\n\x80\x81",
            &junk,
        ] {
            assert_eq!(of(bytes, "/flyer.pdf"), Ok("application/pdf"), "{:?}", String::from_utf8_lossy(bytes));
        }
        assert_eq!(of(b"How to read %PDF-1.4 files", "/x.txt"), Ok("text/plain"));
        let late = [b"\x01".repeat(1030), b"%PDF-1.4\n".to_vec()].concat();
        assert!(of(&late, "/flyer.pdf").is_err());
    }

    #[test]
    fn a_drawing_is_what_has_one_as_its_root() {
        for (text, path, name) in [
            ("<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "/x", "image/svg+xml"),
            ("<?xml version=\"1.0\"?>\n<!-- made by > hand -->\n<svg>", "/x.svg", "image/svg+xml"),
            ("\u{feff}<svg:svg xmlns:svg=\"http://www.w3.org/2000/svg\">", "/x", "image/svg+xml"),
            (
                "<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://www.w3.org/x.dtd\" [<!ENTITY a \"b\">]><svg>",
                "/x",
                "image/svg+xml",
            ),
            ("<!DOCTYPE svg><svg>", "/x", "image/svg+xml"),
            ("p { background: url(\"data:image/svg+xml;utf8,<svg xmlns='x'/>\") }", "/style.css", "text/css"),
            ("/* <svg> */ h1 { color: red }", "/STYLE.CSS", "text/css"),
            ("<!-- h1 { color: red } -->", "/style.css", "text/css"),
            ("<!-- h1 { color: red }", "/style.css", "text/css"),
            ("how to write <svg>", "/x.txt", "text/plain"),
            ("<svgx>", "/x.txt", "text/plain"),
            ("<p>A text.</p>", "/x.txt", "text/plain"),
            ("<?xml version=\"1.0\"?><jobs/>", "/x.xml", "text/plain"),
        ] {
            assert_eq!(of(text.as_bytes(), path), Ok(name), "{text}");
        }
    }

    #[test]
    fn a_text_is_one_in_whatever_letters_it_is_written() {
        for (bytes, path, name) in [
            (&b"Gr\xc3\xbc\xc3\x9fe"[..], "/x.txt", "text/plain"),
            (b"Gr\xfc\xdfe", "/x.txt", "text/plain"),
            (b"\x84Gr\xfc\xdfe\x93 \x96 \x80 5", "/x.txt", "text/plain"),
            (b"h1::before { content: \"\xbb\" }\r\n\x0c\t", "/style.css", "text/css"),
            (b"\xef\xbb\xbfh1 { color: red }", "/style.css", "text/css"),
            (b"\xff\xfeG\0r\0\xfc\0", "/x.txt", "text/plain"),
            (b"\xfe\xff\0G\0r\0\xfc", "/x.txt", "text/plain"),
            (b"BM Klinik sucht", "/x.txt", "text/plain"),
            (b"CWS Klinik sucht", "/x.txt", "text/plain"),
            (b"#! sic", "/x.txt", "text/plain"),
        ] {
            assert_eq!(of(bytes, path), Ok(name), "{:?}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn what_the_board_does_not_take_is_refused_whatever_it_is_called() {
        for (bytes, says) in [
            (&b"PK\x03\x04\x14\0\0\0\x08\0"[..], "archive"),
            (b"PK\x03\x04\x14\0\0\0\0\0\0flyer.pdf%PDF-1.7\n", "archive"),
            (b"\x1f\x8b\x08\0\0\0\0\0", "archive"),
            (b"{\\rtf1\\ansi A text.}", "archive"),
            (b"%!PS-Adobe-3.0\n", "archive"),
            (b"ID3\x03\0\0\0\0", "audio/mpeg"),
            (b"caf\xe9\0", "neither"),
            (b"a\x01b", "neither"),
            (b"Gr\xfc\x81\xdfe", "neither"),
            (b"\xff\xfeG\0\0\0", "neither"),
            (b"", "empty"),
            (b"  <!DOCTYPE html><p>Sign in</p>", "web page"),
            (b"<!-- saved --><!doctype HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\"><p>", "web page"),
            (b"<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\">", "web page"),
            (b"\xef\xbb\xbf<HTML><svg></svg>", "web page"),
        ] {
            let said = of(bytes, "/flyer.pdf").expect_err(says);
            assert!(said.contains(says), "{said}");
        }
    }
}
