//! How the HTTP client goes out: proxies and certificates, by the variables that it reads itself.

use super::{
    Problem, Reader,
    standard::{Rule, Variable},
};

pub(super) const VARIABLES: &[Variable] = &[
    Variable::new("HTTPS_PROXY", Rule::Proxy, "the proxy for https"),
    Variable::new("https_proxy", Rule::Proxy, "the same"),
    Variable::new("HTTP_PROXY", Rule::Proxy, "the proxy for http"),
    Variable::new("http_proxy", Rule::Proxy, "the same"),
    Variable::new("ALL_PROXY", Rule::Proxy, "the proxy for what has none"),
    Variable::new("all_proxy", Rule::Proxy, "the same"),
    Variable::new("SSL_CERT_FILE", Rule::Certificates, "the certificates that are trusted, instead of the system's"),
    Variable::new("SSL_CERT_DIR", Rule::Folders, "folders of such files, each under its hash (`openssl rehash`)"),
];

pub(crate) fn read(reader: &mut Reader) {
    // all are looked at, so that nothing goes where it was not meant to
    for variable in VARIABLES {
        let _ = reader.variable(variable);
    }
    // an address that is empty counts as given: the client takes the first name that it finds, and then no proxy at all
    for (capitals, small) in [("HTTPS_PROXY", "https_proxy"), ("HTTP_PROXY", "http_proxy"), ("ALL_PROXY", "all_proxy")]
    {
        if let (Some(one), Some(other)) = (reader.raw(capitals), reader.raw(small))
            && one != other
        {
            reader.refuse(
                capitals,
                Problem::Refused(format!("is not what {small} is, and one of them would be passed over")),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(pairs: &[(&str, &str)]) -> Vec<String> {
        let mut reader =
            Reader::over(pairs.iter().map(|(name, value)| ((*name).to_owned(), Some((*value).to_owned()))));
        read(&mut reader);
        reader.finish().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn none_is_passed_over() {
        assert!(
            faults(&[("HTTPS_PROXY", "http://p:3128"), ("https_proxy", "http://p:3128"), ("NO_PROXY", "a b")])
                .is_empty()
        );
        for bad in [
            ("HTTPS_PROXY", "p q"),
            ("all_proxy", "socks5h://p"),
            ("SSL_CERT_FILE", "/nowhere"),
            ("SSL_CERT_DIR", "/:/no"),
        ] {
            let told = faults(&[bad]);
            assert!(told.len() == 1 && told[0].starts_with(bad.0), "{told:?}");
        }
        for (one, other) in [("http://p", "http://q"), ("", "http://p")] {
            let told = faults(&[("HTTP_PROXY", one), ("http_proxy", other)]);
            assert!(told.len() == 1 && told[0].contains("http_proxy"), "{told:?}");
        }
    }
}
