//! What an attachment is, judged by its bytes: images, texts and PDF, and no archives whatever they are called.

use infer::MatcherType;

use super::Refusal;

/// A media type without its parameters, in lower case.
pub(super) fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

pub(super) fn may_be_announced(media_type: &str) -> bool {
    let essence = essence(media_type);
    let named = |of: &str| essence.strip_prefix(of).is_some_and(|name| !name.is_empty());
    essence == "application/pdf" || named("image/") || named("text/")
}

pub(super) fn judge(media_type: &str, bytes: &[u8]) -> Result<(), Refusal> {
    let (announced, found) = (essence(media_type), infer::get(bytes));
    let is_text = is_text(bytes);
    if bytes.is_empty() {
        return Err(Refusal::new("the attachment is empty"));
    }
    let is_archive =
        found.is_some_and(|found| found.matcher_type() == MatcherType::Archive && found.mime_type() != PDF);
    // some archives are told by two or three letters, with which a text may begin
    if is_archive && !(is_text && announced.starts_with("text/")) {
        return Err(Refusal::new("the attachment is an archive"));
    }
    let fits = match announced.as_str() {
        PDF => found.is_none_or(|found| found.mime_type() == PDF) && begins_a_pdf(bytes),
        // a drawing is a text
        "image/svg+xml" => is_text && contains(bytes, b"<svg"),
        // not a registered type, but one that is often sent
        "image/jpg" => found.is_some_and(|found| found.mime_type() == "image/jpeg"),
        image if image.starts_with("image/") => found.is_some_and(|found| found.mime_type() == image),
        // a PDF may be made of letters alone
        _ => is_text && !bytes.starts_with(b"%PDF-"),
    };
    if fits { Ok(()) } else { Err(Refusal::new(format!("the attachment is no {announced}"))) }
}

const PDF: &str = "application/pdf";

/// UTF-8, UTF-16 with its mark, or Windows-1252, which leaves five bytes without a letter.
fn is_text(bytes: &[u8]) -> bool {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let is_utf16 = matches!(pairs.first(), Some([0xff, 0xfe] | [0xfe, 0xff])) && odd.is_empty();
    if is_utf16 {
        return !pairs.contains(&[0, 0]);
    }
    let is_control = |byte: &u8| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | b'\r' | 0xc);
    let has_no_letter = |byte: &u8| matches!(byte, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d);
    !bytes.iter().any(is_control) && (std::str::from_utf8(bytes).is_ok() || !bytes.iter().any(has_no_letter))
}

fn begins_a_pdf(bytes: &[u8]) -> bool {
    // readers look for the header in the first 1,024 bytes
    contains(&bytes[..bytes.len().min(1024)], b"%PDF-")
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";
    const ZIP: &[u8] = b"PK\x03\x04\x14\0\0\0\x08\0";

    #[test]
    fn what_is_announced_truly_is_taken() {
        for (media_type, bytes) in [
            ("text/plain", &b"Gr\xc3\xbc\xc3\x9fe"[..]),
            ("text/css; charset=utf-8", b"h1 { color: red }"),
            ("text/html", b"<!DOCTYPE html><p>x</p>"),
            ("image/png", PNG),
            ("IMAGE/PNG", PNG),
            ("image/jpg", b"\xff\xd8\xff\xe0\0\x10JFIF"),
            ("image/svg+xml", b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
            ("application/pdf", b"%PDF-1.7\n"),
            ("application/pdf", b"\r\n\r\n%PDF-1.7\n\x80"),
            ("text/plain", b"Gr\xfc\xdfe"),
            ("text/css", b"h1::before { content: \"\xbb\" }"),
            ("text/css", b"p { background: url(\"data:image/svg+xml;utf8,<svg/>\") }"),
            ("text/plain", b"\xff\xfeG\0r\0\xfc\0"),
            ("text/plain", b"BM Klinik"),
            ("text/plain", b"CWS Klinik"),
        ] {
            assert!(may_be_announced(media_type), "{media_type}");
            assert_eq!(judge(media_type, bytes), Ok(()), "{media_type}");
        }
    }

    #[test]
    fn what_is_something_else_is_refused() {
        for (media_type, bytes) in [
            ("application/pdf", ZIP),
            ("text/plain", ZIP),
            ("image/png", ZIP),
            ("text/plain", b"\x1f\x8b\x08\0\0\0\0\0"),
            ("text/plain", PNG),
            ("text/plain", b"caf\xe9\0"),
            ("text/plain", b"a\x01b"),
            ("text/plain", b"%PDF-1.7\n"),
            ("application/pdf", b"PK\x03\x04\x14\0\0\0\0\0\0flyer.pdf%PDF-1.7\n"),
            ("text/plain", b""),
            ("image/png", b"\xff\xd8\xff\xe0\0\x10JFIF"),
            ("image/png", b"just a text"),
            ("image/svg+xml", b"just a text"),
            ("application/pdf", b"just a text"),
        ] {
            assert!(judge(media_type, bytes).is_err(), "{media_type}");
        }
        for media_type in ["application/zip", "application/octet-stream", "video/mp4", "text/", "", "pdf"] {
            assert!(!may_be_announced(media_type), "{media_type}");
        }
    }
}
