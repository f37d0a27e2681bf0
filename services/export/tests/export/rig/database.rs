//! A store for one test, filled through its own interface as ingest does it.

use std::{io::Write as _, path::Path, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ConnectOptions, ConnectionTrait as _, Database as Connect, DatabaseConnection, DbBackend, Statement};
use store::{
    CommitSlice, Complete, CompleteList, ExportCursor, Forget, Forgotten, KnownBy, NewRun, OpenOptions, Person,
    SourceIdentity, Staged, Store, Writer,
    entity::{application, posting},
};
use tempfile::TempDir;
use uuid::Uuid;

use super::records::{KEY, MEDIUM};

/// A store with tables.
pub(crate) struct Database {
    pub(crate) url: String,
    place: Place,
}

enum Place {
    Folder(TempDir),
    Server { admin: DatabaseConnection, name: String },
}

impl Database {
    /// A file.
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("store.db").display());
        Self { url, place: Place::Folder(folder) }.migrated().await
    }

    /// A database of its own on the test server; without a server it says so.
    pub(crate) async fn postgres() -> Option<Self> {
        let Some(server) = server() else {
            // not eprintln!: the test runner would swallow that
            let _ = writeln!(std::io::stderr(), "SKIPPED: export on PostgreSQL, because TEST_DATABASE_URL is not set");
            return None;
        };
        let mut options = ConnectOptions::new(&server);
        options.max_connections(1).sqlx_logging(false);
        let admin = Connect::connect(options).await.unwrap();
        let name = format!("export_{}", Uuid::new_v4().simple());
        admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
        let mut url: url::Url = server.parse().unwrap();
        url.set_path(&name);
        Some(Self { url: url.into(), place: Place::Server { admin, name } }.migrated().await)
    }

    async fn migrated(self) -> Self {
        let store = Store::open_to_migrate(&self.url, &options("migrate")).await.unwrap();
        store.migrate(DateTime::UNIX_EPOCH).await.unwrap();
        self
    }

    /// As this service sees it.
    pub(crate) async fn open(&self, service: &'static str) -> Store {
        Store::open(&self.url, &options(service)).await.unwrap()
    }

    /// Commits postings as the complete list of their medium, in one change if there is one.
    pub(crate) async fn list_postings(&self, rows: Vec<posting::Model>) {
        let list = CompleteList { media_id: MEDIUM, accept_removals: 1000 };
        self.commit::<posting::Entity>(rows, Some(list)).await;
    }

    /// Commits applications, in one change if there is one.
    pub(crate) async fn add_applications(&self, rows: Vec<application::Model>) {
        self.commit::<application::Entity>(rows, None).await;
    }

    async fn commit<E: Staged>(&self, rows: Vec<E::Model>, complete_list: Option<CompleteList<'_>>) {
        let store = self.open("ingest").await;
        let run_id = Uuid::new_v4().to_string();
        let writer = writer(&store).await;
        let source = SourceIdentity { base_url: "http://source".to_owned(), customer: "acme".to_owned() };
        writer.claim_source(&store, &source, false, "").await.unwrap();
        let fetched = rows.len() as u64;
        let mut slice = writer.slice::<E>();
        slice.add(rows).await.unwrap();
        let complete = complete_list.map(Complete::List);
        let commit = CommitSlice { complete, ..CommitSlice::of(&run_id, now(), fetched) };
        slice.commit(&commit).await.unwrap();
        drop(writer);
        self.wait_until_unlocked().await;
    }

    /// Takes a person out, by the key of the candidate.
    pub(crate) async fn forget(&self, candidate: &str) {
        let forgotten = self.forget_with(KEY, Person::Candidate(candidate.to_owned())).await;
        assert_eq!((forgotten.applications, forgotten.candidates), (2, 1));
    }

    /// Takes a person out, with this key of pseudonyms.
    pub(crate) async fn forget_with(&self, key: &str, person: Person) -> Forgotten {
        let store = self.open("ingest").await;
        let writer = writer(&store).await;
        let pseudonymiser = domain::Pseudonymiser::new(key).unwrap();
        let grouping = domain::cohort::Grouping::default();
        let how = Forget { run_id: "none", now: now(), pseudonymiser: &pseudonymiser, grouping, freezing: None };
        let forgotten = writer.forget(&[person], &how).await.unwrap();
        drop(writer);
        self.wait_until_unlocked().await;
        forgotten
    }

    /// Counts so many applications of a department, which are forgotten.
    pub(crate) async fn freeze(&self, group_key: &str, department: &str, applications: i64) {
        self.execute("UPDATE change_counter SET value = value + 1").await;
        self.execute(&format!(
            "INSERT INTO application_month (group_key, month, department, city, furthest_stage_kind, outcome, reason_kind, \
             is_eligible, weeks, applications, changed_seq) SELECT '{group_key}', '2026-05', '{department}', 'Ulm', 'applied', \
             'rejected', 'employer', true, 3, {applications}, value FROM change_counter"
        ))
        .await;
    }

    /// Counts a group among the small ones, as whoever makes it too small does in one change.
    pub(crate) async fn fold(&self, group_key: &str, small: &str) {
        self.freeze(small, "small groups", 7).await;
        self.execute(&format!(
            "UPDATE application_month SET applications = 0, removed_at = '2026-06-01T00:00:00Z', \
             changed_seq = (SELECT value FROM change_counter) WHERE group_key = '{group_key}'"
        ))
        .await;
    }

    /// Holds the lock of export.
    pub(crate) async fn lock(&self) -> Writer {
        writer(&self.open("export").await).await
    }

    /// The same for a run that has begun.
    pub(crate) async fn at_work(&self) -> Writer {
        let started_at = DateTime::UNIX_EPOCH;
        let run = NewRun { id: "another", command: "run", trigger: "test", started_at, version: "0" };
        let store = self.open("export").await;
        loop {
            if let Some((writer, _)) = store.try_begin_run(&run).await.unwrap() {
                return writer;
            }
        }
    }

    /// A server gives a lock back when it sees that the connection is gone, which is a little later.
    pub(crate) async fn wait_until_unlocked(&self) {
        let Place::Server { admin, name } = &self.place else { return };
        let sql = format!(
            "SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE locktype = 'advisory' AND datname = '{name}'"
        );
        let held = Statement::from_string(DbBackend::Postgres, sql);
        while admin.query_one_raw(held.clone()).await.unwrap().is_some() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Where the file is.
    pub(crate) fn folder(&self) -> &Path {
        match &self.place {
            Place::Folder(folder) => folder.path(),
            Place::Server { .. } => panic!("a server has no folder"),
        }
    }

    /// How far this lake has been served.
    pub(crate) async fn cursor(&self, target: &str) -> ExportCursor {
        self.open("export").await.export_cursor(target).await.unwrap()
    }

    /// Leaves the bookkeeping as an export does that is killed while it sends.
    pub(crate) async fn leave_pending(&self, target: &str, sent: i64, pending: (i64, i64)) {
        let cursor = ExportCursor { sent, pending: Some(pending), attempt: 0 };
        let fingerprint = domain::Pseudonymiser::new(KEY).unwrap().fingerprint();
        let known_by = KnownBy { pii_mode: "pseudonymise".to_owned(), pii_key_fingerprint: Some(fingerprint) };
        self.lock().await.save_export_cursor(target, cursor, &known_by, now()).await.unwrap();
        self.wait_until_unlocked().await;
    }

    /// Tells of an export as one does that goes no further.
    pub(crate) async fn tell_of_export(&self, run_id: &str) {
        self.lock().await.tell_of_export(run_id, None, now()).await.unwrap();
        self.wait_until_unlocked().await;
    }

    /// Changes it as no program of ours does.
    pub(crate) async fn execute(&self, statement: &str) {
        let mut options = ConnectOptions::new(&self.url);
        options.max_connections(1).sqlx_logging(false);
        Connect::connect(options).await.unwrap().execute_unprepared(statement).await.unwrap();
    }

    /// Throws it away.
    pub(crate) async fn close(self) {
        match self.place {
            Place::Folder(folder) => folder.close().unwrap(),
            Place::Server { admin, name } => {
                admin.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
            }
        }
    }
}

/// Takes a service's lock. A program that another test starts just now begins as a copy of this process, and keeps a lock
/// that this one gives back until it is itself: so one try is not enough.
async fn writer(store: &Store) -> Writer {
    for _ in 0..200 {
        if let Some(writer) = store.writer().await.unwrap() {
            return writer;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("somebody keeps the lock")
}

/// When everything happens.
pub(crate) fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

fn options(service: &'static str) -> OpenOptions {
    OpenOptions { service, max_connections: 1, wait: Duration::from_secs(20) }
}

#[expect(clippy::disallowed_methods, reason = "names the test server, not a setting of a program")]
fn server() -> Option<String> {
    std::env::var("TEST_DATABASE_URL").ok().filter(|url| !url.is_empty())
}
