//! A database for one test. It is gone when it is dropped, on any way out of the test.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use sea_orm::{ConnectOptions, ConnectionTrait as _, Database as Connect, DatabaseConnection, DbErr, Statement};
use tempfile::TempDir;
use url::Url;
use uuid::Uuid;

use crate::{backend::Backend, patience::PATIENCE};

#[derive(Debug)]
pub struct Database {
    pub url: String,
    pub backend: Backend,
    place: Place,
}

/// What a database was at some time.
#[derive(Debug)]
pub struct Copy(CopyPlace);

#[derive(Debug)]
enum Place {
    Folder(TempDir),
    Server(Named),
}

#[derive(Debug)]
enum CopyPlace {
    /// In the folder of the database.
    File(PathBuf),
    Server(Named),
}

impl Database {
    /// An empty one.
    pub async fn new(backend: Backend) -> Self {
        let database = Self::absent(backend);
        match &database.place {
            Place::Folder(folder) => {
                std::fs::File::create(file(folder)).expect("a file can be made");
            }
            Place::Server(named) => named.must(&format!("CREATE DATABASE {}", named.quoted())).await,
        }
        database
    }

    /// The address of one that nobody has made yet.
    pub fn absent(backend: Backend) -> Self {
        Self::absent_called(backend, &format!("test_{}", Uuid::new_v4().simple()))
    }

    /// The same, called so at its server. A file lies in a folder of its own, and needs no name.
    pub fn absent_called(backend: Backend, name: &str) -> Self {
        let Some(server) = backend.server() else {
            assert_eq!(backend, Backend::Sqlite, "TEST_DATABASE_URL names the server of {backend:?}");
            let folder = tempfile::tempdir().expect("a temporary folder");
            let url = format!("sqlite://{}", file(&folder).display());
            return Self { url, backend, place: Place::Folder(folder) };
        };
        Self {
            url: with_database(&server, name),
            backend,
            place: Place::Server(Named { server, name: name.to_owned(), whose: name.to_owned() }),
        }
    }

    /// The role of a program of ours here, and its password. Whoever makes it need not drop it.
    pub fn role(&self, service: &str) -> [String; 2] {
        let Place::Server(named) = &self.place else { panic!("{:?} has no roles", self.backend) };
        [named.role(service), format!("of-{service}-alone")]
    }

    /// The address as a program of ours has it that has a role of its own; of a file, which has none, the same.
    pub fn url_of(&self, service: &str) -> String {
        let Place::Server(_) = &self.place else { return self.url.clone() };
        let [role, password] = self.role(service);
        let mut url: Url = self.url.parse().expect("it was made of a URL");
        url.set_username(&role).and_then(|()| url.set_password(Some(&password))).expect("it names a host");
        url.into()
    }

    /// Where a file lies.
    pub fn folder(&self) -> &Path {
        match &self.place {
            Place::Folder(folder) => folder.path(),
            Place::Server(_) => panic!("{:?} has no folder", self.backend),
        }
    }

    /// A connection that is not the program's: the test looks, and breaks things, past it.
    pub async fn connect(&self) -> DatabaseConnection {
        connect(&self.url).await
    }

    /// Runs statements past the program.
    pub async fn execute(&self, statements: &str) {
        let done = self.connect().await.execute_unprepared(statements).await;
        done.unwrap_or_else(|error| panic!("{statements}: {error}"));
    }

