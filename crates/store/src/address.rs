//! Where a store is.

use std::{
    fmt,
    fs::File,
    io::ErrorKind,
    path::{Path, PathBuf},
    str::FromStr as _,
};

use percent_encoding::percent_decode_str;
use sea_orm::DbErr;
use sqlx::postgres::PgConnectOptions;
use url::Url;

use crate::{
    StoreError,
    dialect::trouble::{Trouble, trouble},
};

#[derive(Clone)]
pub(crate) enum Address {
    Sqlite(PathBuf),
    /// A server; the options may hold a password.
    Postgres(Box<PgConnectOptions>),
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}

/// Parameters that the driver takes (sqlx 0.9).
const TAKEN: [&str; 18] = [
    "application_name",
    "dbname",
    "host",
    "hostaddr",
    "options",
    "password",
    "port",
    "ssl-ca",
    "ssl-cert",
    "ssl-key",
    "ssl-mode",
    "ssl-root-cert",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "statement-cache-capacity",
    "user",
];
/// Parameters that libpq takes and the driver passes over, and without which a connection is as good.
const PASSED_OVER: [&str; 14] = [
    "channel_binding",
    "client_encoding",
    "connect_timeout",
    "fallback_application_name",
    "gssencmode",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "load_balance_hosts",
    "sslcompression",
    "sslsni",
    "target_session_attrs",
    "tcp_user_timeout",
];

impl Address {
    pub(crate) fn parse(text: &str) -> Result<Self, StoreError> {
        if let Some(rest) = text.strip_prefix("sqlite:") {
            return sqlite(rest.strip_prefix("//").unwrap_or(rest)).map(Self::Sqlite).map_err(StoreError::Address);
        }
        match Url::parse(text) {
            Ok(url) if matches!(url.scheme(), "postgres" | "postgresql") => {
                if url.host_str().is_none_or(str::is_empty) && url.query().is_none() {
                    return Err(StoreError::Address("it names no host"));
                }
                postgres(url).map(Box::new).map(Self::Postgres).map_err(StoreError::Address)
            }
            Ok(_) => Err(StoreError::Address("its scheme is neither sqlite nor postgres")),
            Err(_) => Err(StoreError::Address("it is not a URL")),
        }
    }

    /// What kind of address it is. `create` makes a SQLite file that is not there.
    pub(crate) fn kind(&self, create: bool) -> &'static str {
        // a library that is given the whole address shows it in its spans, so it is told beside this where the database is
        match self {
            Self::Sqlite(_) if create => "sqlite://store?mode=rwc",
            Self::Sqlite(_) => "sqlite://store?mode=rw",
            Self::Postgres(_) => "postgres://store",
        }
    }

    pub(crate) fn file(&self) -> Option<PathBuf> {
        match self {
            Self::Sqlite(path) => Some(path.clone()),
            Self::Postgres(_) => None,
        }
    }

    pub(crate) fn server(&self) -> Option<PgConnectOptions> {
        match self {
            Self::Sqlite(_) => None,
            Self::Postgres(options) => Some(options.as_ref().clone()),
        }
    }

    /// For messages: no user, no password, no options.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite://{}", path.display()),
            Self::Postgres(options) => {
                let database = options.get_database().unwrap_or_default();
                match options.get_socket() {
                    Some(socket) => format!("postgres://{}/{database}", socket.display()),
                    None if options.get_host().contains(':') => {
                        format!("postgres://[{}]:{}/{database}", options.get_host(), options.get_port())
                    }
                    None => format!("postgres://{}:{}/{database}", options.get_host(), options.get_port()),
                }
            }
        }
    }

    pub(crate) fn unreachable(&self, error: DbErr) -> StoreError {
        // SQLite says no more than that it cannot open a file; the system says why
        if let Some(refusal) = self.file().and_then(|file| of_file(&file)) {
            return refusal;
        }
        match trouble(&error) {
            Some((Trouble::NotLetIn, reason)) => StoreError::NotLetIn { address: self.shown(), reason },
            Some(_) => error.into(),
            // the driver's error names its cause already, so it is not kept as one
            None => StoreError::Unreachable { address: self.shown(), reason: error.to_string() },
        }
    }
}

fn of_file(path: &Path) -> Option<StoreError> {
    let source = File::options().write(true).open(path).err()?;
    let shown = path.display().to_string();
    match source.kind() {
        ErrorKind::ReadOnlyFilesystem => Some(StoreError::ReadOnly(format!("{shown}: {source}"))),
        ErrorKind::PermissionDenied => Some(StoreError::StoreFile { path: shown, source }),
        _ => None,
    }
}

