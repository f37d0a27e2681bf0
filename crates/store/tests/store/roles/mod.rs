//! Roles at a server of PostgreSQL: what each may do is tried, and what it may not.

mod effect;
mod making;
mod trying;
mod vacuum;

use store::{Migrated, Role, Store, StoreError};

use crate::{
    place::{Place, options},
    records::day,
};

/// Programs that have a role of their own.
const SERVICES: [&str; 4] = ["ingest", "transfer", "export", "reports"];

fn roles(place: &Place) -> Vec<Role> {
    SERVICES.into_iter().map(|service| role(place, service)).collect()
}

fn role(place: &Place, service: &'static str) -> Role {
    let [name, password] = place.role(service);
    Role { service, name, password: Some(password) }
}

/// As the user whom this address has.
async fn migrate_as(url: &str, roles: &[Role]) -> Result<Migrated, StoreError> {
    Store::open_to_migrate(url, &options("migrate")).await?.migrate_for(roles, day(1)).await
}

async fn migrate(place: &Place) -> Migrated {
    migrate_as(&place.url, &roles(place)).await.unwrap()
}

async fn check(place: &Place) -> Result<(), StoreError> {
    let store = Store::open_to_look(&place.url, &options("migrate")).await?;
    store.check_roles(&roles(place)).await
}

/// What the server answers a statement of a service's: nothing, or the code of its refusal.
async fn answer(db: &sea_orm::DatabaseConnection, statement: &str) -> String {
    use sea_orm::{ConnectionTrait as _, RuntimeErr, sqlx};
    let done = db.execute_unprepared(statement).await;
    match done {
        Ok(_) => String::new(),
        Err(sea_orm::DbErr::Exec(RuntimeErr::SqlxError(error))) => match &*error {
            sqlx::Error::Database(of) => of.code().unwrap().into_owned(),
            other => panic!("{statement}: {other}"),
        },
        Err(other) => panic!("{statement}: {other}"),
    }
}

const REFUSED: &str = "42501";
