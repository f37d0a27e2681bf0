//! Whom a program is at a server.

use std::fmt;

/// A role at a server of PostgreSQL, of one program.
#[derive(Clone, PartialEq, Eq)]
pub struct Role {
    /// Whose it is: `ingest`, `transfer`, `export` or `reports`.
    pub service: &'static str,
    /// What it is called at the server.
    pub name: String,
    /// What it is to have; none: the role is there, and keeps what it has.
    pub password: Option<String>,
}

impl fmt::Debug for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Role").field("service", &self.service).field("name", &self.name).finish_non_exhaustive()
    }
}
