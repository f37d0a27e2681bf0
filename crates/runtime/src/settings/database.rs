//! Where a database is.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

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
        /// seconds to wait for the schema of the store (migrate: for the database)
        pub wait_seconds: u64 = default("DATABASE_WAIT_SECONDS", "60").within(0, 86_400),
    }
}

impl DatabaseSettings {
    /// Reads the section, and what the standard variables of PostgreSQL say beside it.
    pub fn read(reader: &mut Reader) -> Option<Self> {
        let mut database = reader.section::<Self>()?;
        if address::is_postgres(database.url.reveal()) {
            for variable in VARIABLES {
                let value = reader.variable(variable);
                // the driver takes the variable as it is, with the line end that a file had
                if let Some(password) = value.filter(|_| variable.name == "PGPASSWORD") {
                    database.url = Secret::new(with_password(database.url.reveal(), &password));
                }
            }
        }
        Some(database)
    }
}

/// The address with this password, unless it has one already.
fn with_password(address: &str, password: &str) -> String {
    let Ok(url) = url::Url::parse(address) else { return address.to_owned() };
    if url.password().is_some() || url.query_pairs().any(|(name, _)| name == "password") {
        return address.to_owned();
    }
    let sign = if url.query().is_some() { '&' } else { '?' };
    format!("{address}{sign}password={}", utf8_percent_encode(password, NON_ALPHANUMERIC))
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
        "how much TLS there is to be, where `DATABASE_URL` has no `sslmode`",
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
            let mut reader = reader(&[("DATABASE_URL", url), ("PGPASSWORD", "/a%41 +\n")]);
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
