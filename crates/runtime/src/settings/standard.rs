//! Variables that others have named and many programs read: those of PostgreSQL, of proxies and certificates, of OpenTelemetry.
//!
//! The libraries that read them pass over what they cannot read, each in its own way; here that is a fault.

use super::{Problem, address};

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Rule {
    Text,
    /// Any text, and never shown.
    Secret,
    /// The same, and handed on without what stands around it.
    Trimmed,
    /// Names and values, never shown.
    Pairs,
    HttpUrl,
    Proxy,
    Certificates,
    Folders,
    /// One of these, to the letter.
    OneOf(&'static [&'static str]),
    /// A whole number from this to that.
    Number(u64, u64),
    Ratio,
    /// It is not taken, and this is why.
    Never(&'static str),
    /// It is taken, and changes nothing; this is why.
    NoEffect(&'static str),
}

#[derive(Debug)]
pub(crate) struct Variable {
    pub(crate) name: &'static str,
    pub(crate) rule: Rule,
    /// What it is, for the table in the documentation.
    pub(crate) meaning: &'static str,
}

impl Variable {
    pub(crate) const fn new(name: &'static str, rule: Rule, meaning: &'static str) -> Self {
        Self { name, rule, meaning }
    }

    /// What is wrong with a value; `raw` is the value with what stands around it, which the libraries do not take away.
    pub(crate) fn problem(&self, value: &str, raw: &str) -> Option<Problem> {
        let refused = |reason: String| Some(Problem::Refused(reason));
        match self.rule {
            Rule::Trimmed | Rule::NoEffect(_) => None,
            // the libraries do not trim, and would pass over it or take it as it is
            _ if value != raw => refused("has a blank or a line end around it".to_owned()),
            Rule::Pairs if !value.split(',').all(|pair| pair.contains('=')) => {
                refused("is not NAME=VALUE, separated by commas".to_owned())
            }
            Rule::Text | Rule::Secret | Rule::Pairs => None,
            Rule::HttpUrl => http_url(value).and_then(|reason| refused(reason.to_owned())),
            Rule::Proxy => proxy(value).and_then(|reason| refused(reason.to_owned())),
            Rule::Certificates => certificates(value).and_then(refused),
            Rule::Folders => {
                let lacking = value.split(':').any(|folder| !std::path::Path::new(folder).is_dir());
                lacking.then(|| Problem::Refused("names a folder that is not there".to_owned()))
            }
            Rule::OneOf(words) => {
                (!words.contains(&value)).then(|| Problem::Refused(format!("is none of {}", words.join(", "))))
            }
            Rule::Number(least, most) => not_within(value, (least, most)).and_then(refused),
            Rule::Ratio => {
                let is_within = value.parse().is_ok_and(|number: f64| (0.0..=1.0).contains(&number));
                (!is_within).then(|| Problem::Refused("is not a number from 0 to 1".to_owned()))
            }
            Rule::Never(why) => refused(format!("is not taken: {why}")),
        }
    }

    pub(crate) fn shown(&self, value: &str) -> String {
        match self.rule {
            Rule::Secret | Rule::Trimmed | Rule::Pairs => "***".to_owned(),
            Rule::HttpUrl | Rule::Proxy => address::shown(value),
            _ => value.to_owned(),
        }
    }

    pub(super) fn accepted(&self) -> String {
        match self.rule {
            Rule::Text => "any text".to_owned(),
            Rule::Secret => "any text; never shown".to_owned(),
            Rule::Trimmed => "any text; never shown; what stands around it is taken away".to_owned(),
            Rule::Pairs => "`NAME=VALUE`, separated by commas; never shown".to_owned(),
            Rule::HttpUrl => "an http or https URL".to_owned(),
            Rule::Proxy => {
                "`http://HOST:PORT` or `https://HOST:PORT`, with `USER:PASSWORD@` where it wants them".to_owned()
            }
            Rule::Certificates => "a file with at least one certificate in PEM".to_owned(),
            Rule::Folders => "folders, separated by colons".to_owned(),
            Rule::OneOf(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
            Rule::Number(least, most) => format!("{least} to {most}"),
            Rule::Ratio => "0 to 1".to_owned(),
            Rule::Never(why) => format!("refused: {why}"),
            Rule::NoEffect(why) => format!("no effect, and a warning: {why}"),
        }
    }
}

/// Why a text is no whole number from the one to the other, themselves included.
pub(super) fn not_within(value: &str, (least, most): (u64, u64)) -> Option<String> {
    let is_within = value.parse().is_ok_and(|number: u64| (least..=most).contains(&number));
    (!is_within).then(|| format!("is not a whole number from {least} to {most}"))
}

fn http_url(value: &str) -> Option<&'static str> {
    if let Some(reason) = address::refusal(value) {
        return Some(reason);
    }
    let is_http = url::Url::parse(value).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    // the exporters are stricter than a browser
    let is_taken = is_http && value.parse::<http::Uri>().is_ok();
    (!is_taken).then_some("is no http or https URL, or has a character that wants to be percent-encoded")
}

#[derive(Debug, Clone, serde::Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct HttpUrl;

impl TryFrom<String> for HttpUrl {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        http_url(&text).map_or(Ok(Self), Err)
    }
}

