//! What a child writes to stderr, line by line as it comes.

use std::{
    io::{BufRead as _, BufReader, Read},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::patience::PATIENCE;

#[derive(Debug, Clone, Default)]
pub(crate) struct Log(Arc<(Mutex<Lines>, Condvar)>);

#[derive(Debug, Default)]
struct Lines {
    /// Each with its end.
    lines: Vec<String>,
    is_over: bool,
}

impl Lines {
    fn find(&self, message: &str) -> Option<Value> {
        let mut parsed = self.lines.iter().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        parsed.find(|line| line["message"] == message)
    }
}

impl Log {
    pub(crate) fn fill_from(&self, pipe: impl Read + Send + 'static) -> JoinHandle<()> {
        let shared = self.clone();
        std::thread::spawn(move || {
            let (mut pipe, mut line) = (BufReader::new(pipe), Vec::new());
            while pipe.read_until(b'\n', &mut line).is_ok_and(|bytes| bytes > 0) {
                shared.lock().lines.push(String::from_utf8_lossy(&line).into_owned());
                shared.0.1.notify_all();
                line.clear();
            }
            shared.lock().is_over = true;
            shared.0.1.notify_all();
        })
    }

    /// Waits for a line with this message; all that was said, when it is over without.
    pub(crate) fn wait_for(&self, message: &str) -> Result<Value, String> {
        let patience_ends = Instant::now() + PATIENCE;
        let mut seen = self.lock();
        loop {
            if let Some(line) = seen.find(message) {
                return Ok(line);
            }
            if seen.is_over || Instant::now() > patience_ends {
                return Err(seen.lines.concat());
            }
            let wait = self.0.1.wait_timeout(seen, Duration::from_secs(1));
            seen = wait.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    pub(crate) fn has(&self, message: &str) -> bool {
        self.lock().find(message).is_some()
    }

    pub(crate) fn text(&self) -> String {
        self.lock().lines.concat()
    }

    fn lock(&self) -> MutexGuard<'_, Lines> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
