//! Where a database is.

use serde::Deserialize;

use super::{Need, Section, Setting, Show};

/// The `DATABASE_…` section: address and size of the connection pool.
#[derive(Clone, Deserialize)]
pub struct DatabaseSettings {
    /// `sqlite:` or `postgres:` URL; may hold a password.
    pub url: super::Secret,
    /// Upper bound of open connections.
    pub max_connections: u32,
    /// Seconds to wait for the schema, and for migrate also for the database.
    pub wait_seconds: u64,
}

impl Section for DatabaseSettings {
    const PREFIX: &'static str = "DATABASE_";
    const SETTINGS: &'static [Setting] = &[
        Setting {
            name: "DATABASE_URL",
            need: Need::Required,
            meaning: "the store: sqlite://FILE or postgres://USER:PASSWORD@HOST/DATABASE",
            example: "sqlite://pipeline.db",
            show: Show::Address,
        },
        Setting {
            name: "DATABASE_MAX_CONNECTIONS",
            need: Need::Default("4"),
            meaning: "open connections to the store at most",
            example: "4",
            show: Show::Plain,
        },
        Setting {
            name: "DATABASE_WAIT_SECONDS",
            need: Need::Default("60"),
            meaning: "seconds to wait for the schema of the store (migrate: for the database)",
            example: "60",
            show: Show::Plain,
        },
    ];
}
