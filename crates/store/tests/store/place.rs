//! Where a test has its store: a database of its own, of one kind or the other, gone at its end.

use std::{
    io::Write as _,
    panic::{AssertUnwindSafe, resume_unwind},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use futures_util::FutureExt as _;
use sea_orm::{ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection};
use store::{OpenOptions, Store};
use tempfile::TempDir;
use tokio::{sync::OnceCell, time::sleep};

use crate::records::day;

/// Makes two tests of each rule: `rule::sqlite` and `rule::postgres`.
macro_rules! on_both {
    ($($rule:ident),+ $(,)?) => {$(
        mod $rule {
            #[tokio::test]
            async fn sqlite() {
                crate::place::on_sqlite(super::$rule).await;
            }

            #[tokio::test]
            async fn postgres() {
                crate::place::on_postgres(concat!(module_path!(), "::postgres"), super::$rule).await;
            }
        }
    )+};
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

/// An empty database.
pub(crate) struct Place {
    pub(crate) kind: Kind,
    pub(crate) url: String,
    eyes: OnceCell<DatabaseConnection>,
    _folder: Option<TempDir>,
}

/// Runs a test on an empty SQLite file.
pub(crate) async fn on_sqlite(test: impl AsyncFnOnce(&Place)) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    std::fs::write(&file, b"").unwrap();
    let url = format!("sqlite://{}", file.display());
    test(&Place { kind: Kind::Sqlite, url, eyes: OnceCell::new(), _folder: Some(folder) }).await;
}

/// Runs a test on an empty PostgreSQL database, or says that it does not.
pub(crate) async fn on_postgres(name: &str, test: impl AsyncFnOnce(&Place)) {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let Some(server) = server() else {
        // not eprintln!: the test runner would swallow that
        let _ = writeln!(std::io::stderr(), "SKIPPED: {name}, because TEST_DATABASE_URL is not set");
        return;
    };
    let database = format!("store_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    let admin = connect(&server).await;
    admin.execute_unprepared(&format!("CREATE DATABASE {database}")).await.unwrap();
    let mut url = url::Url::parse(&server).unwrap();
    url.set_path(&database);
    let place = Place { kind: Kind::Postgres, url: url.into(), eyes: OnceCell::new(), _folder: None };
    let outcome = AssertUnwindSafe(test(&place)).catch_unwind().await;
    admin.execute_unprepared(&format!("DROP DATABASE {database} WITH (FORCE)")).await.unwrap();
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

#[expect(clippy::disallowed_methods, reason = "names the test server, not a setting of a program")]
fn server() -> Option<String> {
    std::env::var_os("TEST_DATABASE_URL")?.into_string().ok().filter(|url| !url.is_empty())
}

pub(crate) async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.unwrap()
}

impl Place {
    /// A connection that is not the store's: the test looks, and breaks things, past the store.
    pub(crate) async fn eyes(&self) -> &DatabaseConnection {
        self.eyes.get_or_init(|| connect(&self.url)).await
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

    /// From now on, whoever writes a row of these tables fails.
    pub(crate) async fn forbid_writes(&self, tables: &[&str]) {
        if self.kind == Kind::Postgres {
            self.execute(
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION 'a row was written'; END $$",
            )
            .await;
        }
        for table in tables {
            for verb in ["INSERT", "UPDATE", "DELETE"] {
                let body = match self.kind {
                    Kind::Sqlite => "BEGIN SELECT RAISE(ABORT, 'a row was written'); END",
                    Kind::Postgres => "FOR EACH ROW EXECUTE FUNCTION refuse()",
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
            if self.kind == Kind::Sqlite || self.number(held).await == count {
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
