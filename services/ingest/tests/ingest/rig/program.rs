//! The real binary, its settings and how it ended.

use std::{
    collections::BTreeMap,
    io::{Read, Write as _},
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
    input: Option<String>,
}

impl Program {
    /// What it reads on standard input, which is empty otherwise.
    pub(crate) fn input(mut self, text: &str) -> Self {
        self.input = Some(text.to_owned());
        self
    }

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

    pub(crate) fn start(self) -> Running {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ingest"));
        command.env_clear().envs(&self.settings).args(&self.arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // a program that reads none may be gone already
        let _ = child.stdin.take().unwrap().write_all(self.input.unwrap_or_default().as_bytes());
        let (out, err) = (collect(child.stdout.take().unwrap()), collect(child.stderr.take().unwrap()));
        Running { child, pipes: Some((out, err)) }
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
}

impl Running {
    /// SIGTERM.
    pub(crate) fn terminate(&self) {
        let sent = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for the end. Nothing it printed may hold a secret.
    pub(crate) fn wait(mut self) -> Ended {
        let patience_ends = Instant::now() + PATIENCE;
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
            assert!(!ended.err.contains(secret) && !ended.out.contains(secret), "{secret} was printed: {ended:#?}");
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

    /// Of the summary, a count.
    pub(crate) fn count(&self, name: &str) -> u64 {
        self.summary()[name].as_u64().unwrap_or_else(|| panic!("no {name}: {self:#?}"))
    }

    /// Of the summary: fetched, inserted, updated, unchanged, removed, rejected.
    pub(crate) fn counts(&self) -> [u64; 6] {
        let summary = self.summary();
        ["fetched", "inserted", "updated", "unchanged", "removed", "rejected"]
            .map(|name| summary[name].as_u64().unwrap_or_else(|| panic!("no {name}: {self:#?}")))
    }
}
