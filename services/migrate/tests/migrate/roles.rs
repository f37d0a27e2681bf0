//! The programs' roles, as a server of PostgreSQL has them after the real program.

use rig::{Backend, Database, Program};

use crate::{migrate, program};

const SERVICES: [&str; 4] = ["ingest", "transfer", "export", "reports"];
const PASSWORD: &str = "alone";

/// With a role for each program.
fn with_roles(database: &Database) -> Program {
    SERVICES.into_iter().fold(program(&[("DATABASE_URL", &database.url)], &[]), |program, service| {
        let ([role, password], setting) = (database.role(service), service.to_uppercase());
        assert!(password.contains(PASSWORD));
        program
            .with(&format!("MIGRATE_{setting}_ROLE"), role)
            .with(&format!("MIGRATE_{setting}_PASSWORD"), password)
            .keeping_secret(&[PASSWORD])
    })
}

#[tokio::test]
async fn roles_are_made_once_and_a_check_holds_what_they_may_do() {
    if !Backend::Postgres.is_there() {
        return;
    }
    let database = Database::absent(Backend::Postgres);
    let run = with_roles(&database);
    let first = run.clone().run();
    assert!(first.must_succeed().count("rows") > 5, "{first:?}");
    let told = first.log().into_iter().find(|line| line["message"].as_str().unwrap().starts_with("each role may do"));
    assert!(told.unwrap()["made"].as_str().unwrap().contains(&database.role("reports")[0]));
    assert_eq!(run.clone().run().must_succeed().count("rows"), 0, "a second time nothing changes");
    let check = run.clone().argument("check").run();
    assert!(check.must_succeed().out.contains("ok    roles: each may do what it needs"), "{check:?}");
    database.execute(&format!("GRANT SELECT ON candidate TO \"{}\"", database.role("reports")[0])).await;
    let check = run.clone().argument("check").run();
    assert_eq!(check.code(), Some(2), "{check:?}");
    assert!(check.out.contains("FAIL  roles: the role ") && check.out.contains("SELECT on candidate"), "{check:?}");
    assert_eq!(run.clone().run().must_succeed().count("rows"), 1);
    assert_eq!(run.argument("check").run().code(), Some(0));
    // whoever is none of them is let in no more
    let strangers = "SELECT count(*) FROM pg_database, aclexplode(datacl) \
                     WHERE datname = current_database() AND grantee = 0";
    assert_eq!(database.number(strangers).await, 0);
}

#[tokio::test]
async fn a_mock_has_a_database_and_a_role_of_its_own() {
    if !Backend::Postgres.is_there() {
        return;
    }
    let (database, mock) = (Database::absent(Backend::Postgres), Database::absent(Backend::Postgres));
    let name = mock.url.rsplit('/').next().unwrap().to_owned();
    let [role, password] = mock.role("mock");
    let run = program(&[("DATABASE_URL", &database.url)], &[])
        .with("MIGRATE_MOCK_ROLE", role)
        .with("MIGRATE_MOCK_PASSWORD", password)
        .with("MIGRATE_MOCK_DATABASE", name)
        .keeping_secret(&[PASSWORD]);
    run.clone().run().must_succeed();
    assert_eq!(run.run().must_succeed().count("rows"), 0);
    // as the mock does
    rig::connect(&mock.url_of("mock")).await;
    mock.execute("CREATE SCHEMA acme").await;
}

#[test]
fn roles_that_cannot_be_meant_are_refused_before_anything_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("store.db").display());
    let ended = migrate(&[("DATABASE_URL", &url), ("MIGRATE_INGEST_ROLE", "acme_ingest")], &[]);
    assert_eq!(ended.code(), Some(2), "{ended:?}");
    assert!(ended.err.contains("MIGRATE_INGEST_ROLE is a role at a server"), "{ended:?}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
