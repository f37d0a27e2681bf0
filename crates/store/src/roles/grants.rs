//! What roles are granted, held against what they need: what is lacking is granted, what is too much is revoked, and the rest is
//! not touched. Of others, only what everybody (`PUBLIC`) may do is looked at.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, Statement};

use super::{
    names::{Names, Right, texts},
    objects::Object,
    rewriting, rights,
};
use crate::{StoreError, dialect, dialect::postgres::quoted};

/// A right that may be handed on is one more.
const HANDING_ON: &str = "GRANT OPTION FOR ";
const NO_HANDING_ON: &str = "REVOKE GRANT OPTION FOR";

pub(super) async fn on_the_database(transaction: &DatabaseTransaction, names: &Names) -> Result<u64, StoreError> {
    settle(transaction, names, |object| matches!(object, Object::Database | Object::Schema)).await
}

/// On those that are there.
pub(crate) async fn on_tables(transaction: &DatabaseTransaction, names: &Names) -> Result<u64, StoreError> {
    let made = rewriting::settle(transaction, names).await?;
    let granted = settle(transaction, names, |object| matches!(object, Object::Table(_) | Object::Function)).await?;
    Ok(made + granted)
}

async fn settle(
    transaction: &DatabaseTransaction,
    names: &Names,
    is_of_it: fn(&Object) -> bool,
) -> Result<u64, StoreError> {
    let statements = open(transaction, names, is_of_it).await?;
    let refused = |why: &str, statements: &[String]| StoreError::Roles {
        what: format!("the user of the database may not say who may do what ({why})"),
        sql: statements.join("; "),
    };
    for statement in &statements {
        tracing::debug!(statement, "a right is another one from now on");
        match transaction.execute_unprepared(statement).await.map_err(StoreError::from) {
            Err(StoreError::NotAllowed(why)) => return Err(refused(&why, &statements)),
            done => done?,
        };
    }
    // whoever has some right of their own is only warned where they may not hand it on, or take it from others
    let left = if statements.is_empty() { Vec::new() } else { open(transaction, names, is_of_it).await? };
    if left.is_empty() { Ok(statements.len() as u64) } else { Err(refused("it does not own that", &left)) }
}

/// What is still to be run, so that everybody is granted what they need.
pub(super) async fn open(
    db: &impl ConnectionTrait,
    names: &Names,
    is_of_it: fn(&Object) -> bool,
) -> Result<Vec<String>, DbErr> {
    let (there, held) = held(db, names).await?;
    let is_meant = |right: &Right| is_of_it(&right.object) && there.contains(&right.object);
    let [needed, held] = [names.needed(), held].map(|rights| rights.into_iter().filter(is_meant).collect());
    let mut all = statements(names, &needed, &held);
    if is_of_it(&Object::Database) && !is_let_in(db).await? {
        let (database, user) = (Object::Database.sql(&names.database, &names.schema), quoted(&names.user));
        all.insert(0, format!("GRANT CONNECT, TEMPORARY ON {database} TO {user}"));
    }
    Ok(all)
}

/// Whether the user of the database is let in by more than that everybody is: as who owns it, or by a grant.
async fn is_let_in(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let sql = "SELECT count(*) > 0 FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) \
               WHERE datname = current_database() AND privilege_type = 'CONNECT' AND grantee <> 0 \
               AND pg_has_role(current_user, grantee, 'USAGE')";
    let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
    row.map_or(Ok(false), |row| row.try_get_by_index(0))
}

/// What makes what is held into what is needed.
pub(super) fn statements(names: &Names, needed: &BTreeSet<Right>, held: &BTreeSet<Right>) -> Vec<String> {
    let mut changes: BTreeMap<(&str, &Object, &str), Vec<&str>> = BTreeMap::new();
    for right in held.difference(needed) {
        let handed_on = right.verb.strip_prefix(HANDING_ON);
        let (verb, rights) = handed_on.map_or(("REVOKE", &*right.verb), |rights| (NO_HANDING_ON, rights));
        changes.entry((verb, &right.object, &right.whose)).or_default().push(rights);
    }
    for right in needed.difference(held) {
        changes.entry(("GRANT", &right.object, &right.whose)).or_default().push(&right.verb);
    }
    let statement = |((verb, object, whose), rights): ((&str, &Object, &str), Vec<&str>)| {
        let (object, rights) = (object.sql(&names.database, &names.schema), rights.join(", "));
        let whose = if whose.is_empty() { "PUBLIC".to_owned() } else { quoted(whose) };
        let preposition = if verb == "GRANT" { "TO" } else { "FROM" };
        format!("{verb} {rights} ON {object} {preposition} {whose}")
    };
    changes.into_iter().map(statement).collect()
}

