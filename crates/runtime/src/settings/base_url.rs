//! The address below which an interface answers.

use serde::Deserialize;
use url::Url;

use super::address;

/// An http or https URL with a host, and without user, password and options.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Url")]
pub struct BaseUrl(Url);

impl BaseUrl {
    /// The URL.
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// Without the slash at its end.
    pub fn name(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// Why a text is none, in words that come after its name and show nothing of it.
    pub(super) fn refusal(text: &str) -> Option<&'static str> {
        let is_one = Url::parse(text).is_ok_and(|url| Self::try_from(url).is_ok());
        let other = || (!is_one).then_some("is not http://HOST or https://HOST, without user, password, ? and #");
        address::refusal(text).or_else(other)
    }

    /// Whether what is sent there can be read on the way: it is not encrypted, and leaves the machine.
    pub fn is_readable_by_others(&self) -> bool {
        let is_here = match self.0.host() {
            Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        self.0.scheme() == "http" && !is_here
    }
}

impl TryFrom<Url> for BaseUrl {
    type Error = &'static str;

    fn try_from(url: Url) -> Result<Self, Self::Error> {
        // these would be sent along with everything, and stand in whatever names the address
        let is_bare = url.username().is_empty() && url.password().is_none() && url.query().is_none();
        let is_http = matches!(url.scheme(), "http" | "https") && url.has_host();
        if is_http && is_bare && url.fragment().is_none() { Ok(Self(url)) } else { Err("not the base of an address") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(text: &str) -> Option<BaseUrl> {
        BaseUrl::try_from(Url::parse(text).ok()?).ok()
    }

    #[test]
    fn it_has_nothing_beside_host_and_path() {
        assert_eq!(base("https://api.example.org/emply/").unwrap().name(), "https://api.example.org/emply");
        for text in ["ftp://h", "http://user@h", "http://:p@h", "http://h/?key=x", "http://h/#x", "mailto:a@h"] {
            assert_eq!(base(text), None, "{text}");
            assert!(BaseUrl::refusal(text).is_some(), "{text}");
        }
    }

    #[test]
    fn what_leaves_the_machine_in_the_clear_can_be_read() {
        for text in
            ["http://emply.example.org", "http://10.0.0.1:8080", "http://[fe80::1]/", "http://localhost.example.org"]
        {
            assert!(base(text).unwrap().is_readable_by_others(), "{text}");
        }
        for text in [
            "https://emply.example.org",
            "http://localhost:8080",
            "http://127.0.0.2",
            "http://[::1]:80",
            "http://a.localhost",
        ] {
            assert!(!base(text).unwrap().is_readable_by_others(), "{text}");
        }
    }
}
