//! What a file is, by its bytes: the board takes images, texts and PDF, and no archives whatever they are called.

use infer::MatcherType;

/// What a file is announced as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaType {
    /// As the board is told.
    pub name: &'static str,
    /// What its name ends with.
    pub extension: &'static str,
}

const PDF: MediaType = MediaType { name: "application/pdf", extension: "pdf" };
const DRAWING: MediaType = MediaType { name: "image/svg+xml", extension: "svg" };
const STYLES: MediaType = MediaType { name: "text/css", extension: "css" };
const TEXT: MediaType = MediaType { name: "text/plain", extension: "txt" };

impl MediaType {
    /// Judges by the bytes; `path` only tells one kind of text from another. An error says what it is instead.
    pub fn of(bytes: &[u8], path: &str) -> Result<Self, String> {
        if bytes.is_empty() {
            return Err("it is empty".to_owned());
        }
        match infer::get(bytes) {
            Some(found) if found.mime_type() == PDF.name => Ok(PDF),
            Some(found) if found.matcher_type() == MatcherType::Image => {
                Ok(Self { name: found.mime_type(), extension: found.extension() })
            }
            Some(found) if found.matcher_type() == MatcherType::Archive => {
                Err(format!("it is an archive ({}); the board takes images, texts and PDF", found.mime_type()))
            }
            Some(found) if found.matcher_type() != MatcherType::Text => {
                Err(format!("it is {}; the board takes images, texts and PDF", found.mime_type()))
            }
            _ => Self::of_text(bytes, path),
        }
    }

    fn of_text(bytes: &[u8], path: &str) -> Result<Self, String> {
        let is_text = std::str::from_utf8(bytes).is_ok() && !bytes.contains(&0);
        let ends_with = |end: &str| path.to_ascii_lowercase().ends_with(end);
        if !is_text {
            return Err("it is neither an image nor a text nor a PDF".to_owned());
        }
        if bytes.windows(4).any(|window| window == b"<svg") {
            return Ok(DRAWING);
        }
        let starts_a_page = String::from_utf8_lossy(&bytes[..bytes.len().min(512)]).trim_start().to_ascii_lowercase();
        if ["<!doctype html", "<html"].iter().any(|begin| starts_a_page.starts_with(begin)) {
            return Err("it is a web page, not a file".to_owned());
        }
        Ok(if ends_with(".css") { STYLES } else { TEXT })
    }
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
            (b"%PDF-1.7\n", "/flyer", "application/pdf"),
            (b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>", "/x.svg", "image/svg+xml"),
            (b"h1 { color: red }", "/style.CSS", "text/css"),
            (b"Gr\xc3\xbc\xc3\x9fe", "/x.txt", "text/plain"),
        ] {
            assert_eq!(of(bytes, path), Ok(name), "{path}");
        }
    }

    #[test]
    fn what_the_board_does_not_take_is_refused_whatever_it_is_called() {
        for (bytes, says) in [
            (&b"PK\x03\x04\x14\0\0\0\x08\0"[..], "archive"),
            (b"\x1f\x8b\x08\0\0\0\0\0", "archive"),
            (b"ID3\x03\0\0\0\0", "audio/mpeg"),
            (b"caf\xe9", "neither"),
            (b"", "empty"),
            (b"  <!DOCTYPE html><p>Sign in</p>", "web page"),
        ] {
            let said = of(bytes, "/flyer.pdf").expect_err(says);
            assert!(said.contains(says), "{said}");
        }
    }
}
