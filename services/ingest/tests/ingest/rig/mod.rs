//! What the tests stand on: a source that answers as it is told, a database, the real binary.

mod database;
mod emply;
mod program;
mod server;

use std::time::Duration;

use store::entity::sync_run;

pub(crate) use database::{Database, Rows};
pub(crate) use emply::{Emply, MEDIUM, On, Reads, application, head, posting};
pub(crate) use program::{Ended, Program};
pub(crate) use server::{Answer, Server, nobody};

/// How long anything may take before a test gives up.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// The key of the source.
pub(crate) const KEY: &str = "k3y-0f-the-s0urce";
/// A password of a database.
pub(crate) const PASSWORD: &str = "pa55w0rd-0f-the-database";
/// In every record's text.
pub(crate) const BODY: &str = "Payl0ad";
/// First name of every person, also in their e-mail addresses.
pub(crate) const FIRST_NAME: &str = "Zaphodine";
/// Last name of every person.
pub(crate) const LAST_NAME: &str = "Beeblebrox";
/// What no run may print.
pub(crate) const SECRETS: [&str; 5] = [KEY, PASSWORD, BODY, FIRST_NAME, LAST_NAME];

/// A source, and a database with tables.
pub(crate) struct Rig {
    pub(crate) source: Emply,
    pub(crate) database: Database,
}

impl Rig {
    pub(crate) async fn sqlite() -> Self {
        Self::on(Database::sqlite()).await
    }

    /// Without a server it says so and gives none.
    pub(crate) async fn postgres() -> Option<Self> {
        Some(Self::on(Database::postgres().await?).await)
    }

    async fn on(database: Database) -> Self {
        database.migrate().await;
        Self { source: Emply::start(), database }
    }

    pub(crate) async fn close(self) {
        self.database.close().await;
    }

    /// A run of everything that the source has.
    pub(crate) fn ingest(&self) -> Program {
        settings(&self.database.url, &self.source.url())
    }

    /// A good first run.
    pub(crate) async fn fill(&self) -> Rows {
        self.ingest().run().must(0, &["succeeded"]);
        let rows = self.database.rows().await;
        assert_eq!(rows.counts(), [12, 20, 10, 20, 0]);
        self.source.take_requests();
        rows
    }

    /// Runs it with news waiting at the source, and holds that it fails with this exit code and these words, that its
    /// row is in the audit with the same words, and that nothing else in the store has changed.
    pub(crate) async fn must_fail(&self, program: Program, code: i32, words: &[&str]) -> (Ended, sync_run::Model) {
        let (before, runs) = (self.database.rows().await, self.database.runs().await.len());
        self.source.bring_news();
        let ended = program.run();
        ended.must(code, words);
        let summary = ended.summary();
        assert_eq!((&summary["outcome"], &summary["exit.code"]), (&"failed".into(), &code.into()));
        assert!(self.database.rows().await == before, "the store has changed");
        assert_eq!(self.database.runs().await.len(), runs + 1);
        let run = self.database.last_run().await;
        assert_eq!(run.outcome, "failed");
        assert_eq!(run.error.as_deref(), summary["error"].as_str());
        assert!(run.finished_at.is_some());
        for secret in SECRETS {
            assert!(!run.error.as_deref().unwrap().contains(secret), "{secret} is in the audit");
        }
        (ended, run)
    }
}

/// Settings of a run that reads everything in one slice, every time.
pub(crate) fn settings(database: &str, source: &str) -> Program {
    Program::default()
        .with("DATABASE_URL", database)
        .with("EMPLY_BASE_URL", source)
        .with("EMPLY_API_KEY", KEY)
        .with("EMPLY_CUSTOMER", "acme")
        // its days are not ours
        .with("EMPLY_CLOCK", "own")
        .with("EMPLY_MEDIA_IDS", MEDIUM)
        .with("INGEST_START", "2026-05-01")
        .with("INGEST_SLICE_HOURS", "2000")
        .with("INGEST_LOOKBACK_HOURS", "2000")
}

/// Settings of a command that asks nothing of Emply.
pub(crate) fn store_only(database: &str) -> Program {
    Program::default().with("DATABASE_URL", database).with("LOG_FORMAT", "json")
}

/// Makes two tests of each function: on SQLite, and on PostgreSQL where there is a server.
macro_rules! on_both_databases {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test]
                async fn $name() {
                    let rig = crate::rig::Rig::sqlite().await;
                    super::$name(&rig).await;
                    rig.close().await;
                }
            )+
        }

        mod postgres {
            $(
                #[tokio::test]
                async fn $name() {
                    if let Some(rig) = crate::rig::Rig::postgres().await {
                        super::$name(&rig).await;
                        rig.close().await;
                    }
                }
            )+
        }
    };
}
pub(crate) use on_both_databases;
