//! Roles, and their passwords.

use postgres_protocol::password::scram_sha_256;
use sea_orm::DatabaseConnection;
use sqlx::AssertSqlSafe;

use super::role::Role;
use crate::{
    StoreError,
    dialect::postgres::{broken, is_code, quoted},
    sql::number,
};

/// SQLSTATEs of making a role that somebody else has just made.
const MADE_MEANWHILE: [&str; 2] = ["42710", "23505"];
pub(super) const NOT_ALLOWED: [&str; 1] = ["42501"];
/// SQLSTATE of a row of a catalog that somebody else has changed at the same moment: the migrate of another customer does the same.
pub(super) const CHANGED_MEANWHILE: [&str; 1] = ["XX000"];
const TRIES: usize = 5;

/// What came of making roles.
#[derive(Debug, Default)]
pub(super) struct Logins {
    pub(super) made: Vec<String>,
    /// Whose passwords could not be set.
    pub(super) passwords_left: Vec<String>,
}

/// Makes the roles that are not there, and gives all of them their passwords, where the user of the database may.
pub(super) async fn ensure(db: &DatabaseConnection, roles: &[Role]) -> Result<Logins, StoreError> {
    let (mut done, mut refused) = (Logins::default(), Vec::new());
    for role in roles {
        let is_there = "SELECT count(*) FROM pg_roles WHERE rolname = $1";
        let mut made = false;
        if number(db, is_there, [role.name.as_str().into()]).await? == 0 {
            if role.password.is_none() {
                return Err(StoreError::Roles {
                    what: format!("the server has no role {}, and there is no password to make it with", role.name),
                    sql: creation(&role.name, "'…'"),
                });
            }
            match run(db, &creation(&role.name, &verifier(role))).await {
                Ok(()) => made = true,
                Err(error) if is_code(&error, &MADE_MEANWHILE) => {}
                Err(error) if is_code(&error, &NOT_ALLOWED) => {
                    refused.push(role.name.as_str());
                    continue;
                }
                Err(error) => return Err(broken(error)),
            }
        }
        if made {
            done.made.push(role.name.clone());
        } else if role.password.is_some() && !set_password(db, role).await? {
            done.passwords_left.push(role.name.clone());
        }
    }
    if refused.is_empty() {
        return Ok(done);
    }
    let sql = refused.iter().map(|name| creation(name, "'…'")).collect::<Vec<_>>().join("; ");
    Err(StoreError::Roles {
        what: format!("the user of the database may not make the roles {}", refused.join(", ")),
        sql,
    })
}

/// `false` when the user of the database may not.
async fn set_password(db: &DatabaseConnection, role: &Role) -> Result<bool, StoreError> {
    let statement = format!("ALTER ROLE {} PASSWORD {}", quoted(&role.name), verifier(role));
    for _ in 1..TRIES {
        match run(db, &statement).await {
            Ok(()) => return Ok(true),
            Err(error) if is_code(&error, &NOT_ALLOWED) => return Ok(false),
            Err(error) if is_code(&error, &CHANGED_MEANWHILE) => {}
            Err(error) => return Err(broken(error)),
        }
    }
    run(db, &statement).await.map_err(broken)?;
    Ok(true)
}

/// A new role may log in, and nothing else.
pub(super) fn creation(name: &str, password: &str) -> String {
    format!("CREATE ROLE {} LOGIN PASSWORD {password}", quoted(name))
}

/// By which the server knows whether a password is the right one: it is never told the password itself, which would stand in its log
/// where that has statements.
fn verifier(role: &Role) -> String {
    let password = role.password.as_deref().unwrap_or_default();
    format!("'{}'", scram_sha_256(password.as_bytes()))
}

pub(super) async fn run(db: &DatabaseConnection, statement: &str) -> Result<(), sqlx::Error> {
    let pool = db.get_postgres_connection_pool();
    sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(pool).await.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_does_not_hold_the_password() {
        let role = |password: &str| Role {
            service: "ingest",
            name: "odd \"name\"".to_owned(),
            password: Some(password.to_owned()),
        };
        let statement = creation(&role("x").name, &verifier(&role("hush'hush")));
        assert!(
            statement.starts_with("CREATE ROLE \"odd \"\"name\"\"\" LOGIN PASSWORD 'SCRAM-SHA-256$4096:"),
            "{statement}"
        );
        assert!(!statement.contains("hush"), "{statement}");
        assert_ne!(verifier(&role("hush")), verifier(&role("hush")), "each has a salt of its own");
        assert!(!format!("{:?}", role("hush")).contains("hush"));
    }
}
