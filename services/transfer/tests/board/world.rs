//! A store with postings, a board, a host of files; and transfer with the settings for them.

use std::{collections::BTreeMap, io::Write as _};

use chrono::{DateTime, TimeDelta, Utc};
use domain::{Advertisement, Localization, Location, Posting};
use rig::{Backend, Database, Ended, Mock, Program};
use serde_json::Value;
use store::{
    CommitSlice, Complete, CompleteList, OpenOptions, RawHash, Role, SourceIdentity, Store, Writer,
    entity::{Seen, posting},
};
use tempfile::NamedTempFile;
use uuid::Uuid;

use crate::{gate::Gate, hosts::Host};

/// The medium of all postings.
const MEDIUM: &str = "medium-1";
/// What no run may print.
pub(crate) const PASSWORD: &str = "h0peful-secret";
pub(crate) const CONTACT: &str = "Zaphodine Beeblebrox";
const TELEPHONE: &str = "0231 / 424242";

/// Text of the mapping file.
pub(crate) const MAPPING: &str = r#"
country = "DE"
[contact]
name = "Zaphodine Beeblebrox"
telephone = "0231 / 424242"
"#;

/// All of it, for one test.
pub(crate) struct World {
    pub(crate) board: Board,
    pub(crate) host: Host,
    pub(crate) store: PostingStore,
    /// `TRANSFER_ON_CHANGE`.
    pub(crate) on_change: &'static str,
    mapping: NamedTempFile,
}

/// A mock, and a gate before it.
pub(crate) struct Board {
    pub(crate) mock: Mock,
    pub(crate) gate: Gate,
}

impl Board {
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    pub(crate) fn start_with(settings: &[(&str, &str)]) -> Self {
        let small = [("MOCK_POSTINGS", "0"), ("MOCK_APPLICATIONS", "0")];
        let mock = Mock::start_with(&[&small, settings].concat());
        let gate = Gate::before(&mock.address);
        Self { mock, gate }
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::on(Board::start(), Backend::Sqlite).await
    }

    pub(crate) async fn on(board: Board, backend: Backend) -> Self {
        let (host, store) = (Host::start(), PostingStore::new(backend).await);
        Self { board, host, store, on_change: "hold", mapping: mapping(MAPPING) }
    }

    /// The same with another store, for the next story.
    pub(crate) async fn with_empty_store(self) -> Self {
        Self { store: PostingStore::new(Backend::Sqlite).await, ..self }
    }

