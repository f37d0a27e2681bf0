//! Addresses that may hold a user and a password: which are whole, and what of one may be seen.

use url::Url;

const ENCODE: &str = "has a user or password with one of / ? # \\ in it, which ends them there: write it percent-encoded (%2F, %3F, \
                      %23, %5C)";
const ENCODE_OR_ELSE: &str = "has a user or password with one of / ? # \\ in it, which ends them there: write it percent-encoded \
                              (%2F, %3F, %23, %5C), or leave it out and set PGPASSWORD";

/// Why an address cannot be taken, in words that come after its name and show nothing of it.
pub(super) fn refusal(address: &str) -> Option<&'static str> {
    if address.chars().any(char::is_control) {
        return Some("has a line end or another control character in it");
    }
    if address.contains("%00") {
        return Some("has a %00 in it");
    }
    if address.starts_with("sqlite:") {
        return None;
    }
    if let Some(reason) = ends_early(address) {
        return Some(reason);
    }
    match Url::parse(address) {
        Err(_) if address.contains("://") => {
            Some("is not an address, or has a character that wants to be percent-encoded")
        }
        Err(_) => Some("is not an address"),
        Ok(url) if url.fragment().is_some() => Some("has a # in it: write it percent-encoded (%23)"),
        Ok(_) => None,
    }
}

pub(super) fn is_postgres(address: &str) -> bool {
    address.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("postgres"))
}

pub(super) fn ends_early(address: &str) -> Option<&'static str> {
    let after_scheme = address.split_once("://").map_or(address, |(_, rest)| rest);
    // what is meant for a user and a password ends with one of these, and would be taken for a host, a path, options
    let authority_ends = after_scheme.find(['/', '?', '#', '\\']).unwrap_or(after_scheme.len());
    let encode = if is_postgres(address) { ENCODE_OR_ELSE } else { ENCODE };
    after_scheme[authority_ends..].contains('@').then_some(encode)
}

/// The address for messages: `***` in place of user, password and options, which may hold a key.
pub(super) fn shown(address: &str) -> String {
    // without a scheme, a user would be taken for one
    if refusal(address).is_some() || (address.contains('@') && !address.contains("://")) {
        return "***".to_owned();
    }
    let Some(mut url) = Url::parse(address).ok().filter(|_| !address.starts_with("sqlite:")) else {
        return address.to_owned();
    };
    let has_user = !url.username().is_empty() || url.password().is_some();
    if has_user && url.set_password(None).and_then(|()| url.set_username("***")).is_err() {
        return "***".to_owned();
    }
    if url.query().is_some() {
        // libpq's URLs may carry a password there
        url.set_query(Some("***"));
    }
    url.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every character that means something in a URL, at the beginning, in the middle and at the end of a password.
    #[test]
    fn nothing_of_a_password_is_seen() {
        let signs = "/#?@%:\\\"' \n\t&=;+$,[]{}<>|^`~!*()0";
        for sign in signs.chars() {
            for password in
                [format!("{sign}seen"), format!("12{sign}seen"), format!("s{sign}een"), format!("seen{sign}")]
            {
                for address in [
                    format!("postgres://user:{password}@host/data"),
                    format!("postgres://user:{password}@host:5432/data?sslmode=require"),
                    format!("postgres://{password}@host/data"),
                    format!("http://user:{password}@host/x"),
                    format!("https://{password}@host"),
                    format!("postgres://host/data?password={password}"),
                ] {
                    let shown = shown(&address);
                    assert!(!shown.contains("seen") && !shown.contains("een"), "{address:?}: {shown}");
                    let is_told = refusal(&address).is_none() == (shown != "***");
                    assert!(is_told, "{address:?}");
                }
            }
        }
    }

    #[test]
    fn what_ends_a_password_is_refused_with_the_way_out() {
        for password in ["/abc", "12/abc", "12#abc", "a?b", "a\\b"] {
            let postgres = refusal(&format!("postgres://u:{password}@h/d")).unwrap();
            assert!(postgres.contains("percent-encoded") && postgres.contains("PGPASSWORD"), "{postgres}");
            let http = refusal(&format!("http://u:{password}@h/d")).unwrap();
            assert!(http.contains("percent-encoded") && !http.contains("PGPASSWORD"), "{http}");
        }
        for address in ["pipeline.db", "a b", "http://", "postgres://u:p@h/d#x", "http://h/\n"] {
            assert!(refusal(address).is_some(), "{address:?}");
        }
        for address in
            ["sqlite://a#b?c.db", "postgres://u:p%2Fq@h/d?sslmode=require", "postgres:///d?host=/run", "http://h"]
        {
            assert_eq!(refusal(address), None, "{address}");
        }
    }

    #[test]
    fn the_rest_is_seen() {
        assert_eq!(shown("postgres://u:p@h:5433/d?sslmode=require"), "postgres://***@h:5433/d?***");
        assert_eq!(shown("sqlite://a b.db"), "sqlite://a b.db");
        assert_eq!(shown("http://h:4318/"), "http://h:4318/");
    }
}