    /// Asks for one number past the program.
    pub async fn number(&self, sql: &str) -> i64 {
        number(&self.connect().await, sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// A server gives a lock back when it sees that the connection is gone, which is a little later.
    pub async fn wait_until_unlocked(&self) {
        if self.backend == Backend::Sqlite {
            return;
        }
        let held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' \
                    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        let (db, begun) = (self.connect().await, Instant::now());
        while number(&db, held).await.expect("locks can be counted") > 0 {
            assert!(begun.elapsed() < PATIENCE, "somebody keeps a lock");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Whether nobody keeps others from writing. A server's sessions do not; in a file there is one writer at a time.
    pub async fn is_free(&self) -> bool {
        if self.backend != Backend::Sqlite {
            return true;
        }
        let db = self.connect().await;
        db.execute_unprepared("PRAGMA busy_timeout = 500").await.expect("a file is waited for less");
        let begun = db.execute_unprepared("BEGIN IMMEDIATE").await.is_ok();
        if begun {
            db.execute_unprepared("ROLLBACK").await.expect("a transaction can be given up");
        }
        begun
    }

    /// Ends every session at a server, as the kernel does for a process that has died. A file needs no such thing.
    pub async fn hang_up(&self) {
        if let Place::Server(named) = &self.place {
            named.hang_up().await;
        }
    }

    pub async fn copy(&self) -> Copy {
        Copy(match &self.place {
            Place::Folder(folder) => {
                let copy = folder.path().join(format!("{}.copy", Uuid::new_v4()));
                self.execute(&format!("VACUUM INTO '{}'", copy.display())).await;
                CopyPlace::File(copy)
            }
            Place::Server(named) => {
                let name = format!("copy_{}", Uuid::new_v4().simple());
                let copy = Named { server: named.server.clone(), name, whose: named.whose.clone() };
                named.alone(&format!("CREATE DATABASE {} TEMPLATE {}", copy.quoted(), named.quoted())).await;
                CopyPlace::Server(copy)
            }
        })
    }

    /// From now on it is what it was when it was copied, under the same address: after a restore, or when a replica has taken
    /// over that did not have the last commits yet.
    pub async fn restore(&self, Copy(copy): Copy) {
        match (&self.place, copy) {
            (Place::Folder(folder), CopyPlace::File(copy)) => {
                for rest in ["store.db-wal", "store.db-shm"] {
                    let _ = std::fs::remove_file(folder.path().join(rest));
                }
                std::fs::rename(copy, file(folder)).expect("a file can be moved");
            }
            (Place::Server(named), CopyPlace::Server(copy)) => {
                named.alone(&format!("DROP DATABASE {} WITH (FORCE)", named.quoted())).await;
                named.alone(&format!("ALTER DATABASE {} RENAME TO {}", copy.quoted(), named.quoted())).await;
            }
            (_, copy) => panic!("{copy:?} is no copy of {self:?}"),
        }
    }
}

/// A database at a server, which is dropped with this, if it is there.
#[derive(Debug)]
struct Named {
    server: String,
    name: String,
    /// What roles are called by: a copy knows the same ones.
    whose: String,
}

impl Named {
    fn quoted(&self) -> String {
        quoted(&self.name)
    }

    fn role(&self, service: &str) -> String {
        format!("{}_{service}", self.whose)
    }

    async fn hang_up(&self) {
        let name = self.name.replace('\'', "''");
        self.must(&format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")).await;
    }

    /// What wants nobody else to be connected: sessions of a moment ago may still be there.
    async fn alone(&self, statement: &str) {
        let begun = Instant::now();
        while let Err(error) = by_admin(&self.server, statement).await {
            assert!(begun.elapsed() < PATIENCE, "{statement}: {error}");
            self.hang_up().await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn must(&self, statement: &str) {
        by_admin(&self.server, statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}

impl Drop for Named {
    fn drop(&mut self) {
        let (server, statement) =
            (self.server.clone(), format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.quoted()));
        let roles = SERVICES.map(|service| format!("DROP ROLE IF EXISTS {}", quoted(&self.role(service)))).join("; ");
        // a runtime of its own: that of the test may be about to end
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let dropped = async {
                by_admin(&server, &statement).await?;
                match by_admin(&server, &roles).await {
                    // a copy is still there, which drops them
                    Err(error) if error.to_string().contains("objects depend on it") => Ok(()),
                    other => other,
                }
            };
            runtime.block_on(dropped).map_err(std::io::Error::other)
        });
        let dropped = dropping.join().is_ok_and(|done| done.is_ok());
        // a test that fails already says why
        assert!(dropped || std::thread::panicking(), "the database {} cannot be dropped", self.name);
    }
}

/// Programs of ours that a role may be made for.
const SERVICES: [&str; 5] = ["ingest", "transfer", "export", "reports", "mock"];

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

async fn by_admin(server: &str, statement: &str) -> Result<(), DbErr> {
    connect(server).await.execute_unprepared(statement).await.map(drop)
}

/// One connection.
pub async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false).idle_timeout(None).max_lifetime(None);
    #[expect(clippy::disallowed_methods, reason = "its options are those above")]
    let connected = Connect::connect(options).await;
    connected.unwrap_or_else(|error| panic!("a database of a test cannot be reached: {error}"))
}

async fn number(db: &DatabaseConnection, sql: &str) -> Result<i64, DbErr> {
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    row.ok_or_else(|| DbErr::RecordNotFound("no row".to_owned()))?.try_get_by_index(0)
}

/// The server's URL with another database's name.
fn with_database(server: &str, name: &str) -> String {
    let mut url: Url = server.parse().expect("TEST_DATABASE_URL is a URL");
    url.set_path(name);
    url.into()
}

fn file(folder: &TempDir) -> PathBuf {
    folder.path().join("store.db")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many databases the server has of this name.
    async fn there(server: &str, name: &str) -> i64 {
        let db = connect(server).await;
        number(&db, &format!("SELECT count(*) FROM pg_database WHERE datname = '{name}'")).await.unwrap()
    }

    #[test]
    fn the_name_of_the_database_is_replaced_and_nothing_else() {
        assert_eq!(with_database("postgres://u:p@h:1/postgres?host=/tmp", "x"), "postgres://u:p@h:1/x?host=/tmp");
        assert_eq!(with_database("postgres://u@h", "x"), "postgres://u@h/x");
    }

    #[tokio::test]
    async fn a_file_is_empty_or_absent_and_gone_with_its_owner() {
        let (made, absent) = (Database::new(Backend::Sqlite).await, Database::absent(Backend::Sqlite));
        assert_eq!(made.number("SELECT count(*) FROM sqlite_master").await, 0);
        assert!(!absent.folder().join("store.db").exists());
        let folder = made.folder().to_owned();
        drop(made);
        assert!(!folder.exists());
    }

    #[tokio::test]
    async fn a_database_at_a_server_is_gone_with_its_owner_also_when_a_test_fails() {
        let Some(server) = Backend::Postgres.is_there().then(|| Backend::Postgres.server()).flatten() else { return };
        let odd = format!("odd \"name\" {}", Uuid::new_v4().simple());
        drop(Database::absent_called(Backend::Postgres, &odd));
        let database = Database::new(Backend::Postgres).await;
        let Place::Server(Named { name, .. }) = &database.place else { panic!("{database:?}") };
        let (name, session) = (name.clone(), database.connect().await);
        assert_eq!(there(&server, &name).await, 1);
        let failed = std::thread::spawn(move || {
            let _owner = database;
            panic!("a test that fails");
        });
        assert!(failed.join().is_err());
        assert_eq!(there(&server, &name).await, 0, "though a session was open: {session:?}");
    }

    #[tokio::test]
    async fn it_is_what_it_was_when_it_was_copied() {
        for backend in Backend::there() {
            let database = Database::new(backend).await;
            database.execute("CREATE TABLE numbers (number bigint)").await;
            let (copy, unused) = (database.copy().await, database.copy().await);
            database.execute("INSERT INTO numbers VALUES (7)").await;
            assert_eq!(database.number("SELECT count(*) FROM numbers").await, 1);
            database.restore(copy).await;
            assert_eq!(database.number("SELECT count(*) FROM numbers").await, 0, "{backend:?}");
            assert!(database.is_free().await);
            if let (CopyPlace::Server(Named { server, name, .. }), database) = (&unused.0, database) {
                let (server, name) = (server.clone(), name.clone());
                drop((unused, database));
                assert_eq!(there(&server, &name).await, 0, "a copy that nobody wants is dropped as well");
            }
        }
    }
}
