//! Calls to strangers over HTTP: timeouts, a user agent with our version, gzip, and retries that know when to stop.

mod body;
mod client;
mod error;
mod guard;
mod proxies;
mod retry;
mod retry_after;

use std::sync::Once;

pub use body::{BYTE_ORDER_MARK, reader, without_mark};
pub use client::{Answer, Call, HttpClient, HttpOptions, Usage};
pub use error::{HttpError, shown};
pub use retry::{GaveUp, Next, retry_within};
pub use retry_after::retry_after;

pub(crate) fn install_tls() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // an error means that one is installed already, which is what is wanted
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}
