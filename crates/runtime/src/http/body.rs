//! An answer's body as a stream of bytes.

use futures_util::TryStreamExt as _;
use tokio::io::AsyncRead;
use tokio_util::io::StreamReader;

use super::Usage;

/// Reads a body as it arrives, uncompressed, and counts its bytes. A body that is cut off gives an error,
/// never a shorter text.
pub fn reader(response: reqwest::Response, usage: Usage) -> impl AsyncRead + Send + Unpin + 'static {
    let bytes = response.bytes_stream().inspect_ok(move |chunk| usage.add_bytes(chunk.len())).map_err(|error| {
        // the address may hold a key
        std::io::Error::other(error.without_url())
    });
    StreamReader::new(Box::pin(bytes))
}
