//! A test that wants the machine otherwise: a disk that is full, an address of Google's. It is run once more in namespaces of
//! its own (mounts, network, processes), where it is root, whoever it is outside.

use std::{io::Write as _, time::Duration};

use tokio::{process::Command, time::timeout};

/// Set inside.
const INSIDE: &str = "EXPORT_TEST_IS_INSIDE";
const NAMESPACES: [&str; 6] = ["--map-root-user", "--mount", "--net", "--pid", "--fork", "--kill-child"];
/// How long a test may take there.
const PATIENCE: Duration = Duration::from_mins(4);

/// Whether this is inside.
#[expect(clippy::disallowed_methods, reason = "says where the test is, and is no setting of a program")]
pub(crate) fn is_inside() -> bool {
    std::env::var_os(INSIDE).is_some()
}

/// Runs the test of this name inside, and holds that it goes well. Where no namespace can be made, it says so.
pub(crate) async fn run_inside(test: &str) {
    let can = Command::new("unshare").args(NAMESPACES).args(["ip", "link", "set", "lo", "up"]).output().await;
    if !can.is_ok_and(|can| can.status.success()) {
        // not eprintln!: the test runner would swallow that
        let _ = writeln!(std::io::stderr(), "SKIPPED: {test}, because unshare or ip is missing or not allowed here");
        return;
    }
    let mut inside = Command::new("unshare");
    inside.args(NAMESPACES).env(INSIDE, "yes").kill_on_drop(true);
    inside.arg(std::env::current_exe().unwrap()).args(["--exact", test, "--nocapture"]);
    let ended = timeout(PATIENCE, inside.output()).await.expect("it ends").unwrap();
    let [out, err] = [&ended.stdout, &ended.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    assert!(ended.status.success() && out.contains("1 passed"), "{test}, inside:\n{out}\n{err}");
}

/// Runs a command of the system to its good end.
pub(crate) async fn command(words: &[&str]) {
    let ended = Command::new(words[0]).args(&words[1..]).output().await.unwrap();
    assert!(ended.status.success(), "{words:?}: {}", String::from_utf8_lossy(&ended.stderr));
}
