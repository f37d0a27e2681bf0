//! Asks, and looks at single answers.

use std::sync::Once;

use reqwest::Client;

use crate::patience::PATIENCE;

/// A client without retries, gzip, redirects or proxies: what is asked is what is sent.
#[expect(clippy::disallowed_methods, reason = "a test plays a stranger, and looks at single answers")]
pub fn client() -> Client {
    static TLS: Once = Once::new();
    TLS.call_once(|| {
        // an error means that there is a provider already
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    let builder = Client::builder().no_proxy().gzip(false).redirect(reqwest::redirect::Policy::none());
    // minutes may pass between two questions; a connection that is kept may be closed just when it is used again
    builder.timeout(PATIENCE).pool_max_idle_per_host(0).build().expect("a client can be made")
}
