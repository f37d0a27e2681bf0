//! The programs, their commands, and settings that each would be content with.

use e2e::tree;
use fastrand::Rng;
use rig::{Program, mock::MEDIA};
use tempfile::TempDir;

use crate::texts::Secret;

/// A store, a lake, and folders, which all cases of a thread share.
pub(crate) struct Place {
    folder: TempDir,
}

/// A program that is to be run.
pub(crate) struct Asked {
    pub(crate) name: &'static str,
    pub(crate) arguments: &'static [&'static str],
    pub(crate) settings: Vec<(String, String)>,
}

/// Nobody answers there, and nobody is waited for.
const NOBODY: &str = "127.0.0.1:9";

/// None of them goes on serving, or asks anybody who answers.
pub(crate) const COMMANDS: &[(&str, &[&[&str]])] = &[
    ("migrate", &[&[], &["check"]]),
    ("ingest", &[&[], &["check"], &["--reconcile"], &["runs", "--json"], &["fresh", "--max-age", "1h"], &["rejected"]]),
    ("transfer", &[&[], &["check"], &["plan"], &["listings"]]),
    ("export", &[&[], &["check"], &["plan"], &["--full"], &["--verify"]]),
    ("reports", &[&["check"]]),
    ("mock-api", &[&["check"], &["seed"]]),
];

/// The settings of a program, as its README lists them.
pub(crate) fn own(name: &str) -> Vec<String> {
    let readme = std::fs::read_to_string(tree::root().join("services").join(name).join("README.md")).unwrap();
    let rows = readme.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    let is_name = |text: &&str| text.chars().all(|sign| sign.is_ascii_uppercase() || sign == '_');
    rows.map(|(name, _)| name).filter(is_name).map(str::to_owned).collect()
}

/// Variables that every program reads, whosever they are.
pub(crate) fn standard() -> impl Iterator<Item = String> {
    [
        "RUST_LOG",
        "LOG_FORMAT",
        "RUN_TRIGGER",
        "HTTPS_PROXY",
        "http_proxy",
        "ALL_PROXY",
        "NO_PROXY",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "OTEL_SDK_DISABLED",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "OTEL_EXPORTER_OTLP_PROTOCOL",
        "OTEL_EXPORTER_OTLP_HEADERS",
        "OTEL_EXPORTER_OTLP_TIMEOUT",
        "OTEL_EXPORTER_OTLP_COMPRESSION",
        "OTEL_TRACES_SAMPLER",
        "OTEL_TRACES_SAMPLER_ARG",
        "OTEL_BSP_MAX_QUEUE_SIZE",
        "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
        "OTEL_METRIC_EXPORT_INTERVAL",
        "OTEL_RESOURCE_ATTRIBUTES",
        "PGPASSWORD",
        "PGPORT",
        "PGSSLMODE",
        "PGSSLROOTCERT",
        "PGHOST",
        "PGOPTIONS",
    ]
    .into_iter()
    .map(str::to_owned)
}

