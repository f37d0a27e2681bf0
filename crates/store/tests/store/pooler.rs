//! Behind PgBouncer: a lock belongs to a session, and so a pool must too.

use std::{
    fs,
    io::Write as _,
    net::{TcpListener, TcpStream},
    os::unix::fs::PermissionsExt as _,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use store::{ExportCursor, OpenOptions, Store, StoreError};
use tempfile::TempDir;
use url::Url;

use crate::{
    place::{Place, on_postgres},
    records::{application as an_application, day},
    session::{Rows, Session, known_by, writer},
};

/// A pooler in front of a test's database; it is gone when dropped.
struct Pooler {
    process: Child,
    url: String,
    _folder: TempDir,
}

impl Pooler {
    /// `None`, and a word about it, where there is no pooler to be had.
    fn start(place: &Place, mode: &str) -> Option<Self> {
        let Some(program) = program() else {
            let _ = writeln!(std::io::stderr(), "SKIPPED: behind a pooler, because pgbouncer is not installed");
            return None;
        };
        let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
        let server = Url::parse(&place.url).unwrap();
        let file = folder.path().join("pgbouncer.ini");
        let settings = format!(
            "[databases]\n* = host={} port={} user={} password={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
             unix_socket_dir =\nauth_type = any\npool_mode = {mode}\nignore_startup_parameters = extra_float_digits,options\n",
            server.host_str().unwrap(),
            server.port().unwrap(),
            server.username(),
            server.password().unwrap(),
        );
        fs::write(&file, settings).unwrap();
        // it gives up being root, and then reads its settings
        for path in [folder.path(), &file] {
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let is_root = fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
        let mut command = Command::new(program);
        command.args(is_root.then_some(["-u", "nobody"]).into_iter().flatten()).arg(&file);
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let patience_ends = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < patience_ends, "the pooler does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
        let mut url = server;
        url.set_port(Some(port)).unwrap();
        Some(Self { process, url: url.into(), _folder: folder })
    }

    async fn open(&self, service: &'static str) -> Result<Store, StoreError> {
        let options = OpenOptions { service, max_connections: 4, wait: Duration::ZERO };
        Store::open(&self.url, &options).await
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[expect(clippy::disallowed_methods, reason = "where tests find a program, not a setting of one")]
fn program() -> Option<std::path::PathBuf> {
    let named = std::env::var_os("TEST_PGBOUNCER").map(std::path::PathBuf::from);
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let on_path = || std::env::split_paths(&folders).map(|folder| folder.join("pgbouncer")).find(|path| path.is_file());
    named
        .or_else(on_path)
        .or_else(|| Some("/usr/sbin/pgbouncer".into()).filter(|path: &std::path::PathBuf| path.is_file()))
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[tokio::test]
async fn one_that_lends_sessions_to_transactions_is_refused_and_no_lock_stays() {
    on_postgres(async |place| {
        place.migrate().await;
        let turns =
            ["server_round_robin = 0", "server_round_robin = 1", "server_round_robin = 1\ndefault_pool_size = 1"];
        for how in turns {
            let Some(pooler) = Pooler::start(place, &format!("transaction\n{how}")) else { return };
            for service in ["ingest", "transfer", "export", "reports", "ingest", "export"] {
                let error = pooler.open(service).await.expect_err("a store behind it");
                assert!(matches!(error, StoreError::SharedSession) && error.is_final(), "{how}, {service}: {error:?}");
                assert!(error.to_string().contains("pool_mode = session"), "{error}");
            }
            let options = OpenOptions { service: "migrate", max_connections: 1, wait: Duration::ZERO };
            for error in [
                Store::open_to_migrate(&pooler.url, &options).await.expect_err("a store to migrate"),
                Store::open_to_look(&pooler.url, &options).await.expect_err("a store to look at"),
            ] {
                assert!(matches!(error, StoreError::SharedSession), "{how}: {error:?}");
            }
            // whoever goes past it is not kept out by what it was lent
            drop(writer(&place.open("ingest").await).await);
        }
    })
    .await;
}

#[tokio::test]
async fn behind_one_that_lends_them_whole_a_lock_is_bound_to_its_session() {
    on_postgres(async |place| {
        place.migrate().await;
        let Some(pooler) = Pooler::start(place, "session") else { return };
        let store = pooler.open("ingest").await.unwrap();
        let ingest = Session { writer: writer(&store).await, store };
        assert!(place.open("ingest").await.writer().await.unwrap().is_none(), "the lock is the server's");
        assert_eq!(ingest.applications(day(1), &[an_application("a")]).await.inserted, 1);
        // the session at the server ends, and the pooler hands out another one
        let holders = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted \
                       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        place.execute(holders).await;
        let save =
            async || ingest.writer.save_export_cursor("lake", &ExportCursor::default(), &known_by(), day(1)).await;
        let error = match save().await.unwrap_err() {
            StoreError::Database(_) => save().await.unwrap_err(),
            error => error,
        };
        assert!(matches!(error, StoreError::LockLost { service: "ingest" }), "{error:?}");
        assert_eq!(Rows::of(place).await.applications.len(), 1);
        // the next one takes it
        let store = pooler.open("ingest").await.unwrap();
        let next = Session { writer: writer(&store).await, store };
        assert_eq!(next.applications(day(2), &[an_application("b")]).await.inserted, 1);
    })
    .await;
}
