//! Each role tries everything.

use store::{OpenOptions, Store, StoreError};

use super::{REFUSED, SERVICES, answer, migrate, role};
use crate::place::{Place, on_postgres};

/// Of each table, what ingest, transfer, export and reports may do: S(ELECT), I(NSERT), U(PDATE), D(ELETE). Written down here once
/// more, so that a right that is given by mistake is found.
#[rustfmt::skip] // a table
const MAY: [(&str, [&str; 4]); 20] = [
    ("application",         ["SIU",  "",     "S",   ""]),
    ("application_event",   ["SIU",  "",     "S",   ""]),
    ("application_month",   ["SIU",  "",     "S",   ""]),
    ("board_attachment",    ["",     "SIUD", "",    ""]),
    ("board_listing",       ["",     "SIU",  "",    ""]),
    ("candidate",           ["SIU",  "",     "S",   ""]),
    ("change_counter",      ["SU",   "",     "SU",  ""]),
    ("export_cursor",       ["S",    "",     "SIU", ""]),
    ("export_run",          ["",     "",     "SIU", ""]),
    ("missing_application", ["SID",  "",     "",    ""]),
    ("pending_scrub",       ["SIUD", "",     "",    ""]),
    ("place",               ["SIU",  "SIU",  "S",   ""]),
    ("posting",             ["SIU",  "S",    "S",   ""]),
    ("posting_event",       ["SI",   "",     "S",   ""]),
    ("rejected_record",     ["SIUD", "",     "",    ""]),
    ("seaql_migrations",    ["S",    "S",    "S",   ""]),
    ("source",              ["SID",  "S",    "S",   ""]),
    ("suppression",         ["SIUD", "",     "S",   ""]),
    ("sync_cursor",         ["SIUD", "",     "S",   ""]),
    ("sync_run",            ["SIU",  "SIU",  "SIU", "S"]),
];

/// What none of them may do. `{other}` is another one's role, `{owner}` the user whose the tables are.
const FORBIDDEN: [&str; 24] = [
    "CREATE TABLE mine (a integer)",
    "CREATE VIEW mine AS SELECT 1",
    "CREATE FUNCTION mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "CREATE SCHEMA mine",
    "CREATE ROLE mine",
    "CREATE DATABASE mine",
    "CREATE PUBLICATION mine",
    "CREATE INDEX mine ON sync_run (id)",
    "CREATE TRIGGER mine BEFORE INSERT ON sync_run EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "ALTER TABLE sync_run ADD COLUMN mine integer",
    "ALTER TABLE application DISABLE TRIGGER ALL",
    "ALTER TABLE sync_run OWNER TO CURRENT_USER",
    "DROP TABLE sync_run",
    "ALTER ROLE \"{other}\" PASSWORD 'mine'",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "GRANT \"{other}\" TO CURRENT_USER",
    "SET ROLE \"{other}\"",
    "SET ROLE \"{owner}\"",
    "SET SESSION AUTHORIZATION \"{owner}\"",
    "ALTER SYSTEM SET work_mem = '1GB'",
    "SELECT rolpassword FROM pg_authid",
    "SELECT pg_read_file('/etc/passwd')",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{owner}'",
];

#[tokio::test]
async fn each_table_lets_each_role_do_what_it_needs_and_nothing_else() {
    on_postgres(async |place: &Place| {
        migrate(place).await;
        let tables = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'";
        assert_eq!(place.number(tables).await, 20, "a table of which nobody says who may use it");
        for (at, service) in SERVICES.into_iter().enumerate() {
            let db = rig::connect(&place.url_of(service)).await;
            for (table, may) in MAY {
                let column = first_column(place, table).await;
                for (right, statement) in [
                    ('S', format!("SELECT * FROM {table} LIMIT 0")),
                    ('I', format!("INSERT INTO {table} DEFAULT VALUES")),
                    ('U', format!("UPDATE {table} SET {column} = NULL WHERE false")),
                    ('D', format!("DELETE FROM {table} WHERE false")),
                    ('T', format!("TRUNCATE {table}")),
                ] {
                    let (may, answer) = (may[at].contains(right), answer(&db, &statement).await);
                    // a row of nothing is none that the table takes, for whoever may insert
                    let is_let = answer.is_empty() || (right == 'I' && answer == "23502");
                    assert!(if may { is_let } else { answer == REFUSED }, "{service}: {statement}: {answer:?}");
                }
            }
        }
    })
    .await;
}

