//! The proxies that the standard variables name.

use reqwest::Url;

#[expect(clippy::disallowed_methods, reason = "standard variables, which no section of settings reads")]
pub(super) fn hosts() -> impl Iterator<Item = String> {
    let names = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"];
    names.into_iter().filter_map(|name| host(&std::env::var(name).ok()?))
}

fn host(address: &str) -> Option<String> {
    // the scheme may be missing
    let url =
        Url::parse(address).ok().filter(Url::has_host).or_else(|| Url::parse(&format!("http://{address}")).ok())?;
    url.host_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_named_with_or_without_a_scheme() {
        for address in ["http://user:secret@proxy.example.org:3128", "proxy.example.org:3128", "proxy.example.org"] {
            assert_eq!(host(address).as_deref(), Some("proxy.example.org"), "{address}");
        }
        assert_eq!(host(""), None);
    }
}
