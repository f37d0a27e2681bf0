//! A database for one test.

use std::{io::Write as _, time::Duration};

use sea_orm::{ConnectOptions, ConnectionTrait as _, Database as Connect, DatabaseConnection};
use tempfile::TempDir;
use uuid::Uuid;

#[derive(Debug)]
pub struct Database {
    pub url: String,
    place: Place,
}

#[derive(Debug)]
pub struct Copy(String);

#[derive(Debug)]
enum Place {
    Folder(TempDir),
    Server { admin: DatabaseConnection, name: String },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    /// Whether it can be tested here. When not, it says so.
    pub fn is_there(self) -> bool {
        let there = self == Self::Sqlite || server().is_some();
        if !there {
            // not eprintln!: the test runner would swallow that
            let _ = writeln!(
                std::io::stderr(),
                "SKIPPED: the pipeline on PostgreSQL, because TEST_DATABASE_URL is not set"
            );
        }
        there
    }
}

impl Database {
    /// A new one. A SQLite file is not made: that is for `migrate`.
    pub async fn new(kind: Kind) -> Self {
        if kind == Kind::Sqlite {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let url = format!("sqlite://{}", folder.path().join("store.db").display());
            return Self { url, place: Place::Folder(folder) };
        }
        let server = server().expect("TEST_DATABASE_URL names a server");
        let admin = connect(&server).await;
        let name = format!("e2e_{}", Uuid::new_v4().simple());
        admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.expect("a database can be made");
        let mut url: url::Url = server.parse().expect("TEST_DATABASE_URL is a URL");
        url.set_path(&name);
        Self { url: url.into(), place: Place::Server { admin, name } }
    }

    /// Whether nobody keeps others from writing. A server's sessions do not; in a file there is one writer at a time.
    pub async fn is_free(&self) -> bool {
        if matches!(self.place, Place::Server { .. }) {
            return true;
        }
        let db = connect(&self.url).await;
        let begun = db.execute_unprepared("BEGIN IMMEDIATE").await.is_ok();
        if begun {
            db.execute_unprepared("ROLLBACK").await.expect("a transaction can be given up");
        }
        begun
    }

    /// Ends every session at a server, as the kernel does for a process that has died. A file needs no such thing.
    pub async fn hang_up(&self) {
        if let Place::Server { admin, name } = &self.place {
            let statement = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
            admin.execute_unprepared(&statement).await.expect("sessions can be ended");
        }
    }

    pub async fn copy(&self) -> Copy {
        match &self.place {
            Place::Folder(folder) => {
                let copy = folder.path().join(format!("{}.copy", Uuid::new_v4()));
                let statement = format!("VACUUM INTO '{}'", copy.display());
                let db = connect(&self.url).await;
                db.execute_unprepared(&statement).await.expect("a file can be copied");
                Copy(copy.display().to_string())
            }
            Place::Server { admin, name } => {
                let copy = format!("e2e_copy_{}", Uuid::new_v4().simple());
                self.alone(admin, &format!("CREATE DATABASE {copy} TEMPLATE {name}")).await;
                Copy(copy)
            }
        }
    }

    /// From now on it is what it was when it was copied, under the same address: after a restore, or when a replica has taken
    /// over that did not have the last commits yet.
    pub async fn restore(&self, Copy(copy): Copy) {
        match &self.place {
            Place::Folder(folder) => {
                let file = folder.path().join("store.db");
                for rest in ["store.db-wal", "store.db-shm"] {
                    let _ = std::fs::remove_file(folder.path().join(rest));
                }
                std::fs::rename(copy, file).expect("a file can be moved");
            }
            Place::Server { admin, name } => {
                self.alone(admin, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
                self.alone(admin, &format!("ALTER DATABASE {copy} RENAME TO {name}")).await;
            }
        }
    }

    async fn alone(&self, admin: &DatabaseConnection, statement: &str) {
        // sessions of a moment ago may still be there
        for _ in 0..100 {
            if admin.execute_unprepared(statement).await.is_ok() {
                return;
            }
            self.hang_up().await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        admin.execute_unprepared(statement).await.expect("nobody else is at work there");
    }

    pub async fn close(self) {
        match self.place {
            Place::Folder(folder) => folder.close().expect("the folder can be removed"),
            Place::Server { admin, name } => {
                let statement = format!("DROP DATABASE {name} WITH (FORCE)");
                admin.execute_unprepared(&statement).await.expect("the database can be dropped");
            }
        }
    }
}

pub async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    options.map_sqlx_sqlite_opts(|options| options.busy_timeout(Duration::from_millis(500)));
    Connect::connect(options).await.expect("the database can be reached")
}

#[expect(clippy::disallowed_methods, reason = "names the test server, not a setting of a program")]
fn server() -> Option<String> {
    std::env::var("TEST_DATABASE_URL").ok().filter(|url| !url.is_empty())
}
