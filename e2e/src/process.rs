//! Programs as children: started with these settings and no others, and never left behind.

use std::{
    ffi::OsString,
    io::{BufRead as _, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::PATIENCE;

#[derive(Debug, Clone)]
pub struct Program {
    path: PathBuf,
    arguments: Vec<OsString>,
    settings: Vec<(String, String)>,
    folder: Option<PathBuf>,
}

impl Program {
    /// A binary of this workspace, built beside this test.
    pub fn of_workspace(name: &str) -> Self {
        let test = std::env::current_exe().expect("a test knows its own file");
        // target/<profile>/deps/<test>
        let folder = test.ancestors().nth(2).expect("a test lies in target/<profile>/deps");
        let path = folder.join(name);
        assert!(path.exists(), "{} is not there: `cargo build --workspace` first", path.display());
        Self::at(&path)
    }

    pub fn at(path: &Path) -> Self {
        Self { path: path.to_owned(), arguments: Vec::new(), settings: Vec::new(), folder: None }
    }

    /// Sets a variable of its environment, which is otherwise empty; a later value replaces an earlier one.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.settings.push((name.to_owned(), value.into()));
        self
    }

    /// Where it is at work; else where the test is.
    #[must_use]
    pub fn within(mut self, folder: &Path) -> Self {
        self.folder = Some(folder.to_owned());
        self
    }

    #[must_use]
    pub fn argument(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// The same by way of another program, which is given these arguments before the first one's own path and arguments.
    #[must_use]
    pub fn through(self, other: &Path, arguments: &[&str]) -> Self {
        let given = arguments.iter().map(OsString::from);
        let arguments = given.chain([self.path.clone().into_os_string()]).chain(self.arguments.clone()).collect();
        Self { path: other.to_owned(), arguments, ..self }
    }

    pub fn start(self) -> Running {
        let mut command = Command::new(&self.path);
        command.args(&self.arguments).env_clear().envs(self.settings);
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("starting {}: {error}", self.path.display()));
        let lines = Lines::default();
        // both pipes are emptied all the time, or a child that says much would stand still
        let out = child.stdout.take().map(collect);
        let err = child.stderr.take().map(|pipe| lines.fill_from(pipe));
        Running { child, out, err, lines }
    }

    pub fn run(self) -> Ended {
        self.start().wait()
    }
}

/// A child at work. It is killed when this is dropped.
#[derive(Debug)]
pub struct Running {
    child: Child,
    out: Option<JoinHandle<String>>,
    err: Option<JoinHandle<()>>,
    lines: Lines,
}

impl Running {
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("a child can be asked").is_none()
    }

    pub fn wait_for(&mut self, message: &str) -> Value {
        self.lines.wait_for(message).unwrap_or_else(|seen| panic!("it did not say {message:?}:\n{seen}"))
    }

    /// Waits for a log line with this message; `None` when it has ended without.
    pub fn look_for(&mut self, message: &str) -> Option<Value> {
        self.lines.wait_for(message).ok()
    }

    pub fn has_said(&self, message: &str) -> bool {
        self.lines.lock().find(message).is_some()
    }

    pub fn pause(&self) {
        self.signal("STOP");
    }

    pub fn resume(&self) {
        self.signal("CONT");
    }

    pub fn terminate(&self) {
        self.signal("TERM");
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status();
        assert!(sent.is_ok_and(|status| status.success()), "SIG{name} cannot be sent");
    }

    pub fn wait(mut self) -> Ended {
        let patience_ends = Instant::now() + PATIENCE;
        while self.is_running() {
            assert!(Instant::now() < patience_ends, "it does not end:\n{}", self.lines.text());
            std::thread::sleep(Duration::from_millis(5));
        }
        self.end()
    }

    pub fn kill(mut self) -> Ended {
        // an error means that it has ended already
        let _ = self.child.kill();
        self.end()
    }

    fn end(&mut self) -> Ended {
        let status = self.child.wait().expect("a child can be waited for");
        let out = self.out.take().and_then(|out| out.join().ok()).unwrap_or_default();
        // so that no line is missing
        let _ = self.err.take().map(JoinHandle::join);
        Ended { status, out, err: self.lines.text() }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[derive(Debug)]
pub struct Ended {
    pub status: ExitStatus,
    pub out: String,
    pub err: String,
}

impl Ended {
    #[track_caller]
    pub fn must_succeed(&self) -> &Self {
        assert!(self.status.success(), "{}\n{}{}", self.status, self.out, self.err);
        self
    }

    /// A number of the summary line.
    #[track_caller]
    pub fn count(&self, name: &str) -> u64 {
        let lines = self.err.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let summary = lines.rev().find(|line| line["message"] == "finished");
        let count = summary.and_then(|line| line[name].as_u64());
        count.unwrap_or_else(|| panic!("the summary line has no {name}:\n{}", self.err))
    }
}

#[derive(Debug, Clone, Default)]
struct Lines(Arc<(Mutex<Seen>, Condvar)>);

#[derive(Debug, Default)]
struct Seen {
    lines: Vec<String>,
    is_over: bool,
}

impl Seen {
    fn find(&self, message: &str) -> Option<Value> {
        let mut parsed = self.lines.iter().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        parsed.find(|line| line["message"] == message)
    }
}

impl Lines {
    fn fill_from(&self, pipe: impl Read + Send + 'static) -> JoinHandle<()> {
        let shared = self.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(pipe).split(b'\n').map_while(Result::ok) {
                shared.lock().lines.push(String::from_utf8_lossy(&line).into_owned());
                shared.0.1.notify_all();
            }
            shared.lock().is_over = true;
            shared.0.1.notify_all();
        })
    }

    fn wait_for(&self, message: &str) -> Result<Value, String> {
        let patience_ends = Instant::now() + PATIENCE;
        let mut seen = self.lock();
        loop {
            if let Some(line) = seen.find(message) {
                return Ok(line);
            }
            if seen.is_over || Instant::now() > patience_ends {
                return Err(seen.lines.join("\n"));
            }
            let wait = self.0.1.wait_timeout(seen, Duration::from_secs(1));
            seen = wait.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn text(&self) -> String {
        self.lock().lines.join("\n")
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn collect(mut pipe: impl Read + Send + 'static) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        // what has come before an error is worth showing
        let _ = pipe.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Program {
        Program::at(Path::new("/bin/sh")).argument("-c").argument(script)
    }

    #[test]
    fn lines_are_found_and_the_end_is_seen() {
        let mut running =
            shell(r#"echo noise >&2; echo '{"message":"ready","port":7}' >&2; echo answer; exit 3"#).start();
        assert_eq!(running.wait_for("ready")["port"], 7);
        let ended = running.wait();
        assert_eq!((ended.status.code(), ended.out.as_str()), (Some(3), "answer\n"));
        assert!(ended.err.starts_with("noise\n"), "{ended:?}");
    }

    #[test]
    #[should_panic(expected = "it did not say \"ready\":\nnoise")]
    fn a_program_that_ends_too_early_is_no_endless_wait() {
        shell("echo noise >&2").start().wait_for("ready");
    }

    #[test]
    fn only_what_is_given_is_in_the_environment() {
        let ended = shell("echo $HOME$GIVEN").with("GIVEN", "1").with("GIVEN", "2").run();
        assert_eq!(ended.must_succeed().out, "2\n");
    }

    #[test]
    fn a_child_does_not_outlive_its_owner() {
        let mut running = shell("echo '{\"message\":\"here\"}' >&2; exec sleep 600").start();
        running.wait_for("here");
        let process = PathBuf::from(format!("/proc/{}", running.child.id()));
        if Path::new("/proc/self").exists() {
            assert!(process.exists());
        }
        drop(running);
        assert!(!process.exists());
    }
}
