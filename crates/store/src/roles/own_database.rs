//! A database at the same server that is no store: of a program that makes its tables itself, by a role that owns this one database.

use std::fmt;

use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, Statement};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Row as _};

use super::{
    effect,
    login::{self, CHANGED_MEANWHILE, Logins, NOT_ALLOWED},
    role::Role,
};
use crate::{
    Store, StoreError,
    dialect::postgres::{MADE_MEANWHILE, broken, is_code, quoted},
    sql::number,
};

/// It, and whose it is.
#[derive(Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "a field has a doc where its name does not say all")]
pub struct OwnDatabase {
    pub database: String,
    pub role: String,
    /// What the role is to have; none: it is there, and keeps what it has.
    pub password: Option<String>,
}

impl fmt::Debug for OwnDatabase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { database, role, .. } = self;
        f.debug_struct("OwnDatabase").field("database", database).field("role", role).finish_non_exhaustive()
    }
}

impl Store {
    /// Makes the role and its database, if they are not there; a database that is somebody else's becomes the role's, with what is
    /// in it. Nobody else is let in. Gives whether something was changed.
    pub async fn make_database_of(&self, own: &OwnDatabase) -> Result<bool, StoreError> {
        if self.db.get_database_backend() != DbBackend::Postgres {
            return Ok(false);
        }
        self.check_that_it_can_be(own).await?;
        let role = Role { service: "", name: own.role.clone(), password: own.password.clone() };
        let Logins { made, .. } = login::ensure(&self.db, &[role]).await?;
        let mut changed = !made.is_empty();
        let (database, name) = (quoted(&own.database), quoted(&own.role));
        match self.owner_of(&own.database).await? {
            None => {
                changed |= run(&self.db, &format!("CREATE DATABASE {database} OWNER {name}"), &MADE_MEANWHILE).await?;
            }
            Some(owner) if owner != own.role => {
                self.hand_over(own).await?;
                changed |=
                    run(&self.db, &format!("ALTER DATABASE {database} OWNER TO {name}"), &CHANGED_MEANWHILE).await?;
            }
            Some(_) => {}
        }
        let is_open = "SELECT count(*) FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) \
                       WHERE datname = $1 AND grantee = 0";
        if number(&self.db, is_open, [own.database.as_str().into()]).await? > 0 {
            changed |=
                run(&self.db, &format!("REVOKE ALL ON DATABASE {database} FROM PUBLIC"), &CHANGED_MEANWHILE).await?;
        }
        Ok(changed)
    }

    /// Neither is the role somebody else's, whose password would be another one then, nor the database.
    async fn check_that_it_can_be(&self, own: &OwnDatabase) -> Result<(), StoreError> {
        let is_ours = "SELECT count(*) FROM pg_database WHERE datname = current_database() AND $1 IN (datname, 'postgres', \
                       'template0', 'template1') OR current_user = $2";
        if number(&self.db, is_ours, [own.database.as_str().into(), own.role.as_str().into()]).await? > 0 {
            return Err(another(
                own,
                "it is that of the store or of the server, or the role is the owner of the store",
            ));
        }
        effect::check_who_they_are(&self.db, std::slice::from_ref(&own.role), &own.database).await
    }

    async fn owner_of(&self, database: &str) -> Result<Option<String>, StoreError> {
        let sql = "SELECT rolname::text FROM pg_database JOIN pg_roles r ON r.oid = datdba WHERE datname = $1";
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, [database.into()]);
        let row = self.db.query_one_raw(statement).await?;
        Ok(row.map(|row| row.try_get_by_index(0)).transpose()?)
    }

    /// What somebody else has made in it so far becomes the role's; `REASSIGN OWNED` would refuse that of the first superuser.
    async fn hand_over(&self, own: &OwnDatabase) -> Result<(), StoreError> {
        let Some(server) = self.address.server() else { return Ok(()) };
        let mut there = server.database(&own.database).connect().await.map_err(broken)?;
        let is_store = sqlx::raw_sql(IS_STORE).fetch_optional(&mut there).await.map_err(broken)?;
        if is_store.is_some() {
            return Err(another(own, "a store is in it"));
        }
        let rows = sqlx::raw_sql(THINGS).fetch_all(&mut there).await.map_err(broken)?;
        for row in rows {
            let thing: String = row.try_get(0).map_err(broken)?;
            let statement = format!("ALTER {thing} OWNER TO {}", quoted(&own.role));
            sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut there).await.map_err(broken)?;
        }
        there.close().await.map_err(broken)
    }
}

fn another(own: &OwnDatabase, why: &str) -> StoreError {
    let OwnDatabase { database, role, .. } = own;
    StoreError::Roles {
        what: format!(
            "the database {database} cannot be that of the role {role} alone ({why}); give another name for it"
        ),
        sql: format!("CREATE DATABASE {} OWNER {}", quoted(&format!("{database}_mock")), quoted(role)),
    }
}

const IS_STORE: &str = "SELECT 1 FROM pg_class WHERE relkind = 'r' AND relname = 'sync_run'";
/// Schemas, tables and views that are not the server's own; what hangs on them, such as indexes, goes along.
const THINGS: &str = "SELECT concat('SCHEMA ', quote_ident(nspname)) FROM pg_namespace \
                      WHERE nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('information_schema', 'public') \
                      UNION ALL SELECT concat(CASE relkind WHEN 'v' THEN 'VIEW ' ELSE 'TABLE ' END, c.oid::regclass) \
                      FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace \
                      WHERE relkind IN ('r', 'p', 'v') AND nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'";

/// Runs a statement, which somebody else may have run meanwhile (`before`), and gives whether it has changed anything.
async fn run(db: &DatabaseConnection, statement: &str, before: &[&str]) -> Result<bool, StoreError> {
    match login::run(db, statement).await {
        Ok(()) => Ok(true),
        Err(error) if is_code(&error, before) => Ok(false),
        Err(error) if is_code(&error, &NOT_ALLOWED) => Err(StoreError::Roles {
            what: format!("the user of the database may not do this ({error})"),
            sql: statement.to_owned(),
        }),
        Err(error) => Err(broken(error)),
    }
}
