//! The kinds of databases that a store may be in. One more is a variant here, where it is tested, and a block of
//! [`crate::on_each_backend`].

use std::io::Write as _;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// A file in a folder of its own.
    Sqlite,
    /// A database on the server that `TEST_DATABASE_URL` names.
    Postgres,
}

impl Backend {
    pub const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];

    /// The kinds that can be tested here. Of the others it is said that they are skipped.
    pub fn there() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|backend| backend.is_there())
    }

    /// Whether it can be tested here. When not, it says so.
    pub fn is_there(self) -> bool {
        let there = self == Self::Sqlite || self.server().is_some();
        if !there {
            // the thread of a test bears its name
            let thread = std::thread::current();
            let test = thread.name().unwrap_or("a test");
            // not eprintln!: the test runner would swallow that
            let _ = writeln!(std::io::stderr(), "SKIPPED: {test} on {self:?}, because TEST_DATABASE_URL is not set");
        }
        there
    }

    /// The server on which databases of this kind are made; a file needs none.
    #[expect(clippy::disallowed_methods, reason = "names the test server, not a setting of a program")]
    pub(crate) fn server(self) -> Option<String> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => std::env::var("TEST_DATABASE_URL").ok().filter(|url| !url.is_empty()),
        }
    }
}
