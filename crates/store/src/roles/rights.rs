//! Who may do what with which table, where each program has a role of its own. A migration that makes a table adds its line here:
//! a test holds the two against each other.

use crate::dialect::{Needed, vacuum::OF_PERSONS};

/// Programs that have a role of their own. The owner of the tables, by whom they are made, needs no grant.
pub(crate) const SERVICES: [&str; 4] = ["ingest", "transfer", "export", "reports"];

type Rights = &'static [&'static str];

const NONE: Rights = &[];
const READ: Rights = &["SELECT"];
const APPEND: Rights = &["SELECT", "INSERT"];
const COUNT: Rights = &["SELECT", "UPDATE"];
const WRITE: Rights = &["SELECT", "INSERT", "UPDATE"];
const REPLACE: Rights = &["SELECT", "INSERT", "DELETE"];
const ALL: Rights = &["SELECT", "INSERT", "UPDATE", "DELETE"];

/// Of each table, what each of [`SERVICES`] needs.
#[rustfmt::skip] // a table
const RIGHTS: &[(&str, [Rights; SERVICES.len()])] = &[
    //                       ingest   transfer  export   reports
    ("application",         [WRITE,   NONE,     READ,    NONE]),
    ("application_event",   [WRITE,   NONE,     READ,    NONE]),
    ("application_month",   [WRITE,   NONE,     READ,    NONE]),
    ("board_attachment",    [NONE,    ALL,      NONE,    NONE]),
    ("board_listing",       [NONE,    WRITE,    NONE,    NONE]),
    ("candidate",           [WRITE,   NONE,     READ,    NONE]),
    ("change_counter",      [COUNT,   NONE,     COUNT,   NONE]),
    ("export_cursor",       [READ,    NONE,     WRITE,   NONE]),
    ("export_run",          [NONE,    NONE,     WRITE,   NONE]),
    ("missing_application", [REPLACE, NONE,     NONE,    NONE]),
    ("pending_scrub",       [ALL,     NONE,     NONE,    NONE]),
    ("place",               [WRITE,   WRITE,    READ,    NONE]),
    ("posting",             [WRITE,   READ,     READ,    NONE]),
    ("posting_event",       [APPEND,  NONE,     READ,    NONE]),
    ("rejected_record",     [ALL,     NONE,     NONE,    NONE]),
    ("seaql_migrations",    [READ,    READ,     READ,    NONE]),
    ("source",              [REPLACE, READ,     READ,    NONE]),
    ("suppression",         [ALL,     NONE,     READ,    NONE]),
    ("sync_cursor",         [ALL,     NONE,     READ,    NONE]),
    ("sync_run",            [WRITE,   WRITE,    WRITE,   READ]),
];

/// Every table that the migrations have made, and the one that they are written down in.
pub(crate) fn tables() -> impl Iterator<Item = &'static str> {
    RIGHTS.iter().map(|(table, _)| *table)
}

/// What the role of a service may do: of a table, a right. One that is none of [`SERVICES`] needs everything.
pub(crate) fn on_tables(service: &str) -> Vec<(&'static str, &'static str)> {
    let place = SERVICES.iter().position(|known| *known == service);
    let of = |rights: &[Rights; SERVICES.len()]| place.map_or(ALL, |place| rights[place]);
    RIGHTS.iter().flat_map(|(table, rights)| of(rights).iter().map(|right| (*table, *right))).collect()
}

/// Whether it makes temporary tables: what is read is staged in them.
pub(crate) fn makes_temporary_tables(service: &str) -> bool {
    service == "ingest" || !SERVICES.contains(&service)
}

/// Tables that it takes the remains of deleted rows out of.
pub(crate) fn scrubs(service: &str) -> &'static [&'static str] {
    if service == "ingest" { &OF_PERSONS } else { &[] }
}

/// What a service needs that finds its tables there.
pub(crate) fn needed(service: &str) -> Needed {
    Needed {
        create: false,
        temporary: makes_temporary_tables(service),
        on_tables: on_tables(service),
        tables: RIGHTS.len(),
    }
}

/// What is needed to make the tables.
pub(crate) fn needed_to_migrate() -> Needed {
    Needed { create: true, temporary: true, ..Needed::default() }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chrono::DateTime;
    use sea_orm::{ConnectionTrait as _, DbBackend, Statement};

    use super::*;
    use crate::{OpenOptions, Store};

    #[tokio::test]
    async fn of_every_table_it_is_said_who_may_use_it() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("store.db").display());
        let options = OpenOptions { service: "migrate", max_connections: 1, wait: Duration::ZERO };
        let store = Store::open_to_migrate(&url, &options).await.unwrap();
        store.migrate(DateTime::UNIX_EPOCH).await.unwrap();
        let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
        let rows = store.db.query_all_raw(Statement::from_string(DbBackend::Sqlite, sql)).await.unwrap();
        let there: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
        assert_eq!(
            there,
            tables().collect::<Vec<_>>(),
            "left: the schema's tables, right: those of RIGHTS, in their order"
        );
        let is_used =
            |table: &str| SERVICES.iter().any(|service| on_tables(service).iter().any(|(of, _)| *of == table));
        assert!(tables().all(is_used), "a table that nobody may use");
    }
}
