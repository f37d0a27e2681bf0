//! A test that wants the machine otherwise: a disk that is full, an address of somebody else's. It is run once more in namespaces
//! of its own, where it is root, whoever it is outside.

use std::{io::Write as _, time::Duration};

use tokio::{process::Command, time::timeout};

/// Set inside.
const INSIDE: &str = "TEST_IS_INSIDE";
/// How long a test may take there.
const PATIENCE: Duration = Duration::from_mins(4);

/// What a test has for its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Own {
    Mounts,
    MountsNetworkAndProcesses,
}

impl Own {
    const fn options(self) -> &'static [&'static str] {
        match self {
            Self::Mounts => &["--map-root-user", "--mount"],
            Self::MountsNetworkAndProcesses => {
                &["--map-root-user", "--mount", "--net", "--pid", "--fork", "--kill-child"]
            }
        }
    }

    /// What shows that it can be had.
    const fn trial(self) -> &'static [&'static str] {
        match self {
            Self::Mounts => &["mount", "-t", "tmpfs", "none", "/mnt"],
            Self::MountsNetworkAndProcesses => &["ip", "link", "set", "lo", "up"],
        }
    }
}

/// Whether this is inside.
#[expect(clippy::disallowed_methods, reason = "says where the test is, and is no setting of a program")]
pub fn is_inside() -> bool {
    std::env::var_os(INSIDE).is_some()
}

/// Runs the test of this name inside, and holds that it goes well. Where no namespace can be made, it says so.
pub async fn run_inside(test: &str, own: Own) {
    let can = Command::new("unshare").args(own.options()).args(own.trial()).output().await;
    if !can.is_ok_and(|can| can.status.success()) {
        let tool = own.trial()[0];
        // not eprintln!: the test runner would swallow that
        let _ =
            writeln!(std::io::stderr(), "SKIPPED: {test}, because unshare or {tool} is missing or not allowed here");
        return;
    }
    let mut inside = Command::new("unshare");
    inside.args(own.options()).env(INSIDE, "yes").kill_on_drop(true);
    inside.arg(std::env::current_exe().expect("a test knows its own file"));
    inside.args(["--exact", test, "--nocapture"]);
    let ended = timeout(PATIENCE, inside.output()).await.expect("it ends").expect("unshare is there");
    let [out, err] = [&ended.stdout, &ended.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    assert!(ended.status.success() && out.contains("1 passed"), "{test}, inside:\n{out}\n{err}");
}

/// Runs a command of the system to its good end.
pub async fn command(words: &[&str]) {
    let ended = Command::new(words[0]).args(&words[1..]).output().await;
    let ended = ended.unwrap_or_else(|error| panic!("{words:?}: {error}"));
    assert!(ended.status.success(), "{words:?}: {}", String::from_utf8_lossy(&ended.stderr));
}