/// The path, read as every URL is; a `?` in it has to be written `%3F`.
fn sqlite(rest: &str) -> Result<PathBuf, &'static str> {
    let (path, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    if path.is_empty() || path.contains(":memory:") || parameters.contains("mode=memory") {
        return Err("it names no file, and what is only in memory is gone with the process");
    }
    if !matches!(parameters, "" | "mode=rwc" | "mode=rw") {
        return Err("a store of SQLite takes no parameters after ?");
    }
    let path = percent_decode_str(path).decode_utf8().map_err(|_| "its path is not UTF-8")?;
    Ok(PathBuf::from(path.as_ref()))
}

fn postgres(mut url: Url) -> Result<PgConnectOptions, &'static str> {
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let is_option = |name: &str| name.starts_with("options[") && name.ends_with(']');
    let is_taken = |name: &str| TAKEN.contains(&name) || is_option(name);
    // the driver warns of what it does not know and shows it, and a part of a password may stand there
    if pairs.iter().any(|(name, _)| !is_taken(name) && !PASSED_OVER.contains(&name.as_str())) {
        return Err(
            "it has a parameter after ? that is not taken here; sslmode, sslrootcert, host, user and a few others are",
        );
    }
    for (parameter, _) in pairs.iter().filter(|(name, _)| !is_taken(name)) {
        tracing::debug!(parameter, "a parameter of DATABASE_URL that changes nothing here");
    }
    if !pairs.is_empty() {
        let kept: Vec<_> = pairs.iter().filter(|(name, _)| is_taken(name)).collect();
        url.query_pairs_mut().clear().extend_pairs(kept);
    }
    // the error may hold a value
    let options = PgConnectOptions::from_str(url.as_str())
        .map_err(|_| "its user, its password or a parameter after ?, such as sslmode or port, cannot be read")?;
    // the driver would look the brackets of an IPv6 address up as a part of a name
    let bare = options.get_host().strip_prefix('[').and_then(|host| host.strip_suffix(']')).map(str::to_owned);
    Ok(match bare {
        Some(host) => options.host(&host),
        None => options,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_servers() {
        for text in ["sqlite://a/b.db", "sqlite:a/b.db", "sqlite://a/b.db?mode=rwc"] {
            assert_eq!(Address::parse(text).unwrap().file(), Some("a/b.db".into()), "{text}");
        }
        let server = Address::parse("postgres://u:secret@db/pipeline?sslmode=require").unwrap();
        assert_eq!(format!("{server:?}"), "postgres://db:5432/pipeline");
        for (text, shown) in [
            ("postgres://u:hush@[::1]:6543/d", "postgres://[::1]:6543/d"),
            ("postgres:///d?host=/run/postgresql&password=hush", "postgres:///run/postgresql/d"),
            ("POSTGRES:///d?host=db&port=6543&password=hush", "postgres://db:6543/d"),
        ] {
            assert_eq!(Address::parse(text).unwrap().shown(), shown);
        }
        assert_eq!(Address::parse("postgres://u@[::1]/d").unwrap().server().unwrap().get_host(), "::1");
        for text in
            ["", "pipeline.db", "mysql://h/d", "sqlite::memory:", "sqlite://", "http:// bad", "sqlite://a?cache=shared"]
        {
            assert!(Address::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_path_is_read_once_and_shown_as_it_is_opened() {
        for (text, path) in
            [("sqlite://a%20b.db", "a b.db"), ("sqlite://100%.db", "100%.db"), ("sqlite:///a%3Fb#c.db", "/a?b#c.db")]
        {
            let address = Address::parse(text).unwrap();
            assert_eq!(address.file(), Some(path.into()), "{text}");
            assert_eq!(address.shown(), format!("sqlite://{path}"));
        }
        assert!(Address::parse("sqlite://%FF.db").is_err());
    }

    #[test]
    fn parameters_are_known_or_refused_without_being_shown() {
        let url = |parameters: &str| format!("postgres://u@db/pipeline?{parameters}");
        for given in ["sslmode=require&channel_binding=require", "options%5Bsearch_path%5D=a", "connect_timeout=10"] {
            assert!(Address::parse(&url(given)).is_ok(), "{given}");
        }
        for given in ["seen=1", "sslmode=seen", "port=seen", "hostaddr=seen"] {
            let error = Address::parse(&url(given)).unwrap_err().to_string();
            assert!(!error.contains("seen"), "{error}");
        }
    }
}
