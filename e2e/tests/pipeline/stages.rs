//! The pipeline's programs with the settings that they need here.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use e2e::tree;
use rig::{Backend, Database, Program, mock::MEDIA};

/// Brings the schema up to date; on a server, each of the others has a role of its own then.
pub(crate) fn migrate(database: &Database) -> Program {
    let program = migrate_at(&database.url);
    if database.backend == Backend::Sqlite {
        return program;
    }
    ["ingest", "transfer", "export", "reports"].into_iter().fold(program, |program, service| {
        let ([role, password], setting) = (database.role(service), service.to_uppercase());
        program.with(&format!("MIGRATE_{setting}_ROLE"), role).with(&format!("MIGRATE_{setting}_PASSWORD"), password)
    })
}

/// The same of a database that is at this address.
pub(crate) fn migrate_at(database: &str) -> Program {
    Program::of_workspace("migrate").with("LOG_FORMAT", "json").with("DATABASE_URL", database)
}

/// Reads everything that the mock has, in slices that begin short, and all of it again each time.
pub(crate) fn ingest(database: &str, source: &str) -> Program {
    Program::of_workspace("ingest")
        .with("LOG_FORMAT", "json")
        .with("DATABASE_URL", database)
        .with("EMPLY_BASE_URL", format!("http://{source}"))
        .with("EMPLY_API_KEY", "any")
        .with("EMPLY_CUSTOMER", "acme")
        .with("EMPLY_CLOCK", "own")
        .with("EMPLY_MEDIA_IDS", MEDIA.join(","))
        .with("INGEST_START", "2025-12-01")
        .with("INGEST_SLICE_HOURS", "48")
        .with("INGEST_LOOKBACK_HOURS", "9000")
}

/// Sends to a lake, with persons as they are, so that rows can be found again.
pub(crate) fn export(database: &str, lake: &Path) -> Program {
    Program::of_workspace("export")
        .with("LOG_FORMAT", "json")
        .with("DATABASE_URL", database)
        .with("LAKE_PATH", lake.display().to_string())
        .with("PII_MODE", "keep")
}

/// Hands over to a board, by the mapping at this place in the repository.
pub(crate) fn transfer(database: &str, board: &str, mapping: &str) -> Program {
    Program::of_workspace("transfer")
        .with("LOG_FORMAT", "json")
        .with("DATABASE_URL", database)
        .with("BOARD_BASE_URL", format!("http://{board}"))
        .with("BOARD_EMAIL", "jobs@example.org")
        .with("BOARD_PASSWORD", "any")
        .with("TRANSFER_MAPPING_FILE", tree::root().join(mapping).display().to_string())
}

/// dbt in the environment that `e2e/toolbox/setup.py` makes.
pub(crate) struct Dbt {
    python: PathBuf,
    project: PathBuf,
    /// Kept between runs, so that dbt parses once.
    target: tempfile::TempDir,
}

impl Dbt {
    /// Where the tools are not, it says so.
    pub(crate) fn find() -> Option<Self> {
        let python = tools().join("venv-dbt/bin/python");
        if !python.exists() {
            // not eprintln!: the test runner would swallow that
            let way_out = "run `python3 e2e/toolbox/setup.py`";
            let _ = writeln!(std::io::stderr(), "SKIPPED: dbt, because {} is not there: {way_out}", python.display());
            return None;
        }
        let target = tempfile::tempdir().expect("a temporary folder");
        Some(Self { python, project: tree::root().join("dbt"), target })
    }

    /// Without its tests, which take longer than all else: for where it is looked at what dbt makes, and not whether that is right.
    pub(crate) fn of_models_alone() -> Option<Self> {
        let found = Self::find()?;
        let project = found.target.path().join("project");
        let copied = Command::new("cp").arg("-r").args([&found.project, &project]).status();
        assert!(copied.is_ok_and(|status| status.success()), "a copy of dbt's project");
        let settings = project.join("dbt_project.yml");
        let text = fs::read_to_string(&settings).expect("the project's settings");
        fs::write(settings, text + "\ndata_tests:\n  +enabled: false\n").expect("no tests in the copy");
        Some(Self { project, ..found })
    }

    /// Where it leaves what it has made, but for the lake.
    pub(crate) fn folder(&self) -> &Path {
        self.target.path()
    }

    /// Builds the marts.
    pub(crate) fn build(&self, lake: &Path) {
        let home = self.target.path().join("home");
        fs::create_dir_all(&home).expect("a folder");
        let program = Program::at(&self.python)
            .argument(self.project.join("entrypoint.py"))
            .with("PATH", "/usr/bin:/bin")
            .with("HOME", home.display().to_string())
            .with("LANG", "C.UTF-8")
            .with("LAKE_PATH", lake.display().to_string())
            .with("DBT_TARGET_PATH", self.target.path().join("target").display().to_string());
        program.run().must_succeed();
        assert!(lake.join("docs/index.html").is_file());
    }
}

#[expect(clippy::disallowed_methods, reason = "names where test tools lie, not a setting of a program")]
fn tools() -> PathBuf {
    let set = std::env::var_os("TOOLS_DIR").filter(|path| !path.is_empty());
    set.map_or_else(|| tree::root().join(".tools"), |path| tree::root().join(path))
}
