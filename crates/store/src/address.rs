//! Where a store is.

use std::path::PathBuf;

use url::Url;

use crate::StoreError;

/// A database's address, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Address {
    /// A file on this machine.
    Sqlite(PathBuf),
    /// A server; the URL may hold a password.
    Postgres(String),
}

impl Address {
    pub(crate) fn parse(text: &str) -> Result<Self, StoreError> {
        if let Some(rest) = text.strip_prefix("sqlite:") {
            let path = rest.strip_prefix("//").unwrap_or(rest);
            let path = path.split('?').next().unwrap_or(path);
            if path.is_empty() || path.contains(":memory:") {
                return Err(StoreError::Address(
                    "it names no file, and what is only in memory is gone with the process",
                ));
            }
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        match Url::parse(text) {
            Ok(url) if matches!(url.scheme(), "postgres" | "postgresql") => {
                if url.host_str().is_none_or(str::is_empty) && url.query().is_none() {
                    return Err(StoreError::Address("it names no host"));
                }
                Ok(Self::Postgres(text.to_owned()))
            }
            Ok(_) => Err(StoreError::Address("its scheme is neither sqlite nor postgres")),
            Err(_) => Err(StoreError::Address("it is not a URL")),
        }
    }

    /// The address as sqlx wants it. `create` makes a SQLite file that is not there.
    pub(crate) fn url(&self, create: bool) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite://{}?mode={}", path.display(), if create { "rwc" } else { "rw" }),
            Self::Postgres(url) => url.clone(),
        }
    }

    /// For messages: no user, no password, no options.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite://{}", path.display()),
            Self::Postgres(url) => Url::parse(url).map_or_else(
                |_| "postgres".to_owned(),
                |url| {
                    format!(
                        "postgres://{}:{}{}",
                        url.host_str().unwrap_or("localhost"),
                        url.port().unwrap_or(5432),
                        url.path()
                    )
                },
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_servers() {
        for text in ["sqlite://a/b.db", "sqlite:a/b.db", "sqlite://a/b.db?mode=rwc"] {
            assert_eq!(Address::parse(text).unwrap(), Address::Sqlite("a/b.db".into()), "{text}");
        }
        let server = Address::parse("postgres://u:secret@db/pipeline?sslmode=require").unwrap();
        assert_eq!(server.shown(), "postgres://db:5432/pipeline");
        for text in ["", "pipeline.db", "mysql://h/d", "sqlite::memory:", "sqlite://", "http:// bad"] {
            assert!(Address::parse(text).is_err(), "{text}");
        }
    }
}
