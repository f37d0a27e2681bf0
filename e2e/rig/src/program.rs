//! Programs as children: started with these settings and no others, and never left behind.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    io::{Read, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{ended::Ended, log::Log, patience::PATIENCE};

#[derive(Debug, Clone)]
pub struct Program {
    path: PathBuf,
    arguments: Vec<OsString>,
    settings: BTreeMap<String, String>,
    folder: Option<PathBuf>,
    input: Input,
    secrets: Secrets,
}

#[derive(Debug, Clone)]
enum Input {
    Text(String),
    /// It stays open, and nothing comes.
    Awaited,
}

/// What a run may not print.
#[derive(Debug, Clone, Default)]
struct Secrets {
    texts: Vec<String>,
    /// Its answer, on stdout, is for a person's eyes alone.
    may_be_answered: bool,
}

impl Program {
    pub fn at(path: impl AsRef<Path>) -> Self {
        Self {
            path: path.as_ref().to_owned(),
            arguments: Vec::new(),
            settings: BTreeMap::new(),
            folder: None,
            input: Input::Text(String::new()),
            secrets: Secrets::default(),
        }
    }

    /// A binary of this workspace, built beside this test.
    pub fn of_workspace(name: &str) -> Self {
        let test = std::env::current_exe().expect("a test knows its own file");
        // target/<profile>/deps/<test>
        let folder = test.ancestors().nth(2).expect("a test lies in target/<profile>/deps");
        let path = folder.join(name);
        assert!(path.exists(), "{} is not there: `cargo build --workspace` first", path.display());
        Self::at(path)
    }

    /// Sets a variable of its environment, which otherwise has a `TMPDIR` of its own alone; a later value replaces an earlier
    /// one.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.settings.insert(name.to_owned(), value.into());
        self
    }

    /// Sets all of these.
    #[must_use]
    pub fn with_all(self, settings: &[(&str, &str)]) -> Self {
        settings.iter().fold(self, |program, (name, value)| program.with(name, *value))
    }

    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.settings.remove(name);
        self
    }

    #[must_use]
    pub fn argument(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    #[must_use]
    pub fn arguments(mut self, arguments: &[&str]) -> Self {
        self.arguments.extend(arguments.iter().map(OsString::from));
        self
    }

    /// Where it is at work; else where the test is.
    #[must_use]
    pub fn within(mut self, folder: &Path) -> Self {
        self.folder = Some(folder.to_owned());
        self
    }

    /// The same by way of another program, which is given these arguments before the first one's own path and arguments.
    #[must_use]
    pub fn through(self, other: impl AsRef<Path>, arguments: &[&str]) -> Self {
        let given = arguments.iter().map(OsString::from);
        let arguments = given.chain([self.path.clone().into_os_string()]).chain(self.arguments.clone()).collect();
        Self { path: other.as_ref().to_owned(), arguments, ..self }
    }

    /// What it reads on standard input, which is empty otherwise.
    #[must_use]
    pub fn input(mut self, text: &str) -> Self {
        self.input = Input::Text(text.to_owned());
        self
    }

    /// Somebody is to type its input, and does not.
    #[must_use]
    pub fn waiting_for_its_input(mut self) -> Self {
        self.input = Input::Awaited;
        self
    }

    /// Holds at its end that it has printed none of these.
    #[must_use]
    pub fn keeping_secret(mut self, texts: &[&str]) -> Self {
        self.secrets.texts.extend(texts.iter().map(|text| (*text).to_owned()));
        self
    }

    /// Its answer, on stdout, may tell them.
    #[must_use]
    pub fn telling_names(mut self) -> Self {
        self.secrets.may_be_answered = true;
        self
    }

    pub fn start(self) -> Running {
        let temporary = tempfile::tempdir().expect("a folder can be made");
        let mut command = Command::new(&self.path);
        command.args(&self.arguments).env_clear().env("TMPDIR", temporary.path()).envs(self.settings);
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("starting {}: {error}", self.path.display()));
        let log = Log::default();
        // both pipes are emptied all the time, or a child that says much would stand still
        let out = child.stdout.take().map(collect);
        let err = child.stderr.take().map(|pipe| log.fill_from(pipe));
        if let Input::Text(text) = self.input
            && let Some(mut input) = child.stdin.take()
        {
            // a program that reads none may be gone already
            let _ = input.write_all(text.as_bytes());
        }
        Running { child, out, err, log, temporary, secrets: self.secrets }
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
    log: Log,
    temporary: TempDir,
    secrets: Secrets,
}

