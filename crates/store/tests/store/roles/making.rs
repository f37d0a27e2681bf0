//! Roles are made, or found, and get what they need; a second time nothing changes.

use rig::Backend;
use store::{Migrated, OwnDatabase, Role, Store, StoreError};

use super::{SERVICES, answer, check, migrate, migrate_as, role, roles};
use crate::{
    place::{Place, on_postgres, on_sqlite, options},
    records::day,
};

#[tokio::test]
async fn a_second_time_nothing_changes() {
    on_postgres(async |place: &Place| {
        let first = migrate(place).await;
        assert_eq!((first.steps.len(), first.roles_made.len()), (1, 4), "{first:?}");
        assert!(first.rights_changed > 0 && first.passwords_left.is_empty(), "{first:?}");
        assert_eq!(migrate(place).await, Migrated::default());
        check(place).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn two_at_once_do_not_disturb_each_other() {
    on_postgres(async |place: &Place| {
        let [one, other] = [(); 2].map(|()| migrate(place));
        let (one, other) = tokio::join!(one, other);
        assert_eq!(one.steps.len() + other.steps.len(), 1);
        assert_eq!(one.roles_made.len() + other.roles_made.len(), 4, "each role is made by one of them");
        check(place).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn without_roles_nobody_s_rights_are_touched() {
    on_postgres(async |place: &Place| {
        place.migrate().await;
        let open = "SELECT count(*) FROM pg_database WHERE datname = current_database() AND datacl IS NULL";
        assert_eq!(place.number(open).await, 1, "as the server makes it");
    })
    .await;
    on_sqlite(async |place: &Place| {
        let role = Role { service: "ingest", name: "ingest".to_owned(), password: None };
        assert_eq!(migrate_as(&place.url, &[role]).await.unwrap().rights_changed, 0, "a file has no roles");
    })
    .await;
}

#[tokio::test]
async fn what_is_too_much_is_taken_and_what_is_lacking_is_given() {
    on_postgres(async |place: &Place| {
        migrate(place).await;
        let [transfer, reports] = ["transfer", "reports"].map(|service| role(place, service).name);
        for (change, shown) in [
            (
                format!("GRANT DELETE, TRUNCATE ON application TO {transfer}"),
                "more than its program needs (DELETE on application",
            ),
            ("GRANT SELECT ON candidate TO PUBLIC".to_owned(), "more than its program needs (SELECT on candidate)"),
            ("GRANT CREATE ON SCHEMA public TO PUBLIC".to_owned(), "(CREATE on the schema)"),
            (format!("GRANT TEMPORARY ON DATABASE DB TO {reports}"), "(TEMPORARY on the database)"),
            (format!("REVOKE SELECT ON sync_run FROM {reports}"), "less than its program needs (SELECT on sync_run)"),
            (
                format!("REVOKE USAGE ON SCHEMA public FROM PUBLIC; REVOKE USAGE ON SCHEMA public FROM {reports}"),
                "(USAGE on the schema)",
            ),
        ] {
            let database = url::Url::parse(&place.url).unwrap().path()[1..].to_owned();
            place.execute(&change.replace("DB", &database)).await;
            let found = check(place).await.unwrap_err();
            assert!(found.is_final() && found.to_string().contains(shown), "{change}: {found}");
            let done = migrate(place).await;
            assert!(done.rights_changed > 0 && done.steps.is_empty(), "{change}: {done:?}");
            check(place).await.unwrap();
        }
        place.execute(&format!("GRANT SELECT ON sync_run TO {reports} WITH GRANT OPTION")).await;
        assert_eq!(migrate(place).await.rights_changed, 1);
        let db = rig::connect(&place.url_of("reports")).await;
        let _ = answer(&db, "GRANT SELECT ON sync_run TO PUBLIC").await;
        check(place).await.unwrap();
        assert_eq!(migrate(place).await.rights_changed, 0, "it could not be handed on");
    })
    .await;
}

/// An owner that is no superuser, as servers of a provider have it.
async fn with_owner(place: &Place, attributes: &str, test: impl AsyncFnOnce(&str, &str)) {
    let (owner, database) = (format!("owner_{}", uuid::Uuid::new_v4().simple()), url::Url::parse(&place.url).unwrap());
    let database = &database.path()[1..];
    place.execute(&format!("CREATE ROLE {owner} LOGIN {attributes} PASSWORD 'owner'")).await;
    place.execute(&format!("ALTER DATABASE {database} OWNER TO {owner}")).await;
    let mut url: url::Url = place.url.parse().unwrap();
    url.set_username(&owner).unwrap();
    url.set_password(Some("owner")).unwrap();
    test(&owner, url.as_str()).await;
    place.execute(&format!("ALTER DATABASE {database} OWNER TO CURRENT_USER; DROP OWNED BY {owner} CASCADE")).await;
    for service in SERVICES {
        let Role { name, .. } = role(place, service);
        if place.number(&format!("SELECT count(*) FROM pg_roles WHERE rolname = '{name}'")).await > 0 {
            place.execute(&format!("DROP OWNED BY {name}; DROP ROLE {name}")).await;
        }
    }
    place.execute(&format!("DROP ROLE {owner}")).await;
}

#[tokio::test]
async fn an_owner_who_may_make_roles_needs_no_superuser() {
    on_postgres(async |place: &Place| {
        with_owner(place, "CREATEROLE", async |_, url| {
            let done = migrate_as(url, &roles(place)).await.unwrap();
            assert_eq!((done.roles_made.len(), done.passwords_left.len()), (4, 0));
            let mut other = roles(place);
            other[3].password = Some("another one".to_owned());
            assert_eq!(migrate_as(url, &other).await.unwrap(), Migrated::default());
            let refused = Store::open_to_look(&place.url_of("reports"), &options("reports")).await.unwrap_err();
            assert!(matches!(&refused, StoreError::NotLetIn { .. }), "it has another password now: {refused:?}");
            migrate_as(url, &roles(place)).await.unwrap();
            let store = Store::open_to_look(&place.url_of("reports"), &options("reports")).await.unwrap();
            assert!(store.runs(None, 1).await.unwrap().is_empty());
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn where_no_role_can_be_made_it_is_said_what_is_to_be_run() {
    on_postgres(async |place: &Place| {
        with_owner(place, "", async |_, url| {
            let refused = migrate_as(url, &roles(place)).await.unwrap_err();
            let said = refused.to_string();
            assert!(refused.is_final() && said.contains("may not make the roles"), "{said}");
            for service in SERVICES {
                let Role { name, password, .. } = role(place, service);
                let statement = format!("CREATE ROLE \"{name}\" LOGIN PASSWORD '…'");
                assert!(said.contains(&statement) && !said.contains(&password.unwrap()), "{said}");
                place.execute(&statement.replace('…', &place.role(service)[1])).await;
            }
            let done = migrate_as(url, &roles(place)).await.unwrap();
            assert_eq!((done.roles_made.len(), done.passwords_left.len()), (0, 4), "{done:?}");
            check(place).await.unwrap();
            for service in ["ingest", "transfer", "export"] {
                let store = Store::open(&place.url_of(service), &options(service)).await.unwrap();
                store.check_rights().await.unwrap();
            }
        })
        .await;
    })
    .await;
}

/// The database is somebody else's, who alone may say who is let in.
#[tokio::test]
async fn where_a_right_cannot_be_given_it_is_said_what_is_to_be_run() {
    on_postgres(async |place: &Place| {
        with_owner(place, "CREATEROLE", async |owner, url| {
            let database = url::Url::parse(&place.url).unwrap().path()[1..].to_owned();
            place.execute(&format!("ALTER DATABASE {database} OWNER TO CURRENT_USER")).await;
            place.execute(&format!("GRANT CREATE ON SCHEMA public TO {owner}")).await;
            let said = migrate_as(url, &roles(place)).await.unwrap_err().to_string();
            assert!(said.contains("have somebody who may run"), "{said}");
            let (_, statements) = said.split_once("who may run: ").unwrap();
            assert!(statements.contains("REVOKE CONNECT, TEMPORARY ON DATABASE"), "{said}");
            place.execute(statements).await;
            migrate_as(url, &roles(place)).await.unwrap();
            check(place).await.unwrap();
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_role_that_is_not_there_has_to_have_a_password() {
    on_postgres(async |place: &Place| {
        let mut all = roles(place);
        all[2].password = None;
        let refused = migrate_as(&place.url, &all).await.unwrap_err();
        assert!(refused.to_string().contains("no password to make it with"), "{refused}");
        migrate(place).await;
        // from now on it is there, and keeps what it has
        migrate_as(&place.url, &all).await.unwrap();
        assert!(Store::open_to_look(&place.url_of("export"), &options("export")).await.is_ok());
    })
    .await;
}

/// A program that waits for its tables may use them as soon as they are there.
#[tokio::test]
async fn nobody_finds_tables_that_they_may_not_use_yet() {
    on_postgres(async |place: &Place| {
        // the roles are there, and no table
        for service in SERVICES {
            let [name, password] = place.role(service);
            place.execute(&format!("CREATE ROLE {name} LOGIN PASSWORD '{password}'")).await;
        }
        let mut patient = options("ingest");
        patient.wait = std::time::Duration::from_mins(1);
        let url = place.url_of("ingest");
        let waiting = async {
            let store = Store::open(&url, &patient).await.unwrap();
            store.check_rights().await
        };
        let (found, _) = tokio::join!(waiting, migrate(place));
        found.unwrap();
    })
    .await;
}

#[tokio::test]
async fn each_opens_the_store_and_has_what_its_check_wants() {
    if !Backend::Postgres.is_there() {
        return;
    }
    on_postgres(async |place: &Place| {
        migrate(place).await;
        for service in ["ingest", "transfer", "export"] {
            let store = Store::open(&place.url_of(service), &options(service)).await.unwrap();
            store.check_rights().await.unwrap();
            assert!(store.elsewhere_for("ingest").await.unwrap().is_none(), "it knows where the store is");
            assert!(store.writer().await.unwrap().is_some(), "{service} takes its lock");
        }
        let reports = Store::open_to_look(&place.url_of("reports"), &options("reports")).await.unwrap();
        assert!(reports.runs(Some("ingest"), 5).await.unwrap().is_empty());
        place.execute(&format!("REVOKE UPDATE ON candidate FROM {}", role(place, "ingest").name)).await;
        let ingest = Store::open(&place.url_of("ingest"), &options("ingest")).await.unwrap();
        let lacking = ingest.check_rights().await.unwrap_err().to_string();
        assert!(lacking.contains("it lacks UPDATE on candidate"), "{lacking}");
        assert_eq!(day(1).timestamp(), place.number("SELECT max(applied_at) FROM seaql_migrations").await);
    })
    .await;
}

/// A database of a mock that nobody has made yet.
fn of_a_mock(mock: &rig::Database) -> OwnDatabase {
    let [role, password] = mock.role("mock");
    OwnDatabase { database: name_of(&mock.url), role, password: Some(password) }
}

fn name_of(url: &str) -> String {
    url::Url::parse(url).unwrap().path()[1..].to_owned()
}

#[tokio::test]
async fn a_program_that_is_no_part_of_it_has_a_database_of_its_own() {
    on_postgres(async |place: &Place| {
        migrate(place).await;
        let store = Store::open_to_look(&place.url, &options("migrate")).await.unwrap();
        for is_there in [false, true] {
            let mock = rig::Database::absent(Backend::Postgres);
            let own = of_a_mock(&mock);
            if is_there {
                // as one that another release has made, who was everybody
                place.execute(&format!("CREATE DATABASE {}", own.database)).await;
                mock.execute("CREATE SCHEMA world; CREATE TABLE world.a (b bigint PRIMARY KEY)").await;
            }
            assert!(store.make_database_of(&own).await.unwrap());
            assert!(!store.make_database_of(&own).await.unwrap(), "a second time nothing changes");
            let db = rig::connect(&mock.url_of("mock")).await;
            for (statement, expected) in [
                ("CREATE SCHEMA IF NOT EXISTS world", ""),
                ("CREATE TABLE IF NOT EXISTS world.a (b bigint)", ""),
                ("INSERT INTO world.a VALUES (1); ALTER TABLE world.a ADD COLUMN c bigint", ""),
                ("CREATE DATABASE mine", super::REFUSED),
                ("CREATE ROLE mine", super::REFUSED),
            ] {
                assert_eq!(answer(&db, statement).await, expected, "{statement}");
            }
            for (whose, where_to) in [(mock.url_of("mock"), &place.url), (place.url_of("ingest"), &mock.url)] {
                let mut url: url::Url = whose.parse().unwrap();
                url.set_path(&name_of(where_to));
                let refused = Store::open_to_look(url.as_str(), &options("reports")).await;
                assert!(matches!(&refused, Err(StoreError::NotAllowed(_))), "{refused:?}");
            }
        }
    })
    .await;
}

/// What is somebody else's does not become a mock's by a slip of the pen.
#[tokio::test]
async fn no_store_and_no_other_role_becomes_a_mock_s() {
    on_postgres(async |place: &Place| {
        migrate(place).await;
        let store = Store::open_to_look(&place.url, &options("migrate")).await.unwrap();
        let [mock, other] = [(); 2].map(|()| rig::Database::absent(Backend::Postgres));
        migrate_as(&other.url, &[]).await.unwrap();
        let (own, owner) = (of_a_mock(&mock), url::Url::parse(&place.url).unwrap().username().to_owned());
        for (wrong, words) in [
            (OwnDatabase { database: name_of(&place.url), ..own.clone() }, "that of the store"),
            (OwnDatabase { database: name_of(&other.url), ..own.clone() }, "a store is in it"),
            (OwnDatabase { role: owner, ..own.clone() }, "the owner"),
            (OwnDatabase { role: role(place, "ingest").name, ..own.clone() }, "is let into the database"),
        ] {
            let refused = store.make_database_of(&wrong).await.unwrap_err();
            assert!(refused.is_final() && refused.to_string().contains(words), "{refused}");
        }
        let tables =
            format!("SELECT count(*) FROM pg_class WHERE relname = 'sync_run' AND relowner = '{}'::regrole", own.role);
        assert_eq!(other.number(&tables).await, 0);
    })
    .await;
}
