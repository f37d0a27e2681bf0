//! Where a database is.

use std::net::IpAddr;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::Deserialize;
use url::Url;

use super::{
    Reader, Secret, address,
    standard::{Rule, Variable},
};
use crate::section;

section! {
    /// Address of the store, and size of the pool of connections.
    #[derive(Clone, Deserialize)]
    pub struct DatabaseSettings in "DATABASE_" {
        /// the store: sqlite://FILE or postgres://USER:PASSWORD@HOST/DATABASE
        pub url: Secret = required("DATABASE_URL", "sqlite://pipeline.db").address(),
        /// open connections to the store at most
        pub max_connections: u32 = default("DATABASE_MAX_CONNECTIONS", "4").within(1, 100),
        /// seconds to wait for the schema of the store, and for the program's role (migrate: for the database)
        pub wait_seconds: u64 = default("DATABASE_WAIT_SECONDS", "60").within(0, 86_400),
    }
}

impl DatabaseSettings {
    /// Reads the section, and what the standard variables of PostgreSQL say beside it.
    pub fn read(reader: &mut Reader) -> Option<Self> {
        let database = reader.section::<Self>()?;
        Some(Self { url: server_address(reader, &database.url), ..database })
    }
}

/// The address of a database with what the standard variables of PostgreSQL say of it, and with the TLS that is demanded where
/// nobody has said how much there is to be.
pub fn server_address(reader: &mut Reader, address: &Secret) -> Secret {
    if !address::is_postgres(address.reveal()) {
        return address.clone();
    }
    let (mut address, mut said) = (address.reveal().to_owned(), Said::default());
    for variable in VARIABLES {
        let Some(value) = reader.variable(variable) else { continue };
        match variable.name {
            // the driver takes the variable as it is, with the line end that a file had
            "PGPASSWORD" => address = with_password(address, &value),
            "PGHOST" => said.host = Some(value),
            "PGHOSTADDR" => said.address = Some(value),
            "PGSSLMODE" => said.has_mode = true,
            "PGSSLROOTCERT" => said.has_authority = true,
            _ => {}
        }
    }
    Secret::new(with_tls(address, &said))
}

/// What the variables say of where a server is, and of TLS.
#[derive(Debug, Default)]
struct Said {
    host: Option<String>,
    /// Counts before it.
    address: Option<String>,
    has_mode: bool,
    has_authority: bool,
}

/// The address with this password, unless it has one already.
fn with_password(address: String, password: &str) -> String {
    let Ok(url) = Url::parse(&address) else { return address };
    if url.password().is_some() || has(&url, &["password"]) {
        return address;
    }
    with(&address, "password", &utf8_percent_encode(password, NON_ALPHANUMERIC).to_string())
}

/// The address with a mode of TLS, unless somebody has said one. The driver's own is `prefer`, which goes on without TLS where a
/// server, or somebody between, says that there is none.
fn with_tls(address: String, said: &Said) -> String {
    let Ok(url) = Url::parse(&address) else { return address };
    let host = host(&url, said).unwrap_or_default();
    // there is no TLS on a socket
    if said.has_mode || has(&url, &["sslmode", "ssl-mode"]) || host.starts_with('/') {
        return address;
    }
    if said.has_authority || has(&url, &["sslrootcert", "ssl-root-cert", "ssl-ca"]) {
        return with(&address, "sslmode", "verify-full");
    }
    let is_here = host.is_empty()
        || host.eq_ignore_ascii_case("localhost")
        || host.trim_matches(['[', ']']).parse().is_ok_and(|ip: IpAddr| ip.to_canonical().is_loopback());
    if is_here { address } else { with(&address, "sslmode", "require") }
}

