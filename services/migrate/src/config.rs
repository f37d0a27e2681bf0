//! The settings.

use runtime::{Config, DatabaseSettings, Reader, Secret, section, settings::Problem};
use serde::Deserialize;
use store::{OwnDatabase, Role};

pub struct Settings {
    pub(crate) database: DatabaseSettings,
    pub(crate) roles: Vec<Role>,
    /// Of the mock.
    pub(crate) own_database: Option<OwnDatabase>,
}

section! {
    /// A role each for the programs; without any, all of them are who migrate is.
    #[derive(Debug, Clone, Deserialize)]
    struct RoleSettings in "MIGRATE_" {
        /// role of ingest at the server of PostgreSQL, made if it is not there; it may do what ingest needs
        ingest_role: Option<String> = optional("MIGRATE_INGEST_ROLE", "acme_ingest").unless(no_role),
        /// its password; without it, the role has to be there
        ingest_password: Option<Secret> = optional("MIGRATE_INGEST_PASSWORD", "a-long-random-secret").secret(),
        /// role of transfer, likewise
        transfer_role: Option<String> = optional("MIGRATE_TRANSFER_ROLE", "acme_transfer").unless(no_role),
        /// its password
        transfer_password: Option<Secret> = optional("MIGRATE_TRANSFER_PASSWORD", "a-long-random-secret").secret(),
        /// role of export, likewise
        export_role: Option<String> = optional("MIGRATE_EXPORT_ROLE", "acme_export").unless(no_role),
        /// its password
        export_password: Option<Secret> = optional("MIGRATE_EXPORT_PASSWORD", "a-long-random-secret").secret(),
        /// role of reports, likewise
        reports_role: Option<String> = optional("MIGRATE_REPORTS_ROLE", "acme_reports").unless(no_role),
        /// its password
        reports_password: Option<Secret> = optional("MIGRATE_REPORTS_PASSWORD", "a-long-random-secret").secret(),
        /// role of a mock at the same server, made likewise; it owns one database and nothing else
        mock_role: Option<String> = optional("MIGRATE_MOCK_ROLE", "emply_mock").unless(no_role),
        /// its password
        mock_password: Option<Secret> = optional("MIGRATE_MOCK_PASSWORD", "a-long-random-secret").secret(),
        /// its database, made if it is not there
        mock_database: String = default("MIGRATE_MOCK_DATABASE", "mock"),
    }
}

/// PostgreSQL cuts off what is longer, so that two names may become one.
const LONGEST_NAME: usize = 63;

fn no_role(name: &str) -> Option<&'static str> {
    match name {
        _ if name.len() > LONGEST_NAME => Some("is longer than 63 bytes, of which PostgreSQL cuts off the rest"),
        _ if name.starts_with("pg_") => Some("begins with pg_, which PostgreSQL keeps for itself"),
        _ if name.eq_ignore_ascii_case("public") => Some("is everybody at the server, and nobody's name"),
        _ => None,
    }
}

impl Config for Settings {
    fn read(reader: &mut Reader) -> Option<Self> {
        let (database, roles) = (DatabaseSettings::read(reader), reader.section::<RoleSettings>());
        let is_file = database.as_ref().is_some_and(|database| database.url.reveal().starts_with("sqlite:"));
        let (own_database, roles) = roles.map(|roles| roles.whole(reader, is_file)).unzip();
        Some(Self { database: database?, roles: roles?, own_database: own_database? })
    }
}

