//! A database for one test, and what is in it.

use std::io::Write as _;

use chrono::{DateTime, Utc};
use sea_orm::{
    ConnectOptions, ConnectionTrait as _, Database as Connect, DatabaseConnection, EntityTrait as _, QueryOrder as _,
};
use store::{
    OpenOptions, Store,
    entity::{
        application, application_event, application_month, candidate, change_counter, posting, rejected_record, source,
        suppression, sync_cursor, sync_run,
    },
};
use tempfile::TempDir;
use uuid::Uuid;

use super::PATIENCE;

/// An empty database.
pub(crate) struct Database {
    pub(crate) url: String,
    place: Place,
}

enum Place {
    Folder(TempDir),
    Server { admin: DatabaseConnection, name: String },
}

impl Database {
    /// An empty file.
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("store.db");
        std::fs::File::create(&file).unwrap();
        Self { url: format!("sqlite://{}", file.display()), place: Place::Folder(folder) }
    }

    /// A database of its own on the test server; without a server it says so.
    pub(crate) async fn postgres() -> Option<Self> {
        let Some(server) = server() else {
            // not eprintln!: the test runner would swallow that
            let _ = writeln!(std::io::stderr(), "SKIPPED: ingest on PostgreSQL, because TEST_DATABASE_URL is not set");
            return None;
        };
        let admin = connect(&server).await;
        let name = format!("ingest_{}", Uuid::new_v4().simple());
        admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
        let mut url: url::Url = server.parse().unwrap();
        url.set_path(&name);
        Some(Self { url: url.into(), place: Place::Server { admin, name } })
    }

    /// Makes the tables.
    pub(crate) async fn migrate(&self) {
        let options = OpenOptions { service: "migrate", max_connections: 1, wait: PATIENCE };
        let store = Store::open_to_migrate(&self.url, &options).await.unwrap();
        store.migrate(DateTime::UNIX_EPOCH).await.unwrap();
    }

    /// What is in the store.
    pub(crate) async fn rows(&self) -> Rows {
        let db = connect(&self.url).await;
        Rows {
            postings: posting::Entity::find().order_by_asc(posting::Column::VacancyId).all(&db).await.unwrap(),
            applications: application::Entity::find().order_by_asc(application::Column::Id).all(&db).await.unwrap(),
            candidates: candidate::Entity::find().order_by_asc(candidate::Column::Key).all(&db).await.unwrap(),
            events: application_event::Entity::find()
                .order_by_asc(application_event::Column::ApplicationId)
                .order_by_asc(application_event::Column::EventNo)
                .all(&db)
                .await
                .unwrap(),
            cursors: sync_cursor::Entity::find().all(&db).await.unwrap(),
            rejected: rejected_record::Entity::find()
                .order_by_asc(rejected_record::Column::Fingerprint)
                .all(&db)
                .await
                .unwrap(),
            months: application_month::Entity::find()
                .order_by_asc(application_month::Column::GroupKey)
                .all(&db)
                .await
                .unwrap(),
            source: source::Entity::find().all(&db).await.unwrap(),
            change_counter: change_counter::Entity::find().all(&db).await.unwrap(),
        }
    }

    /// Who is to stay forgotten, as a backup lists them.
    pub(crate) async fn suppressed(&self) -> String {
        let rows = suppression::Entity::find().all(&connect(&self.url).await).await.unwrap();
        let line = |row: suppression::Model| {
            format!("{},{},{},{}\n", row.pseudonym, row.kind, row.suppressed_at.to_rfc3339(), row.key_fingerprint)
        };
        rows.into_iter().map(line).collect()
    }

    /// Changes it as no program of ours does.
    pub(crate) async fn execute(&self, statement: &str) {
        connect(&self.url).await.execute_unprepared(statement).await.unwrap();
    }

    /// The audit, oldest first.
    pub(crate) async fn runs(&self) -> Vec<sync_run::Model> {
        let db = connect(&self.url).await;
        sync_run::Entity::find().order_by_asc(sync_run::Column::StartedAt).all(&db).await.unwrap()
    }

    /// The last run.
    pub(crate) async fn last_run(&self) -> sync_run::Model {
        self.runs().await.pop().expect("a run has been written down")
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

/// Every row that a run may change, but for the audit.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rows {
    pub(crate) postings: Vec<posting::Model>,
    pub(crate) applications: Vec<application::Model>,
    pub(crate) candidates: Vec<candidate::Model>,
    pub(crate) events: Vec<application_event::Model>,
    pub(crate) cursors: Vec<sync_cursor::Model>,
    pub(crate) rejected: Vec<rejected_record::Model>,
    pub(crate) months: Vec<application_month::Model>,
    pub(crate) source: Vec<source::Model>,
    pub(crate) change_counter: Vec<change_counter::Model>,
}

impl Rows {
    /// How many postings, applications, candidates and events there are, and records kept aside.
    pub(crate) fn counts(&self) -> [usize; 5] {
        [self.postings.len(), self.applications.len(), self.candidates.len(), self.events.len(), self.rejected.len()]
    }

    /// The same with the instants blanked at which we saw things.
    pub(crate) fn without_times(mut self) -> Self {
        let at = DateTime::<Utc>::UNIX_EPOCH;
        self.postings.iter_mut().for_each(|row| row.first_seen = at);
        self.applications.iter_mut().for_each(|row| row.first_seen = at);
        self.candidates.iter_mut().for_each(|row| row.first_seen = at);
        self.events.iter_mut().for_each(|row| row.observed = at);
        for cursor in &mut self.cursors {
            cursor.moved_at = at;
            cursor.run_id.clear();
        }
        self
    }
}

async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Connect::connect(options).await.unwrap()
}

#[expect(clippy::disallowed_methods, reason = "names the test server, not a setting of a program")]
fn server() -> Option<String> {
    std::env::var("TEST_DATABASE_URL").ok().filter(|url| !url.is_empty())
}