/// Where the server is, as the driver finds it out; none leaves that to the driver, which looks on this machine.
fn host(url: &Url, said: &Said) -> Option<String> {
    let parameters = url.query_pairs().filter(|(name, _)| matches!(&**name, "host" | "hostaddr"));
    let parameters: Vec<String> = parameters.map(|(_, value)| value.into_owned()).collect();
    // a socket counts before every host
    let socket = parameters.iter().find(|value| value.starts_with('/'));
    let own = url.host_str().map(|host| percent_decode_str(host).decode_utf8_lossy().into_owned());
    let own = own.filter(|host| !host.is_empty());
    let own_socket = own.clone().filter(|host| host.starts_with('/'));
    let variable = said.address.as_ref().or(said.host.as_ref());
    own_socket.or_else(|| socket.or(parameters.last()).cloned()).or(own).or_else(|| variable.cloned())
}

fn has(url: &Url, names: &[&str]) -> bool {
    url.query_pairs().any(|(name, _)| names.contains(&&*name))
}

fn with(address: &str, name: &str, value: &str) -> String {
    let sign = if address.contains('?') { '&' } else { '?' };
    format!("{address}{sign}{name}={value}")
}

/// What the driver reads by itself. It passes over a port or a mode that it cannot read, and takes 5432 or `prefer` then (sqlx
/// 0.9).
pub(super) const VARIABLES: &[Variable] = &[
    Variable::new("PGPASSWORD", Rule::Trimmed, "the password, where `DATABASE_URL` has none"),
    Variable::new("PGHOST", Rule::Text, "the host, where `DATABASE_URL` has none"),
    Variable::new("PGHOSTADDR", Rule::Text, "its address, which counts before it"),
    Variable::new("PGPORT", Rule::Number(1, 65_535), "the port, where `DATABASE_URL` has none"),
    Variable::new("PGUSER", Rule::Text, "the user, where `DATABASE_URL` has none"),
    Variable::new("PGDATABASE", Rule::Text, "the database, where `DATABASE_URL` has none"),
    Variable::new(
        "PGSSLMODE",
        Rule::OneOf(&["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]),
        "how much TLS there is to be, where `DATABASE_URL` has no `sslmode` either: `verify-full` where certificates are given, else \
         `require`, but nothing on this machine",
    ),
    Variable::new(
        "PGSSLROOTCERT",
        Rule::Certificates,
        "the certificates that are trusted, where `DATABASE_URL` has no `sslrootcert`",
    ),
    Variable::new("PGSSLCERT", Rule::Certificates, "our own certificate"),
    Variable::new("PGSSLKEY", Rule::Secret, "its key, or the file of it"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(pairs: &[(&str, &str)]) -> Reader {
        Reader::over(pairs.iter().map(|(name, value)| ((*name).to_owned(), Some((*value).to_owned()))))
    }

    #[test]
    fn a_password_of_its_own_is_trimmed_and_goes_where_there_is_none() {
        let read = |url: &str| {
            let given = [("DATABASE_URL", url), ("PGPASSWORD", "/a%41 +\n"), ("PGSSLMODE", "prefer")];
            let mut reader = reader(&given);
            DatabaseSettings::read(&mut reader).unwrap().url.reveal().to_owned()
        };
        assert_eq!(read("postgres://u@h/d"), "postgres://u@h/d?password=%2Fa%2541%20%2B");
        assert_eq!(
            read("postgres://u@h/d?sslmode=require"),
            "postgres://u@h/d?sslmode=require&password=%2Fa%2541%20%2B"
        );
        assert_eq!(read("POSTGRES://u@h/d"), "POSTGRES://u@h/d?password=%2Fa%2541%20%2B");
        for url in ["postgres://u:own@h/d", "postgres://h/d?password=own", "sqlite://a.db"] {
            assert_eq!(read(url), url);
        }
    }

    /// What is said of TLS in an address that is read beside these variables.
    fn tls(url: &str, variables: &[(&str, &str)]) -> Option<String> {
        let mut reader = reader(&[&[("DATABASE_URL", url)], variables].concat());
        let read = DatabaseSettings::read(&mut reader).unwrap().url.reveal().to_owned();
        assert!(read.starts_with(url));
        let read = Url::parse(&read).unwrap();
        read.query_pairs().find(|(name, _)| name == "sslmode").map(|(_, mode)| mode.into_owned())
    }

    #[test]
    fn tls_is_demanded_of_a_server_elsewhere() {
        for elsewhere in [
            "postgres://u@db.example.org/d",
            "POSTGRESQL://u:p@10.0.0.7:6432/d?application_name=x",
            "postgres://u@[2001:db8::1]/d",
            "postgres:///d?host=db",
            "postgres://localhost/d?host=db",
            "postgres://localhost/d?hostaddr=10.0.0.7",
            // whoever else listens there: it is no address of this machine's own
            "postgres://u@0.0.0.0/d",
        ] {
            assert_eq!(tls(elsewhere, &[]).as_deref(), Some("require"), "{elsewhere}");
            for asked in ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] {
                assert_eq!(tls(elsewhere, &[("PGSSLMODE", asked)]), None, "the driver reads that itself");
                let sign = if elsewhere.contains('?') { '&' } else { '?' };
                let url = format!("{elsewhere}{sign}sslmode={asked}");
                assert_eq!(tls(&url, &[]).as_deref(), Some(asked));
            }
        }
        assert_eq!(tls("postgres:///d?user=u", &[("PGHOST", "db")]).as_deref(), Some("require"));
        let both = [("PGHOSTADDR", "10.0.0.7"), ("PGHOST", "localhost")];
        assert_eq!(tls("postgres:///d?user=u", &both).as_deref(), Some("require"));
        assert_eq!(tls("postgres://localhost/d", &both), None, "the address counts before the variables");
    }

    #[test]
    fn on_this_machine_nothing_is_demanded() {
        for here in [
            "postgres://u@localhost/d",
            "postgres://u@127.0.0.1:5433/d",
            "postgres://u@127.8.9.1/d",
            "postgres://u@[::1]/d",
            "postgres:///d?host=/run/postgresql",
            "postgres://db/d?host=/run/postgresql",
            "postgres://%2Frun%2Fpostgresql/d",
            "postgres:///d?user=u",
        ] {
            assert_eq!(tls(here, &[]), None, "{here}");
        }
        assert_eq!(tls("postgres:///d?user=u", &[("PGHOST", "/run/postgresql")]), None);
    }

    #[test]
    fn where_an_authority_is_given_the_server_is_to_prove_who_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ca.pem");
        std::fs::write(&file, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").unwrap();
        let authority = [("PGSSLROOTCERT", file.to_str().unwrap())];
        for host in ["db", "10.0.0.7", "localhost"] {
            let url = format!("postgres://u@{host}/d");
            assert_eq!(tls(&url, &authority).as_deref(), Some("verify-full"), "{host}");
            let url = format!("{url}?sslrootcert=/ca.pem");
            assert_eq!(tls(&url, &[]).as_deref(), Some("verify-full"), "{host}");
        }
        assert_eq!(tls("postgres://u@db/d", &[authority[0], ("PGSSLMODE", "verify-ca")]), None);
        assert_eq!(tls("postgres:///d?host=/run/postgresql", &authority), None, "there is no TLS on a socket");
    }

    #[test]
    fn what_the_driver_would_pass_over_is_a_fault() {
        let misread = [
            ("PGSSLMODE", "verify_full"),
            ("PGSSLMODE", "require\n"),
            ("PGSSLMODE", "Require"),
            ("PGPORT", "5432x"),
            ("PGPORT", "5432 "),
            ("PGHOST", "db\n"),
            ("PGSSLROOTCERT", "/nowhere.pem"),
        ];
        for (name, value) in misread {
            let mut reader = reader(&[("DATABASE_URL", "PostgreSQL://u@h/d"), (name, value)]);
            let _ = DatabaseSettings::read(&mut reader);
            let faults: Vec<String> = reader.finish().iter().map(ToString::to_string).collect();
            assert!(faults.len() == 1 && faults[0].starts_with(name), "{faults:?}");
        }
    }

    #[test]
    fn a_service_called_pg_is_none_of_ours() {
        let mut reader = reader(&[("DATABASE_URL", "sqlite://a.db"), ("PG_PORT", "tcp://10.0.0.1:5432")]);
        assert!(DatabaseSettings::read(&mut reader).is_some());
        assert!(reader.finish().is_empty());
    }
}