impl Running {
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("a child can be asked").is_none()
    }

    /// Waits for a log line with this message.
    pub fn wait_for(&mut self, message: &str) -> Value {
        self.log.wait_for(message).unwrap_or_else(|seen| panic!("it did not say {message:?}:\n{seen}"))
    }

    /// The same; `None` when it has ended without.
    pub fn look_for(&mut self, message: &str) -> Option<Value> {
        self.log.wait_for(message).ok()
    }

    pub fn has_said(&self, message: &str) -> bool {
        self.log.has(message)
    }

    /// What it has written to its log so far.
    pub fn said(&self) -> String {
        self.log.text()
    }

    pub fn pause(&self) {
        self.signal("STOP");
    }

    pub fn resume(&self) {
        self.signal("CONT");
    }

    /// Tells it to stop, as Kubernetes does.
    pub fn terminate(&self) {
        self.signal("TERM");
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status();
        assert!(sent.is_ok_and(|status| status.success()), "SIG{name} cannot be sent");
    }

    pub fn wait(self) -> Ended {
        self.wait_at_most(PATIENCE)
    }

    pub fn wait_at_most(mut self, patience: Duration) -> Ended {
        let begun = Instant::now();
        while self.is_running() {
            assert!(begun.elapsed() < patience, "it does not end:\n{}", self.log.text());
            std::thread::sleep(Duration::from_millis(5));
        }
        self.end()
    }

    /// Tells it to stop, and gives how long that took.
    pub fn stop(self) -> (Ended, Duration) {
        self.terminate();
        let told = Instant::now();
        (self.wait(), told.elapsed())
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
        let ended = Ended { status, out, err: self.log.text() };
        for secret in &self.secrets.texts {
            let in_answer = !self.secrets.may_be_answered && ended.out.contains(secret);
            assert!(!ended.err.contains(secret) && !in_answer, "{secret} was printed: {ended:#?}");
        }
        // rows of people may be in it, and nobody would ever look there
        let left = self.temporary.path().read_dir().expect("it is there").count();
        assert!(left == 0, "it has left {left} temporary files: {ended:#?}");
        ended
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // an error means that it has ended already
        let _ = self.child.kill();
        let _ = self.child.wait();
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
        Program::at("/bin/sh").argument("-c").argument(script)
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
        let program = shell("echo $HOME$GIVEN$TAKEN").with("GIVEN", "1").with_all(&[("GIVEN", "2"), ("TAKEN", "3")]);
        assert_eq!(program.without("TAKEN").run().must_succeed().out, "2\n");
    }

    #[test]
    fn input_is_given_or_awaited() {
        assert_eq!(shell("cat").input("typed").run().must_succeed().out, "typed");
        assert_eq!(shell("cat").run().must_succeed().out, "");
        let mut waiting = shell("cat").waiting_for_its_input().start();
        std::thread::sleep(Duration::from_millis(50));
        assert!(waiting.is_running());
        assert_eq!(waiting.stop().0.code(), None);
    }

    #[test]
    #[should_panic(expected = "left 1 temporary files")]
    fn a_temporary_file_that_is_left_is_found_however_it_ends() {
        let mut running = shell("echo rows > $TMPDIR/rows; echo '{\"message\":\"here\"}' >&2; exec sleep 600").start();
        running.wait_for("here");
        running.kill();
    }

    #[test]
    #[should_panic(expected = "hush was printed")]
    fn a_secret_that_is_printed_is_found() {
        shell("echo hush").keeping_secret(&["hush"]).run();
    }

    #[test]
    fn a_secret_may_be_answered_but_not_logged() {
        shell("echo hush").keeping_secret(&["hush"]).telling_names().run().must_succeed();
        let logged = || shell("echo hush >&2").keeping_secret(&["hush"]).telling_names().run();
        assert!(std::panic::catch_unwind(logged).is_err());
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
