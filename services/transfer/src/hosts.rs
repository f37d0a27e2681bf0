//! The hosts that files are fetched from: a setting, by which links in a text are told from files, too.

use serde::Deserialize;
use url::Url;

/// A list of `HOST`, `HOST:PORT` and `*.DOMAIN` (without the domain itself). Without a port, the usual ones are meant.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Hosts(Vec<Entry>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    host: String,
    port: Option<u16>,
}

impl TryFrom<String> for Hosts {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        Ok(Self(entries.map(Entry::parse).collect::<Result<_, _>>()?))
    }
}

impl Hosts {
    pub(crate) fn has(&self, url: &Url) -> bool {
        let Some(host) = url.host_str() else { return false };
        matches!(url.scheme(), "http" | "https") && self.0.iter().any(|entry| entry.fits(host, url.port()))
    }
}

impl Entry {
    fn parse(text: &str) -> Result<Self, String> {
        let of_domain = text.strip_prefix("*.");
        // whatever a URL does to a host (lower case, punycode, numbers) is done to both sides
        let url = Url::parse(&format!("http://{}/", of_domain.unwrap_or(text))).map_err(|error| error.to_string())?;
        let host = url.host_str().ok_or("no host")?;
        let is_host_alone =
            url.path() == "/" && url.query().is_none() && url.username().is_empty() && !text.contains('/');
        if !is_host_alone {
            return Err("not a host alone".to_owned());
        }
        let port = text.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
        let host = if of_domain.is_some() { format!("*.{host}") } else { host.to_owned() };
        Ok(Self { host, port })
    }

    fn fits(&self, host: &str, port: Option<u16>) -> bool {
        let is_port = match self.port {
            // a URL does not tell the usual port of its scheme
            Some(wanted) => port == Some(wanted) || (port.is_none() && matches!(wanted, 80 | 443)),
            None => port.is_none(),
        };
        let is_host = match self.host.strip_prefix('*') {
            Some(end) => host.len() > end.len() && host.ends_with(end),
            None => host == self.host,
        };
        is_port && is_host
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_listed_is_asked() {
        let hosts =
            Hosts::try_from(" cdn.Example.org , *.clinic.example, media.example:8443 ,127.0.0.1:80, ".to_owned())
                .unwrap();
        let has = |url: &str| hosts.has(&url.parse().unwrap());
        for url in [
            "https://cdn.example.org/a.png",
            "http://CDN.EXAMPLE.ORG:80/a.png",
            "https://img.clinic.example/a.png",
            "https://a.b.clinic.example/a.png",
            "https://media.example:8443/a.png",
            "http://127.1/a.png",
        ] {
            assert!(has(url), "{url}");
        }
        for url in [
            "https://example.org/a.png",
            "https://cdn.example.org.evil.example/a.png",
            "https://cdn.example.org@evil.example/a.png",
            "https://cdn.example.org:8080/a.png",
            "https://clinic.example/a.png",
            "https://evilclinic.example/a.png",
            "https://media.example/a.png",
            "ftp://cdn.example.org/a.png",
            "data:image/png;base64,AAAA",
        ] {
            assert!(!has(url), "{url}");
        }
    }

    #[test]
    fn a_list_of_something_else_is_refused() {
        for text in ["https://cdn.example.org", "cdn.example.org/path", "user@host", "a b"] {
            assert!(Hosts::try_from(text.to_owned()).is_err(), "{text}");
        }
        assert_eq!(Hosts::try_from(String::new()).unwrap(), Hosts::default());
    }
}
