//! What the roles need, each by its name.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, Statement, Value, sea_query::ArrayType};

use super::{login, objects::Object, rights, role::Role};
use crate::StoreError;

/// From version 17 on there is a right to VACUUM.
const MAINTAIN_SINCE: i32 = 170_000;

/// What things and roles are called, and whose is which.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    pub(super) database: String,
    pub(super) schema: String,
    /// The user of the database.
    pub(super) user: String,
    /// Whether there is a right to VACUUM.
    pub(super) can_maintain: bool,
    /// Service and name.
    pub(super) roles: Vec<(&'static str, String)>,
}

/// Somebody's right; an empty name is everybody's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Right {
    pub(super) object: Object,
    pub(super) whose: String,
    /// What it is to, such as `SELECT`.
    pub(super) verb: String,
}

impl Names {
    pub(super) async fn of(db: &DatabaseConnection, roles: &[Role]) -> Result<Self, StoreError> {
        let sql = "SELECT current_database()::text, coalesce(current_schema(), '')::text, \
                   current_setting('server_version_num')::integer, current_user::text";
        let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
        let row = row.ok_or(StoreError::Row("pg_database"))?;
        let (version, user): (i32, String) = (row.try_get_by_index(2)?, row.try_get_by_index(3)?);
        if let Some(owner) = roles.iter().find(|role| role.name == user) {
            return Err(StoreError::Roles {
                what: format!(
                    "{user} is the role of {} and the user of the database, whose the tables are: such a role may do everything",
                    owner.service
                ),
                sql: login::creation(&format!("{user}_{}", owner.service), "'…'"),
            });
        }
        Ok(Self {
            database: row.try_get_by_index(0)?,
            schema: row.try_get_by_index(1)?,
            user,
            can_maintain: version >= MAINTAIN_SINCE,
            roles: roles.iter().map(|role| (role.service, role.name.clone())).collect(),
        })
    }

    /// What the roles need.
    pub(super) fn needed(&self) -> BTreeSet<Right> {
        let mut needed = BTreeSet::new();
        for (service, name) in &self.roles {
            let mut add = |object: Object, verb: &str| {
                needed.insert(Right { object, whose: name.clone(), verb: verb.to_owned() });
            };
            add(Object::Database, "CONNECT");
            add(Object::Schema, "USAGE");
            if rights::makes_temporary_tables(service) {
                add(Object::Database, "TEMPORARY");
            }
            for (table, right) in rights::on_tables(service) {
                add(Object::Table(table.to_owned()), right);
            }
            let scrubs = rights::scrubs(service);
            if self.can_maintain {
                for table in scrubs {
                    add(Object::Table((*table).to_owned()), "MAINTAIN");
                }
            } else if !scrubs.is_empty() {
                add(Object::Function, "EXECUTE");
            }
        }
        needed
    }

    pub(super) fn role_names(&self) -> Vec<String> {
        self.roles.iter().map(|(_, name)| name.clone()).collect()
    }
}

pub(super) fn texts(texts: impl Iterator<Item = String>) -> Value {
    let texts = texts.map(|text| Value::String(Some(text))).collect();
    Value::Array(ArrayType::String, Some(Box::new(texts)))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::roles) fn names(can_maintain: bool) -> Names {
        Names {
            database: "acme".to_owned(),
            schema: "public".to_owned(),
            user: "owner".to_owned(),
            can_maintain,
            roles: vec![("ingest", "i".to_owned()), ("reports", "r".to_owned())],
        }
    }

    pub(in crate::roles) fn right(object: Object, whose: &str, verb: &str) -> Right {
        Right { object, whose: whose.to_owned(), verb: verb.to_owned() }
    }

    #[test]
    fn reports_needs_one_table_alone() {
        let of_reports: Vec<Right> = names(true).needed().into_iter().filter(|right| right.whose == "r").collect();
        assert_eq!(
            of_reports,
            [
                right(Object::Database, "r", "CONNECT"),
                right(Object::Schema, "r", "USAGE"),
                right(Object::Table("sync_run".to_owned()), "r", "SELECT"),
            ]
        );
    }

    #[test]
    fn who_scrubs_may_vacuum_or_has_a_function() {
        let of = |can_maintain, wanted: &str| {
            let needed = names(can_maintain).needed();
            needed.into_iter().filter(|right| right.verb == wanted).map(|right| right.object).collect::<Vec<_>>()
        };
        assert_eq!(of(true, "MAINTAIN").len(), 4);
        assert_eq!((of(true, "EXECUTE").len(), of(false, "MAINTAIN").len()), (0, 0));
        assert_eq!(of(false, "EXECUTE"), [Object::Function]);
    }
}