impl Place {
    pub(crate) fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        Program::of_workspace("migrate").with("DATABASE_URL", place.store()).run().must_succeed();
        place
    }

    /// What is named without a folder lies there.
    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn store(&self) -> String {
        format!("sqlite://{}", self.path("store.db"))
    }

    pub(crate) fn some_program(&self, rng: &mut Rng) -> Asked {
        let (name, commands) = COMMANDS[rng.usize(..COMMANDS.len())];
        let (arguments, settings) = (commands[rng.usize(..commands.len())], self.settings(name));
        Asked { name, arguments, settings }
    }

    fn settings(&self, name: &str) -> Vec<(String, String)> {
        let mapping = tree::root().join("helm/emply-pipeline/files/mapping-for-the-mock.toml").display().to_string();
        let own: Vec<(&str, String)> = match name {
            "ingest" => vec![
                ("EMPLY_BASE_URL", format!("http://{NOBODY}")),
                ("EMPLY_API_KEY", "any".to_owned()),
                ("EMPLY_CUSTOMER", "acme".to_owned()),
                ("EMPLY_MEDIA_IDS", MEDIA.join(",")),
                ("EMPLY_MAX_RETRY_SECONDS", "0".to_owned()),
            ],
            "transfer" => vec![
                ("BOARD_BASE_URL", format!("http://{NOBODY}")),
                ("BOARD_EMAIL", "jobs@example.org".to_owned()),
                ("BOARD_PASSWORD", "any".to_owned()),
                ("TRANSFER_MAPPING_FILE", mapping),
            ],
            "export" => vec![
                ("LAKE_PATH", self.path("lake")),
                ("PII_KEY", "a-long-random-secret".to_owned()),
                ("BIGQUERY_ENDPOINT", format!("http://{NOBODY}")),
            ],
            "reports" => {
                vec![("REPORTS_DIR", self.path("pages")), ("REPORTS_TOKEN", "a-long-random-secret".to_owned())]
            }
            "mock-api" => vec![
                ("MOCK_DATABASE_URL", format!("sqlite://{}?mode=rwc", self.path("mock.db"))),
                ("MOCK_POSTINGS", "1".to_owned()),
                ("MOCK_APPLICATIONS", "1".to_owned()),
            ],
            _ => Vec::new(),
        };
        let all = [("DATABASE_URL", self.store()), ("DATABASE_WAIT_SECONDS", "0".to_owned())];
        all.into_iter().chain(own).map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

/// Puts a secret where one may stand.
pub(crate) fn hide(rng: &mut Rng, settings: &mut Vec<(String, String)>, secret: &Secret) {
    let text = secret.text();
    let database =
        if settings.iter().any(|(name, _)| name == "MOCK_DATABASE_URL") { "MOCK_DATABASE_URL" } else { "DATABASE_URL" };
    let places = [
        (database, format!("postgres://user:{text}@{NOBODY}/db")),
        (database, format!("postgres://{text}@{NOBODY}/db?sslmode=require")),
        (database, format!("postgres://user@{NOBODY}/db?password={text}")),
        ("PGPASSWORD", text.to_owned()),
        ("EMPLY_API_KEY", text.to_owned()),
        ("EMPLY_BASE_URL", format!("http://{text}@{NOBODY}")),
        ("EMPLY_BASE_URL", format!("http://{NOBODY}/?key={text}")),
        ("BOARD_PASSWORD", text.to_owned()),
        ("BOARD_EMAIL", format!("{text}@example.org")),
        ("BOARD_BASE_URL", format!("https://user:{text}@{NOBODY}")),
        ("BIGQUERY_ENDPOINT", format!("http://user:{text}@{NOBODY}")),
        ("PII_KEY", text.to_owned()),
        ("PII_KEY_OLD", text.to_owned()),
        ("GOOGLE_APPLICATION_CREDENTIALS", format!("{{\"type\": \"service_account\", \"private_key\": \"{text}\"}}")),
        ("REPORTS_TOKEN", text.to_owned()),
        ("HTTP_PROXY", format!("http://user:{text}@{NOBODY}")),
        ("https_proxy", format!("http://{text}@{NOBODY}")),
        ("ALL_PROXY", format!("user:{text}@{NOBODY}")),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://user:{text}@{NOBODY}")),
        ("OTEL_EXPORTER_OTLP_HEADERS", format!("authorization=Bearer {text}")),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", format!("http://{NOBODY}/?token={text}")),
    ];
    let (name, value) = places[rng.usize(..places.len())].clone();
    settings.push((name.to_owned(), value));
    if name == "EMPLY_API_KEY" && rng.bool() {
        settings.push(("EMPLY_KEY_STYLE".to_owned(), "query".to_owned()));
    }
    if rng.u8(0..4) == 0 {
        settings.push(("RUST_LOG".to_owned(), ["debug", "trace"][rng.usize(..2)].to_owned()));
    }
}