async fn first_column(place: &Place, table: &str) -> String {
    use sea_orm::{ConnectionTrait as _, DbBackend, Statement};
    let sql = format!("SELECT attname::text FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum = 1");
    let row = place.eyes().await.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await;
    row.unwrap().unwrap().try_get_by_index(0).unwrap()
}

#[tokio::test]
async fn no_role_makes_changes_or_becomes_anything() {
    on_postgres(async |place: &Place| {
        migrate(place).await;
        let owner: url::Url = place.url.parse().unwrap();
        for service in SERVICES {
            let other = SERVICES.into_iter().find(|other| *other != service).unwrap();
            let db = rig::connect(&place.url_of(service)).await;
            // so that there is one whose session could be ended
            place.number("SELECT 1::bigint").await;
            for statement in FORBIDDEN {
                let statement =
                    statement.replace("{other}", &role(place, other).name).replace("{owner}", owner.username());
                assert_eq!(answer(&db, &statement).await, REFUSED, "{service}: {statement}");
            }
            let temporary = answer(&db, "CREATE TEMPORARY TABLE mine (a integer)").await;
            assert_eq!(temporary, if service == "ingest" { "" } else { REFUSED }, "{service}");
            // this is no error, and does nothing
            let _ = answer(&db, "GRANT SELECT ON sync_run TO PUBLIC").await;
        }
        assert!(super::check(place).await.is_ok());
        let everybody_s = "SELECT count(*) FROM pg_class, aclexplode(relacl) WHERE grantee = 0 \
                           AND relnamespace = 'public'::regnamespace";
        assert_eq!(place.number(everybody_s).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_role_of_one_customer_is_not_let_into_the_database_of_another() {
    on_postgres(async |acme: &Place| {
        on_postgres(async |globex: &Place| {
            migrate(acme).await;
            migrate(globex).await;
            for service in SERVICES {
                let mut url: url::Url = acme.url_of(service).parse().unwrap();
                url.set_path(url::Url::parse(&globex.url).unwrap().path());
                let options = OpenOptions { service, max_connections: 1, wait: std::time::Duration::ZERO };
                let refused = Store::open_to_look(url.as_str(), &options).await.unwrap_err();
                assert!(matches!(&refused, StoreError::NotAllowed(why) if why.contains(REFUSED)), "{refused:?}");
                assert!(
                    refused.is_final() && refused.to_string().contains("permission denied for database"),
                    "{refused}"
                );
                Store::open_to_look(&globex.url_of(service), &options).await.unwrap();
            }
        })
        .await;
    })
    .await;
}

/// Nobody else is let in either who has no right of their own.
#[tokio::test]
async fn a_stranger_at_the_server_is_not_let_in() {
    on_postgres(async |place: &Place| {
        let stranger = format!("stranger_{}", uuid::Uuid::new_v4().simple());
        place.execute(&format!("CREATE ROLE {stranger} LOGIN PASSWORD 'stranger'")).await;
        let mut url: url::Url = place.url.parse().unwrap();
        url.set_username(&stranger).unwrap();
        url.set_password(Some("stranger")).unwrap();
        let look = async || Store::open_to_look(url.as_str(), &crate::place::options("reports")).await;
        place.migrate().await;
        let before = look().await;
        migrate(place).await;
        let after = look().await;
        place.execute(&format!("DROP ROLE {stranger}")).await;
        before.unwrap();
        assert!(matches!(after, Err(StoreError::NotAllowed(_))), "{after:?}");
    })
    .await;
}