/// The things that are there, and what was granted on them to the roles and to everybody, for themselves or to hand on.
async fn held(db: &impl ConnectionTrait, names: &Names) -> Result<(BTreeSet<Object>, BTreeSet<Right>), DbErr> {
    let sql = format!(
        "WITH there AS ( \
         SELECT 'database' AS kind, '' AS name, coalesce(datacl, acldefault('d', datdba)) AS acl \
         FROM pg_database WHERE datname = current_database() \
         UNION ALL SELECT 'schema', '', coalesce(nspacl, acldefault('n', nspowner)) \
         FROM pg_namespace WHERE nspname = current_schema() \
         UNION ALL SELECT 'table', relname, coalesce(relacl, acldefault('r', relowner)) \
         FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND relname = ANY ($1) \
         UNION ALL SELECT 'function', '', coalesce(proacl, acldefault('f', proowner)) \
         FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND proname = '{function}') \
         SELECT kind, name::text, NULL, NULL FROM there \
         UNION ALL SELECT kind, name::text, CASE grantee WHEN 0 THEN '' ELSE rolname END::text, privilege_type::text \
         FROM there CROSS JOIN aclexplode(acl) LEFT JOIN pg_roles r ON r.oid = grantee \
         WHERE grantee = 0 OR rolname = ANY ($2) \
         UNION ALL SELECT kind, name::text, rolname::text, concat('{HANDING_ON}', privilege_type) \
         FROM there CROSS JOIN aclexplode(acl) JOIN pg_roles r ON r.oid = grantee \
         WHERE is_grantable AND rolname = ANY ($2)",
        function = dialect::vacuum::REWRITE
    );
    let values = [texts(rights::tables().map(str::to_owned)), texts(names.role_names().into_iter())];
    let rows = db.query_all_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, values)).await?;
    let (mut there, mut held) = (BTreeSet::new(), BTreeSet::new());
    for row in rows {
        let (kind, name): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let Some(object) = Object::of(&kind, &name) else { continue };
        let (whose, verb): (Option<String>, Option<String>) = (row.try_get_by_index(2)?, row.try_get_by_index(3)?);
        let Some((whose, verb)) = whose.zip(verb) else {
            there.insert(object);
            continue;
        };
        // everybody may look up what is in a schema by a name of it, which tells nobody anything
        if !(whose.is_empty() && object == Object::Schema && verb == "USAGE") {
            held.insert(Right { object, whose, verb });
        }
    }
    Ok((there, held))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roles::names::tests::{names, right};

    #[test]
    fn what_is_lacking_is_granted_and_what_is_too_much_is_revoked() {
        let needed = names(true).needed();
        assert_eq!(statements(&names(true), &needed, &needed), Vec::<String>::new(), "a second time nothing changes");
        let mut held = needed.clone();
        held.remove(&right(Object::Database, "i", "TEMPORARY"));
        held.insert(right(Object::Database, "", "CONNECT"));
        held.insert(right(Object::Database, "", "TEMPORARY"));
        let sync_run = Object::Table("sync_run".to_owned());
        held.insert(right(sync_run.clone(), "r", "INSERT"));
        held.insert(right(sync_run, "r", "GRANT OPTION FOR SELECT"));
        assert_eq!(
            statements(&names(true), &needed, &held),
            [
                "GRANT TEMPORARY ON DATABASE \"acme\" TO \"i\"",
                "REVOKE CONNECT, TEMPORARY ON DATABASE \"acme\" FROM PUBLIC",
                "REVOKE INSERT ON TABLE \"public\".\"sync_run\" FROM \"r\"",
                "REVOKE GRANT OPTION FOR SELECT ON TABLE \"public\".\"sync_run\" FROM \"r\"",
            ]
        );
    }
}
