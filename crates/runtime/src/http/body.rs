//! An answer's body as a stream of bytes.

use futures_util::TryStreamExt as _;
use tokio::io::AsyncRead;
use tokio_util::io::StreamReader;

use super::Usage;

/// What some servers (.NET's `Encoding.UTF8`) and some editors of Windows put before a text; who reads JSON may pass over it
/// (RFC 8259, section 8.1).
pub const BYTE_ORDER_MARK: &str = "\u{feff}";

/// A text without a byte order mark before it.
pub fn without_mark(text: &[u8]) -> &[u8] {
    text.strip_prefix(BYTE_ORDER_MARK.as_bytes()).unwrap_or(text)
}

/// Reads a body as it arrives, uncompressed, and counts its bytes. A body that is cut off gives an error,
/// never a shorter text.
pub fn reader(response: reqwest::Response, usage: Usage) -> impl AsyncRead + Send + Unpin + 'static {
    let bytes = response.bytes_stream().inspect_ok(move |chunk| usage.add_bytes(chunk.len())).map_err(|error| {
        // the address may hold a key
        std::io::Error::other(error.without_url())
    });
    StreamReader::new(Box::pin(bytes))
}
