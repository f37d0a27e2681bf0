//! Where `MOCK_DATABASE_URL` says that the world is.

use std::{ffi::OsStr, path::PathBuf, str::FromStr as _};

use percent_encoding::percent_decode_str;
use runtime::Secret;
use sea_orm::sqlx::postgres::PgConnectOptions;
use url::Url;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DatabaseAddress {
    Memory,
    File {
        /// Where it is, as it is called on disk.
        path: PathBuf,
        is_made: bool,
    },
    /// On a server; the URL may hold a password.
    Server(Secret),
}

impl DatabaseAddress {
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        if let Some(rest) = text.strip_prefix("sqlite:") {
            return file(rest.strip_prefix("//").unwrap_or(rest));
        }
        if !["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme)) {
            return Err("begins neither with sqlite: nor with postgres://");
        }
        let is_whole = Url::parse(text).is_ok_and(|url| {
            // the end of a password with a character of its own in an address is taken for what comes after the host
            let after_host = [Some(url.path()), url.query(), url.fragment()];
            url.fragment().is_none() && !after_host.iter().flatten().any(|part| part.contains('@'))
        });
        if !is_whole || PgConnectOptions::from_str(text).is_err() {
            // without any of it: where an address cannot be taken apart, every part may be the password
            return Err(
                "is no address of a server; what else than letters, digits, - . _ ~ a user or password has is \
                 written as % and its hexadecimal number, / as %2F",
            );
        }
        Ok(Self::Server(Secret::new(text)))
    }

    /// The file of this name beside that of the address: `mock.db` and `globex` give `mock-globex.db`. A database in
    /// memory is another one anyway, and on a server there are schemas.
    #[must_use]
    pub(crate) fn beside(&self, name: &str) -> Self {
        let Self::File { path, is_made } = self else { return self.clone() };
        let mut file = path.file_stem().unwrap_or_default().to_owned();
        file.push(format!("-{name}"));
        if let Some(ending) = path.extension() {
            file.push(OsStr::new("."));
            file.push(ending);
        }
        Self::File { path: path.with_file_name(file), is_made: *is_made }
    }
}

fn file(text: &str) -> Result<DatabaseAddress, &'static str> {
    let (path, options) = text.split_once('?').unwrap_or((text, ""));
    if path == ":memory:" || options == "mode=memory" {
        return Ok(DatabaseAddress::Memory);
    }
    let is_made = match options {
        "" | "mode=rwc" => true,
        "mode=rw" => false,
        _ => return Err("has other options behind its file than mode=rwc, mode=rw or mode=memory"),
    };
    // decoded once, and what it is then is opened and shown
    let path = percent_decode_str(path).decode_utf8().map_err(|_| "has a file whose name is not UTF-8")?;
    if path.is_empty() || path.ends_with('/') || path.contains('\0') {
        return Err("names no file");
    }
    Ok(DatabaseAddress::File { path: PathBuf::from(&*path), is_made })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(text: &str) -> String {
        match DatabaseAddress::parse(text) {
            Ok(DatabaseAddress::File { path, is_made }) => format!("{} {is_made}", path.display()),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn a_file_is_decoded_once_and_made() {
        assert_eq!(opened("sqlite://mock.db"), "mock.db true");
        assert_eq!(opened("sqlite:mock.db?mode=rwc"), "mock.db true");
        assert_eq!(opened("sqlite:///var/lib/mock.db?mode=rw"), "/var/lib/mock.db false");
        assert_eq!(opened("sqlite://a%20b.db"), "a b.db true");
        assert_eq!(opened("sqlite://100%2525.db"), "100%25.db true");
        for memory in ["sqlite::memory:", "sqlite://:memory:", "sqlite://x?mode=memory"] {
            assert_eq!(DatabaseAddress::parse(memory), Ok(DatabaseAddress::Memory), "{memory}");
        }
        for wrong in
            ["sqlite:", "sqlite://", "sqlite://folder/", "sqlite://a%00", "sqlite://a%ff.db", "sqlite://a?mode=ro"]
        {
            assert!(DatabaseAddress::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn another_customer_has_a_file_beside_the_first_ones() {
        for (first, other) in [
            ("sqlite://mock.db?mode=rwc", "mock-globex.db true"),
            ("sqlite:///var/lib/my.mock/world", "/var/lib/my.mock/world-globex true"),
            ("sqlite://a%20b.tar.db?mode=rw", "a b.tar-globex.db false"),
        ] {
            match DatabaseAddress::parse(first).map(|address| address.beside("globex")) {
                Ok(DatabaseAddress::File { path, is_made }) => {
                    assert_eq!(format!("{} {is_made}", path.display()), other);
                }
                wrong => panic!("{first}: {wrong:?}"),
            }
        }
        assert_eq!(DatabaseAddress::Memory.beside("globex"), DatabaseAddress::Memory);
    }

    #[test]
    fn a_password_that_breaks_the_address_is_not_told() {
        for right in ["postgres://h/d", "postgresql://u:p%2Fq@h:5433/d?sslmode=require", "postgres://u:a@b@h/d"] {
            assert!(matches!(DatabaseAddress::parse(right), Ok(DatabaseAddress::Server(_))), "{right}");
        }
        for password in
            ["top/secret", "12/secret", "12#secret", "12?secret", "se#cret", "sec?ret", "secret%ff", "[secret"]
        {
            let told =
                DatabaseAddress::parse(&format!("postgres://user:{password}@host.example/d")).map_err(str::to_owned);
            let Err(told) = told else {
                // taken apart as it was meant
                assert_eq!(password, "[secret");
                continue;
            };
            for part in ["user", "top", "12", "sec", "cret", "host.example"] {
                assert!(!told.contains(&format!("{part}@")) && !told.contains(password), "{told}");
            }
        }
        for wrong in ["mysql://h/d", "", "h/d", "postgres://"] {
            assert!(DatabaseAddress::parse(wrong).is_err() || wrong == "postgres://", "{wrong}");
        }
    }
}
