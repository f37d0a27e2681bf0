//! What roles may do in the end: by a grant of their own, of everybody's, of a role that they are a member of, or by what they are.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, DbErr, Statement};

use super::{
    grants,
    names::{Names, Right, texts},
    objects::Object,
    rights,
};
use crate::{StoreError, dialect::postgres::quoted};

/// An error when one of them is more than a role that may log in, or is let into another database than this: somebody else may rely
/// on such a one, and on its password.
pub(super) async fn check_who_they_are(
    db: &DatabaseConnection,
    names: &[String],
    home: &str,
) -> Result<(), StoreError> {
    if let Some(found) = powers(db, names).await? {
        let what = format!("{found}: such a role may do more than its program needs");
        return Err(StoreError::Roles { what, sql: harmless(&found.name) });
    }
    let Some([name, database]) = elsewhere(db, names, home).await? else { return Ok(()) };
    Err(StoreError::Roles {
        what: format!("the role {name} is let into the database {database}, too, and each has roles of its own"),
        sql: format!("REVOKE CONNECT ON DATABASE {} FROM {}", quoted(&database), quoted(&name)),
    })
}

/// An error when what they may do is more than their programs need, or less.
pub(super) async fn check(db: &DatabaseConnection, names: &Names) -> Result<(), StoreError> {
    check_who_they_are(db, &names.role_names(), &names.database).await?;
    let (needed, found) = (names.needed(), effective(db, names).await?);
    let shown = |rights: Vec<&Right>| {
        let shown = rights.iter().map(|right| format!("{} on {}", right.verb, right.object.shown()));
        shown.collect::<Vec<_>>().join(", ")
    };
    for (_, name) in &names.roles {
        let of = |right: &&Right| right.whose == *name;
        let lacking: Vec<&Right> = needed.difference(&found).filter(of).collect();
        let too_much: Vec<&Right> = found.difference(&needed).filter(of).collect();
        let (what, sql) = match (lacking.as_slice(), too_much.as_slice()) {
            ([], []) => continue,
            ([], _) => (format!("may do more than its program needs ({})", shown(too_much.clone())), &too_much),
            _ => (format!("may do less than its program needs ({})", shown(lacking.clone())), &lacking),
        };
        let rights: BTreeSet<Right> = sql.iter().map(|right| (*right).clone()).collect();
        let way_out = if lacking.is_empty() {
            // by whatever way the role came by them
            let everybody_s = rights.iter().map(|right| Right { whose: String::new(), ..right.clone() }).collect();
            let revoked = grants::statements(names, &BTreeSet::new(), &everybody_s);
            format!("{}; and take the role out of other roles that may do that", revoked.join("; "))
        } else {
            grants::statements(names, &rights, &BTreeSet::new()).join("; ")
        };
        return Err(StoreError::Roles { what: format!("the role {name} {what}"), sql: way_out });
    }
    // a right of everybody's, or one that can be handed on, lets in others than these roles
    let open = grants::open(db, names, |_| true).await?;
    if open.is_empty() {
        return Ok(());
    }
    Err(StoreError::Roles {
        what: "others than the programs' roles may do something here".to_owned(),
        sql: open.join("; "),
    })
}

/// Who is more than a role that may log in.
struct Power {
    name: String,
    by: String,
}

impl std::fmt::Display for Power {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { name, by } = self;
        write!(f, "the role {name} {by}")
    }
}

fn harmless(name: &str) -> String {
    format!("ALTER ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS", quoted(name))
}

/// A role, and a database that is not its home.
async fn elsewhere(db: &DatabaseConnection, names: &[String], home: &str) -> Result<Option<[String; 2]>, DbErr> {
    let sql = "SELECT rolname::text, datname::text FROM pg_database CROSS JOIN aclexplode(datacl) \
               JOIN pg_roles r ON r.oid = grantee WHERE datname <> $2 AND privilege_type = 'CONNECT' \
               AND rolname = ANY ($1) ORDER BY 1, 2 LIMIT 1";
    let values = [texts(names.iter().cloned()), home.into()];
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
    let Some(row) = db.query_one_raw(statement).await? else { return Ok(None) };
    Ok(Some([row.try_get_by_index(0)?, row.try_get_by_index(1)?]))
}

async fn powers(db: &DatabaseConnection, names: &[String]) -> Result<Option<Power>, DbErr> {
    // whoever may become another role is what that one is
    let sql = "SELECT r.rolname::text, CASE WHEN g.oid = r.oid THEN '' ELSE concat('is a member of ', g.rolname, ', which ') END, \
               concat_ws(', ', CASE WHEN g.rolsuper THEN 'is a superuser' END, \
               CASE WHEN g.rolcreatedb THEN 'may make databases' END, CASE WHEN g.rolcreaterole THEN 'may make roles' END, \
               CASE WHEN g.rolreplication THEN 'may replicate' END, \
               CASE WHEN g.rolbypassrls THEN 'passes over policies of rows' END) AS powers \
               FROM pg_roles r JOIN pg_roles g ON pg_has_role(r.oid, g.oid, 'MEMBER') \
               WHERE r.rolname = ANY ($1) \
               AND (g.rolsuper OR g.rolcreatedb OR g.rolcreaterole OR g.rolreplication OR g.rolbypassrls) \
               ORDER BY g.oid <> r.oid, r.rolname, g.rolname LIMIT 1";
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, [texts(names.iter().cloned())]);
    let Some(row) = db.query_one_raw(statement).await? else { return Ok(None) };
    let (name, way, powers): (String, String, String) =
        (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
    Ok(Some(Power { name, by: format!("{way}{powers}") }))
}

/// The same of every role that one of them may become.
async fn effective(db: &DatabaseConnection, names: &Names) -> Result<BTreeSet<Right>, DbErr> {
    let maintain = if names.can_maintain { ", 'MAINTAIN'" } else { "" };
    let sql = format!(
        "WITH who AS (SELECT r.rolname AS whose, g.oid AS role FROM pg_roles r \
         JOIN pg_roles g ON pg_has_role(r.oid, g.oid, 'MEMBER') WHERE r.rolname = ANY ($2)), \
         found AS (SELECT 'database' AS kind, '' AS name, whose, p AS right_to FROM who, \
         unnest(ARRAY['CONNECT', 'TEMPORARY', 'CREATE']) p WHERE has_database_privilege(role, current_database(), p) \
         UNION SELECT 'schema', '', whose, p FROM who, unnest(ARRAY['USAGE', 'CREATE']) p \
         WHERE has_schema_privilege(role, current_schema(), p) \
         UNION SELECT 'table', relname, whose, p FROM who, pg_class c, \
         unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'{maintain}]) p \
         WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND relname = ANY ($1) \
         AND (has_table_privilege(role, c.oid, p) \
         OR p IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') AND has_any_column_privilege(role, c.oid, p)) \
         UNION SELECT 'function', '', whose, 'EXECUTE' FROM who, pg_proc f \
         WHERE pronamespace = current_schema()::regnamespace AND proname = '{function}' \
         AND has_function_privilege(role, f.oid, 'EXECUTE')) \
         SELECT kind, name::text, whose::text, right_to::text FROM found",
        function = crate::dialect::vacuum::REWRITE
    );
    let values = [texts(rights::tables().map(str::to_owned)), texts(names.role_names().into_iter())];
    let rows = db.query_all_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, values)).await?;
    let mut found = BTreeSet::new();
    for row in rows {
        let (kind, name): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        if let Some(object) = Object::of(&kind, &name) {
            found.insert(Right { object, whose: row.try_get_by_index(2)?, verb: row.try_get_by_index(3)? });
        }
    }
    Ok(found)
}
