//! The real binary, its settings and how it ended.

use std::{
    collections::BTreeMap,
    io::Read,
    process::{Child, Command, Stdio},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use serde_json::Value;

use super::{PATIENCE, SECRETS};

/// A run that is to be.
#[derive(Debug, Clone, Default)]
pub(crate) struct Program {
    settings: BTreeMap<String, String>,
    arguments: Vec<String>,
    above: Vec<String>,
    tells_names: bool,
    is_typed: bool,
}

impl Program {
    /// Sets a setting, or sets it anew.
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.settings.insert(name.to_owned(), value.into());
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.settings.remove(name);
        self
    }

    pub(crate) fn argument(mut self, argument: impl Into<String>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Lets another program run it: that one's name and arguments.
    pub(crate) fn under(mut self, above: Vec<String>) -> Self {
        self.above = above;
        self
    }

    /// Its answer is for a person's eyes alone.
    pub(crate) fn telling_names(mut self) -> Self {
        self.tells_names = true;
        self
    }

    /// Somebody is to type its input, and does not.
    pub(crate) fn waiting_for_its_input(mut self) -> Self {
        self.is_typed = true;
        self
    }

    pub(crate) fn start(self) -> Running {
        let words = self.above.into_iter().chain([env!("CARGO_BIN_EXE_export").to_owned()]).chain(self.arguments);
        let words = words.collect::<Vec<_>>();
        let mut command = Command::new(&words[0]);
        command.env_clear().envs(&self.settings).args(&words[1..]);
        let input = if self.is_typed { Stdio::piped() } else { Stdio::null() };
        command.stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (out, err) = (collect(child.stdout.take().unwrap()), collect(child.stderr.take().unwrap()));
        Running { child, pipes: Some((out, err)), tells_names: self.tells_names }
    }

    /// Runs it to its end.
    pub(crate) fn run(self) -> Ended {
        self.start().wait()
    }
}

/// A run under way; it is killed when dropped.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    pipes: Option<(JoinHandle<String>, JoinHandle<String>)>,
    tells_names: bool,
}

impl Running {
    /// Waits for the end. Nothing it printed may hold a secret.
    pub(crate) fn wait(self) -> Ended {
        self.wait_for(PATIENCE)
    }

    /// Tells it to stop, as Kubernetes does, and gives how long that took.
    pub(crate) fn stop(self) -> (Ended, Duration) {
        let number = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &number]).status().unwrap().success());
        let told = Instant::now();
        (self.wait(), told.elapsed())
    }

    /// Waits for the end, so long.
    pub(crate) fn wait_for(mut self, patience: Duration) -> Ended {
        let patience_ends = Instant::now() + patience;
        let code = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status.code();
            }
            assert!(Instant::now() < patience_ends, "it does not end");
            std::thread::sleep(Duration::from_millis(5));
        };
        let (out, err) = self.pipes.take().unwrap();
        let ended = Ended { code, out: out.join().unwrap(), err: err.join().unwrap() };
        for secret in SECRETS {
            let in_answer = !self.tells_names && ended.out.contains(secret);
            assert!(!ended.err.contains(secret) && !in_answer, "{secret} was printed: {ended:#?}");
        }
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
        let mut text = String::new();
        pipe.read_to_string(&mut text).unwrap();
        text
    })
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ended {
    /// Holds the exit code, and that stderr says all of this. A run that was skipped has not done its work: only
    /// [`Self::must_be_skipped`] takes that.
    #[track_caller]
    pub(crate) fn must(&self, code: i32, words: &[&str]) -> &Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        assert!(!self.err.contains(r#""outcome":"skipped""#), "{self:#?}");
        for word in words {
            // a check says it on stdout
            let is_said = self.err.contains(word) || self.out.contains(word);
            assert!(is_said, "{word:?} is not said: {self:#?}");
        }
        self
    }

    /// Holds that it found another one at work.
    #[track_caller]
    pub(crate) fn must_be_skipped(&self, reason: &str) {
        let summary = self.summary();
        assert_eq!((self.code, &summary["outcome"]), (Some(0), &"skipped".into()), "{self:#?}");
        assert_eq!(summary["reason"], reason);
    }

    /// The log, line by line.
    pub(crate) fn log(&self) -> Vec<Value> {
        self.err.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The one summary line.
    pub(crate) fn summary(&self) -> Value {
        let finished = self.log().into_iter().filter(|line| line["message"] == "finished").collect::<Vec<_>>();
        assert_eq!(finished.len(), 1, "{self:#?}");
        finished[0].clone()
    }

    /// Of the summary: rows, and tombstones among them.
    pub(crate) fn written(&self) -> (u64, u64) {
        let summary = self.summary();
        let count = |name: &str| summary[name].as_u64().unwrap_or_else(|| panic!("no {name}: {self:#?}"));
        (count("rows"), count("removed"))
    }
}
