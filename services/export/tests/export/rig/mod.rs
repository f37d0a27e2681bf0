//! What the tests stand on: a filled store, a lake, the real binary.

mod comparison;
mod database;
mod lake;
mod namespace;
mod program;
mod records;
mod saved;

use std::time::Duration;

pub(crate) use database::Database;
pub(crate) use lake::{DATA, Lake, Row, TABLES};
pub(crate) use namespace::{command, is_inside, run_inside};
pub(crate) use program::Program;
pub(crate) use records::{
    CANDIDATE, FIRST_NAME, IDS, KEY, LAST_NAME, application, application_of, posting, posting_of, row_of,
    row_of_application, traces_of_candidate,
};
pub(crate) use saved::Saved;

/// How long anything may take before a test gives up.
const PATIENCE: Duration = Duration::from_mins(1);

/// What access tokens begin with.
pub(crate) const TOKEN: &str = "acce55-token-";

/// What no run may print.
const SECRETS: [&str; 6] = [KEY, FIRST_NAME, LAST_NAME, IDS[0], IDS[1], TOKEN];

/// A store with three postings and six applications of three candidates, and a lake that is still to be made.
pub(crate) struct Rig {
    pub(crate) database: Database,
    pub(crate) lake: Lake,
}

impl Rig {
    pub(crate) async fn sqlite() -> Self {
        Self::on(Database::sqlite().await).await
    }

    /// Without a server it says so and gives none.
    pub(crate) async fn postgres() -> Option<Self> {
        Some(Self::on(Database::postgres().await?).await)
    }

    async fn on(database: Database) -> Self {
        database.list_postings((0..3).map(|number| posting(number, "Nurse")).collect()).await;
        database.add_applications((0..6).map(|number| application(number, "New")).collect()).await;
        Self { database, lake: Lake::new() }
    }

    pub(crate) async fn close(self) {
        self.database.close().await;
    }

    /// What in the lake tells of [`CANDIDATE`].
    pub(crate) fn found_of_candidate(&self) -> Vec<String> {
        let traces = traces_of_candidate();
        self.lake.find(&traces.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// An export with pseudonyms.
    pub(crate) fn export(&self) -> Program {
        Program::default()
            .with("DATABASE_URL", &self.database.url)
            .with("LAKE_PATH", self.lake.path.to_str().unwrap())
            .with("PII_KEY", KEY)
    }
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
