//! Where a test has its store: a database of its own, of one kind or another, gone at its end.

use std::{ops::Deref, time::Duration};

use rig::{Backend, Fixture};
use sea_orm::{ConnectionTrait as _, DatabaseConnection};
use store::{OpenOptions, Store};
use tokio::{sync::OnceCell, time::sleep};

use crate::records::day;

/// An empty database.
pub(crate) struct Place {
    database: rig::Database,
    eyes: OnceCell<DatabaseConnection>,
}

impl Deref for Place {
    type Target = rig::Database;

    fn deref(&self) -> &rig::Database {
        &self.database
    }
}

impl Fixture for Place {
    async fn on(database: rig::Database) -> Self {
        Self { database, eyes: OnceCell::new() }
    }
}

pub(crate) async fn on_sqlite(test: impl AsyncFnOnce(&Place)) {
    rig::on(Backend::Sqlite, test).await;
}

/// Runs a test on a database of PostgreSQL, or says that it does not.
pub(crate) async fn on_postgres(test: impl AsyncFnOnce(&Place)) {
    rig::on(Backend::Postgres, test).await;
}

impl Place {
    /// A connection that is not the store's: the test looks, and breaks things, past the store.
    pub(crate) async fn eyes(&self) -> &DatabaseConnection {
        self.eyes.get_or_init(|| self.connect()).await
    }

    /// Runs a statement past the store.
    pub(crate) async fn execute(&self, sql: &str) {
        self.eyes().await.execute_unprepared(sql).await.unwrap();
    }

    /// Asks for one number past the store.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        let eyes = self.eyes().await;
        let statement = sea_orm::Statement::from_string(eyes.get_database_backend(), sql);
        eyes.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
    }

    /// What PostgreSQL has counted, once all other sessions are over: they tell it at their end.
    pub(crate) async fn counted(&self, sql: &str) -> i64 {
        let others = "SELECT count(*) FROM pg_stat_activity \
                      WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()";
        while self.number(others).await > 0 {
            sleep(Duration::from_millis(20)).await;
        }
        self.number(sql).await
    }

    /// From now on, whoever writes a row of these tables fails.
    pub(crate) async fn forbid_writes(&self, tables: &[&str]) {
        if self.backend == Backend::Postgres {
            self.execute(
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION 'a row was written'; END $$",
            )
            .await;
        }
        for table in tables {
            for verb in ["INSERT", "UPDATE", "DELETE"] {
                let body = match self.backend {
                    Backend::Sqlite => "BEGIN SELECT RAISE(ABORT, 'a row was written'); END",
                    Backend::Postgres => "FOR EACH ROW EXECUTE FUNCTION refuse()",
                };
                self.execute(&format!("CREATE TRIGGER no_{verb}_{table} BEFORE {verb} ON {table} {body}")).await;
            }
        }
    }

    /// Waits until so many locks are held: PostgreSQL gives a lock back when the session ends, a moment after the
    /// writer is dropped.
    pub(crate) async fn until_locks_held(&self, count: i64) {
        let held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' \
                    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        for _ in 0..500 {
            if self.backend == Backend::Sqlite || self.number(held).await == count {
                return;
            }
            sleep(Duration::from_millis(20)).await;
        }
        panic!("never {count} locks");
    }

    /// Makes the schema.
    pub(crate) async fn migrate(&self) -> Vec<String> {
        Store::open_to_migrate(&self.url, &options("migrate")).await.unwrap().migrate(day(1)).await.unwrap()
    }

    /// Opens the store as a service does, once its schema is there.
    pub(crate) async fn open(&self, service: &'static str) -> Store {
        Store::open(&self.url, &options(service)).await.unwrap()
    }
}

/// As a service opens it, but without waiting.
pub(crate) fn options(service: &'static str) -> OpenOptions {
    OpenOptions { service, max_connections: 3, wait: Duration::ZERO }
}