impl RoleSettings {
    /// The mock's database, and the roles of the others.
    fn whole(self, reader: &mut Reader, is_file: bool) -> (Option<OwnDatabase>, Vec<Role>) {
        let all = [
            ("ingest", ["MIGRATE_INGEST_ROLE", "MIGRATE_INGEST_PASSWORD"], self.ingest_role, self.ingest_password),
            (
                "transfer",
                ["MIGRATE_TRANSFER_ROLE", "MIGRATE_TRANSFER_PASSWORD"],
                self.transfer_role,
                self.transfer_password,
            ),
            ("export", ["MIGRATE_EXPORT_ROLE", "MIGRATE_EXPORT_PASSWORD"], self.export_role, self.export_password),
            ("reports", ["MIGRATE_REPORTS_ROLE", "MIGRATE_REPORTS_PASSWORD"], self.reports_role, self.reports_password),
            ("mock", ["MIGRATE_MOCK_ROLE", "MIGRATE_MOCK_PASSWORD"], self.mock_role, self.mock_password),
        ];
        let mut roles: Vec<Role> = Vec::new();
        for (service, [setting, of_password], name, password) in all {
            let mut refuse = |setting, problem: &str| reader.refuse(setting, Problem::Refused(problem.to_owned()));
            let Some(name) = name else {
                if password.is_some() {
                    refuse(of_password, &format!("is a password of nobody: {setting} is missing"));
                }
                continue;
            };
            if is_file {
                refuse(setting, "is a role at a server, and DATABASE_URL names a file, which has none");
            }
            if let Some(other) = roles.iter().find(|role| role.name == name) {
                refuse(setting, &format!("is the role of {}, too: each program has one of its own", other.service));
            }
            roles.push(Role { service, name, password: password.map(|password| password.reveal().to_owned()) });
        }
        // the last one is none of the store's
        let own_database = roles.pop_if(|role| role.service == "mock").map(|Role { name, password, .. }| OwnDatabase {
            database: self.mock_database,
            role: name,
            password,
        });
        (own_database, roles)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Vec<Role>, Vec<String>> {
        let mut reader =
            Reader::over(pairs.iter().map(|(name, value)| ((*name).to_owned(), Some((*value).to_owned()))));
        let settings = Settings::read(&mut reader);
        let faults: Vec<String> = reader.finish().iter().map(ToString::to_string).collect();
        if faults.is_empty() { Ok(settings.unwrap().roles) } else { Err(faults) }
    }

    const SERVER: (&str, &str) = ("DATABASE_URL", "postgres://u@localhost/d");

    #[test]
    fn there_are_no_roles_unless_they_are_asked_for() {
        assert_eq!(read(&[SERVER]), Ok(Vec::new()));
        assert_eq!(read(&[("DATABASE_URL", "sqlite://a.db")]), Ok(Vec::new()));
        let roles = read(&[
            SERVER,
            ("MIGRATE_REPORTS_ROLE", "r"),
            ("MIGRATE_INGEST_ROLE", "i"),
            ("MIGRATE_INGEST_PASSWORD", "hush"),
        ]);
        let role = |service, name: &str, password: Option<&str>| Role {
            service,
            name: name.to_owned(),
            password: password.map(str::to_owned),
        };
        assert_eq!(roles, Ok(vec![role("ingest", "i", Some("hush")), role("reports", "r", None)]));
    }

    #[test]
    fn what_cannot_be_meant_is_refused_by_name() {
        let long = "a".repeat(64);
        for (given, setting, words) in [
            (
                &[SERVER, ("MIGRATE_INGEST_PASSWORD", "hush")][..],
                "MIGRATE_INGEST_PASSWORD",
                "MIGRATE_INGEST_ROLE is missing",
            ),
            (
                &[SERVER, ("MIGRATE_EXPORT_ROLE", "a"), ("MIGRATE_INGEST_ROLE", "a")],
                "MIGRATE_EXPORT_ROLE",
                "role of ingest",
            ),
            (&[("DATABASE_URL", "sqlite://a.db"), ("MIGRATE_EXPORT_ROLE", "a")], "MIGRATE_EXPORT_ROLE", "names a file"),
            (&[SERVER, ("MIGRATE_EXPORT_ROLE", &long)], "MIGRATE_EXPORT_ROLE", "63 bytes"),
            (&[SERVER, ("MIGRATE_REPORTS_ROLE", "pg_monitor")], "MIGRATE_REPORTS_ROLE", "begins with pg_"),
            (&[SERVER, ("MIGRATE_TRANSFER_ROLE", "Public")], "MIGRATE_TRANSFER_ROLE", "everybody"),
        ] {
            let faults = read(given).unwrap_err();
            assert!(faults.len() == 1 && faults[0].starts_with(setting) && faults[0].contains(words), "{faults:?}");
            assert!(!faults[0].contains("hush"), "{faults:?}");
        }
    }
}
