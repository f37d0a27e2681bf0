//! What a role may do by another way than a grant of its own is found.

use super::{check, migrate, migrate_as, role, roles};
use crate::place::{Place, on_postgres};

#[tokio::test]
async fn a_role_that_is_more_than_one_is_refused() {
    on_postgres(async |place: &Place| {
        migrate(place).await;
        let export = role(place, "export").name;
        for (attribute, shown) in [
            ("SUPERUSER", "is a superuser"),
            ("CREATEDB", "may make databases"),
            ("CREATEROLE", "may make roles"),
            ("REPLICATION", "may replicate"),
            ("BYPASSRLS", "passes over policies of rows"),
        ] {
            place.execute(&format!("ALTER ROLE {export} {attribute}")).await;
            let refused = migrate_as(&place.url, &roles(place)).await.unwrap_err().to_string();
            assert!(refused.contains(&format!("the role {export} {shown}")), "{refused}");
            let (_, way_out) = refused.split_once("who may run: ").unwrap();
            place.execute(way_out).await;
            check(place).await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn what_a_role_may_do_as_a_member_of_another_counts() {
    on_postgres(async |place: &Place| {
        migrate(place).await;
        let [reports, ingest] = ["reports", "ingest"].map(|service| role(place, service).name);
        let owner = url::Url::parse(&place.url).unwrap().username().to_owned();
        for (group, shown) in [
            ("pg_read_all_data", "more than its program needs"),
            (&*ingest, "more than its program needs"),
            (&*owner, "which is a superuser"),
        ] {
            place.execute(&format!("GRANT {group} TO {reports}")).await;
            let found = check(place).await.unwrap_err().to_string();
            assert!(found.contains(shown) && found.contains(&reports), "{group}: {found}");
            // also where it is to be asked for by SET ROLE
            place.execute(&format!("ALTER ROLE {reports} NOINHERIT")).await;
            check(place).await.unwrap_err();
            place.execute(&format!("ALTER ROLE {reports} INHERIT; REVOKE {group} FROM {reports}")).await;
            check(place).await.unwrap();
        }
        place.execute(&format!("GRANT SELECT (email) ON candidate TO {reports}")).await;
        let found = check(place).await.unwrap_err().to_string();
        assert!(found.contains("SELECT on candidate"), "a column is enough: {found}");
    })
    .await;
}

#[tokio::test]
async fn who_owns_the_tables_is_nobody_s_role() {
    on_postgres(async |place: &Place| {
        let mut all = roles(place);
        all[3].name = url::Url::parse(&place.url).unwrap().username().to_owned();
        let refused = migrate_as(&place.url, &all).await.unwrap_err();
        assert!(refused.is_final() && refused.to_string().contains("is the role of reports and"), "{refused}");
    })
    .await;
}

/// Whose it is then is not known, so its password is left alone.
#[tokio::test]
async fn a_role_that_is_let_into_another_database_is_not_touched() {
    on_postgres(async |place: &Place| {
        let other = rig::Database::new(rig::Backend::Postgres).await;
        let [export, password] = place.role("export");
        let name = url::Url::parse(&other.url).unwrap().path()[1..].to_owned();
        place.execute(&format!("CREATE ROLE {export} LOGIN PASSWORD 'of-before'")).await;
        place.execute(&format!("GRANT CONNECT ON DATABASE {name} TO {export}")).await;
        let refused = migrate_as(&place.url, &roles(place)).await.unwrap_err();
        let said = refused.to_string();
        assert!(
            refused.is_final() && said.contains(&format!("the role {export} is let into the database {name}")),
            "{said}"
        );
        rig::connect(
            &other.url_of("export").replace(&format!("{name}_export"), &export).replace(&password, "of-before"),
        )
        .await;
        place.execute(said.split_once("who may run: ").unwrap().1).await;
        migrate(place).await;
    })
    .await;
}