fn proxy(value: &str) -> Option<&'static str> {
    if let Some(reason) = address::ends_early(value) {
        return Some(reason);
    }
    // the library that the client has is asked: what it cannot read, it leaves out, and calls then go straight to where they are
    // meant for
    let anywhere = http::Uri::from_static("https://example.org/");
    let taken =
        hyper_util::client::proxy::matcher::Matcher::builder().all(value.to_owned()).build().intercept(&anywhere);
    match taken.as_ref().map(|proxy| proxy.uri().scheme_str()) {
        Some(Some("http" | "https")) => None,
        Some(_) => Some("is a proxy of a kind that is not spoken here: http:// and https:// are"),
        None => address::refusal(value).or(Some("is not the address of a proxy")),
    }
}

fn certificates(file: &str) -> Option<String> {
    use rustls::pki_types::{CertificateDer, pem::PemObject as _};
    // one may stand there itself
    if file.starts_with("-----BEGIN") {
        let holds_one = matches!(CertificateDer::pem_slice_iter(file.as_bytes()).next(), Some(Ok(_)));
        return (!holds_one).then(|| "holds no certificate in PEM".to_owned());
    }
    let found = match CertificateDer::pem_file_iter(file) {
        Ok(mut found) => found.next(),
        Err(_) => return Some("names a file that cannot be read".to_owned()),
    };
    (!matches!(found, Some(Ok(_)))).then(|| "names a file that holds no certificate in PEM".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(rule: Rule, value: &str) -> Option<String> {
        match Variable::new("X", rule, "").problem(value.trim(), value)? {
            Problem::Refused(reason) => Some(reason),
            other => Some(format!("{other:?}")),
        }
    }

    #[test]
    fn a_proxy_is_one_that_the_client_takes() {
        for good in
            ["http://proxy:3128", "proxy.example.org:3128", "https://u:p%2Fq@proxy", "http://[::1]:3128/", "proxy"]
        {
            assert_eq!(told(Rule::Proxy, good), None, "{good}");
        }
        for bad in [
            "http://proxy:3128\n",
            "http//proxy",
            "socks5://proxy:1080",
            "ftp://proxy",
            "http://u:p/q@proxy",
            "a b",
            "http://",
        ] {
            let reason = told(Rule::Proxy, bad).unwrap_or_else(|| panic!("{bad:?} was taken"));
            assert!(!reason.contains("proxy:") && !reason.contains("p/q"), "{reason}");
        }
    }

    #[test]
    fn a_file_of_certificates_holds_one() {
        let file = std::env::temp_dir().join(format!("no-certificates-{}.pem", std::process::id()));
        std::fs::write(&file, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n").unwrap();
        let reason = told(Rule::Certificates, file.to_str().unwrap());
        std::fs::remove_file(&file).unwrap();
        assert!(reason.unwrap().contains("no certificate"));
        assert!(told(Rule::Certificates, "/nowhere.pem").unwrap().contains("cannot be read"));
        assert!(told(Rule::Certificates, "/etc").is_some());
    }

    #[test]
    fn what_is_shown_of_a_proxy_has_no_user() {
        let shown = |value: &str| Variable::new("X", Rule::Proxy, "").shown(value);
        assert_eq!(shown("http://user:hush@proxy:3128"), "http://***@proxy:3128/");
        assert_eq!(shown("user:hush@proxy:3128"), "***");
        assert_eq!(shown("proxy:3128"), "proxy:3128");
    }

    #[test]
    fn words_numbers_and_ratios() {
        let words = Rule::OneOf(&["otlp", "none"]);
        assert!(
            told(words, "none").is_none()
                && told(words, "None").is_some()
                && told(words, "zipkin").unwrap().contains("otlp, none")
        );
        assert!(told(Rule::Number(1, 9), "9").is_none() && told(Rule::Number(1, 9), "10").is_some());
        assert!(told(Rule::Ratio, "0.5").is_none() && told(Rule::Ratio, "NaN").is_some());
        assert!(told(Rule::HttpUrl, "http://h:4318").is_none() && told(Rule::HttpUrl, "h:4318").is_some());
        assert!(told(Rule::Never("why"), "x").unwrap().contains("why"));
        assert!(told(Rule::Pairs, "a=b,c=d").is_none() && told(Rule::Pairs, "Authorization: Bearer x").is_some());
    }

    #[test]
    fn what_stands_around_a_value_is_not_passed_over() {
        for rule in [Rule::Text, Rule::Secret, Rule::Number(1, 9), Rule::Ratio, Rule::OneOf(&["1"]), Rule::Pairs] {
            for value in ["1\n", " 1", "1 "] {
                assert!(told(rule, value).is_some_and(|reason| reason.contains("line end")), "{rule:?} {value:?}");
            }
        }
        assert_eq!(told(Rule::Trimmed, "1\n"), None);
    }
}