    /// A posting whose text refers to these files of the host.
    pub(crate) fn posting(&self, vacancy: &str, title: &str, files: &[&str]) -> posting::Model {
        let images =
            files.iter().map(|file| format!(r#"<p><a href="{0}"><img src="{0}"></a></p>"#, self.host.url(file)));
        posting(vacancy, title, &format!("<p>A ward.</p>{}", images.collect::<String>()))
    }

    /// transfer, which hands over for real.
    pub(crate) fn transfer(&self) -> Program {
        Program::of_workspace("transfer")
            .with("LOG_FORMAT", "json")
            .with("DATABASE_URL", self.store.database.url_of("transfer"))
            .with("BOARD_BASE_URL", self.board.gate.url())
            .with("BOARD_EMAIL", "jobs@example.org")
            .with("BOARD_PASSWORD", PASSWORD)
            .with("BOARD_MODE", "create")
            .with("BOARD_TIMEOUT_SECONDS", "5")
            .with("TRANSFER_MAPPING_FILE", self.mapping.path().display().to_string())
            .with("TRANSFER_ON_CHANGE", self.on_change)
            .with("ATTACHMENT_HOSTS", self.host.address())
            .with("ATTACHMENT_PRIVATE_HOSTS", "127.0.0.1")
    }

    /// Runs it to its end, or to where an accident of the gate kills it.
    pub(crate) fn run(&self, program: Program) -> Ended {
        // what a person asks to see of an ad has its contact
        let running = program.keeping_secret(&[PASSWORD, CONTACT, TELEPHONE]).telling_names().start();
        self.board.gate.watch(Some(running.id()));
        let ended = running.wait();
        self.board.gate.watch(None);
        ended
    }

    /// Runs with these accidents.
    pub(crate) fn run_with(&self, accidents: impl IntoIterator<Item = (usize, crate::gate::Accident)>) -> Ended {
        self.board.gate.plan(accidents);
        self.run(self.transfer())
    }

    /// The ledger, as the program prints it.
    pub(crate) fn listings(&self) -> Vec<Value> {
        let ended = self.transfer().argument("listings").argument("--json").run();
        serde_json::from_str(&ended.must_succeed().out).unwrap()
    }

    /// The newest listing of a vacancy in the ledger.
    pub(crate) fn listing(&self, vacancy: &str) -> Value {
        self.listings().into_iter().rfind(|listing| listing["vacancy_id"] == vacancy).unwrap_or(Value::Null)
    }

    /// What the board has of each vacancy, by the ad's reference.
    pub(crate) async fn on_board(&self) -> BTreeMap<String, Vec<Value>> {
        let Value::Array(all) = self.board.mock.get("/_mock/board/listings").await else { panic!("no list") };
        let mut by_vacancy: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for listing in all {
            let vacancy = listing["job"]["ref"].as_str().unwrap().to_owned();
            by_vacancy.entry(vacancy).or_default().push(listing);
        }
        by_vacancy
    }

    /// What is on view of a vacancy.
    pub(crate) async fn on_view(&self, vacancy: &str) -> Vec<Value> {
        let of_vacancy = self.on_board().await.remove(vacancy).unwrap_or_default();
        of_vacancy.into_iter().filter(|listing| listing["published"].is_string()).collect()
    }
}

/// A store whose postings are the complete list of a medium.
pub(crate) struct PostingStore {
    pub(crate) database: Database,
}

impl PostingStore {
    async fn new(backend: Backend) -> Self {
        let database = Database::absent(backend);
        let store = Store::open_to_migrate(&database.url, &options("migrate")).await.unwrap();
        let roles = if backend == Backend::Postgres { vec![role(&database)] } else { Vec::new() };
        store.migrate_for(&roles, DateTime::UNIX_EPOCH).await.unwrap();
        Self { database }
    }

    /// From now on these are all.
    pub(crate) async fn list(&self, rows: Vec<posting::Model>) {
        let store = Store::open(&self.database.url, &options("ingest")).await.unwrap();
        let writer = writer(&store).await;
        let source = SourceIdentity { base_url: "http://source".to_owned(), customer: "acme".to_owned() };
        writer.claim_source(&store, &source, false, "").await.unwrap();
        let (run_id, fetched) = (Uuid::new_v4().to_string(), rows.len() as u64);
        let mut slice = writer.slice::<posting::Entity>();
        slice.add(rows).await.unwrap();
        let complete = Some(Complete::List(CompleteList { media_id: MEDIUM, accept_removals: 1000 }));
        let commit = CommitSlice { complete, ..CommitSlice::of(&run_id, now(), fetched) };
        slice.commit(&commit).await.unwrap();
    }
}

/// What a server lets the program do, and no more.
fn role(database: &Database) -> Role {
    let [name, password] = database.role("transfer");
    Role { service: "transfer", name, password: Some(password) }
}

async fn writer(store: &Store) -> Writer {
    loop {
        // a server gives a lock back when it sees that the connection is gone, which is a little later
        if let Some(writer) = store.writer().await.unwrap() {
            return writer;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

fn options(service: &'static str) -> OpenOptions {
    OpenOptions { service, max_connections: 1, wait: std::time::Duration::from_secs(10) }
}

/// A mapping file.
pub(crate) fn mapping(text: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

fn now() -> DateTime<Utc> {
    "2026-06-01T08:00:00Z".parse().unwrap()
}

fn texts(text: &str) -> Localization {
    std::iter::once(("de-DE".to_owned(), text.to_owned())).collect()
}

/// A posting with this text.
pub(crate) fn posting(vacancy: &str, title: &str, text: &str) -> posting::Model {
    let ad = Advertisement { title: texts(title), content: texts(text), is_default: true };
    posting_with(vacancy, texts(title), vec![ad])
}

/// A posting with these ads.
pub(crate) fn posting_with(vacancy: &str, title: Localization, advertisements: Vec<Advertisement>) -> posting::Model {
    let created = now() - TimeDelta::days(3);
    let posting = Posting {
        vacancy_id: vacancy.to_owned(),
        media_id: MEDIUM.to_owned(),
        job_id: None,
        application_form_id: None,
        posting_type: Some(0),
        stage: Some(1),
        title,
        content: Localization::default(),
        advertisements,
        created,
        edited: created,
        deadline: None,
        deadline_text: Localization::default(),
        location: Some(Location {
            address: Some("Ring 1, 44137, Dortmund".to_owned()),
            latitude: None,
            longitude: None,
        }),
        department: None,
        tags: Vec::new(),
        facts: Vec::new(),
        template_id: None,
        template_title: Localization::default(),
        apply_url: Localization::default(),
        ad_url: Localization::default(),
        external_application_url: None,
        time_zone: None,
    };
    (posting, Seen { raw: "{}".to_owned(), hash: RawHash::of("{}", 1), at: now() }).into()
}
