//! A host of files, as a content delivery network would be one.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// What it answers to each path.
pub(crate) type Answers = BTreeMap<&'static str, (&'static str, Vec<u8>)>;

/// A host on a free port. Its thread ends with the test's process.
#[derive(Debug, Clone)]
pub(crate) struct Host {
    pub(crate) address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    answers: Answers,
    /// The query without which nothing is given out.
    signature: Option<String>,
    /// Paths that were asked for.
    asked: Vec<String>,
}

pub(crate) const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";
pub(crate) const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n";
const ZIP: &[u8] = b"PK\x03\x04\x14\0\0\0\x08\0";

impl Host {
    /// One with a logo, a flyer, and what is none.
    pub(crate) fn start() -> Self {
        let mut answers = Answers::new();
        answers.insert("/logo.png", ("200 OK", PNG.to_vec()));
        answers.insert("/flyer.pdf", ("200 OK", PDF.to_vec()));
        answers.insert("/large.png", ("200 OK", [PNG, &[0; 5000]].concat()));
        answers.insert("/archive.pdf", ("200 OK", ZIP.to_vec()));
        answers.insert("/away.png", ("503 Service Unavailable", Vec::new()));
        Self::with(answers)
    }

    /// One with these. A body that begins with `http://` is where the answer leads to.
    pub(crate) fn with(answers: Answers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let state = State { answers, ..State::default() };
        let host = Self { address: listener.local_addr().unwrap(), state: Arc::new(Mutex::new(state)) };
        let shared = host.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let host = shared.clone();
                std::thread::spawn(move || host.answer(&client));
            }
        });
        host
    }

    /// Where a file is from now on, until addresses are signed anew.
    pub(crate) fn url(&self, path: &str) -> String {
        let query = self.lock().signature.as_ref().map(|signature| format!("?{signature}")).unwrap_or_default();
        format!("http://{}{path}{query}", self.address)
    }

    /// From now on every address bears this signature, and those with another one have expired.
    pub(crate) fn sign(&self, signature: u64) {
        self.lock().signature = Some(format!("X-Amz-Expires=60&X-Amz-Signature={signature:016x}"));
    }

    /// From now on this is behind a path.
    pub(crate) fn put(&self, path: &'static str, status: &'static str, body: &[u8]) {
        self.lock().answers.insert(path, (status, body.to_vec()));
    }

    /// What it was asked for since the last time.
    pub(crate) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.lock().asked)
    }

    fn answer(&self, client: &TcpStream) {
        let mut lines = BufReader::new(client).lines().map_while(Result::ok);
        let target = lines.next().and_then(|line| line.split(' ').nth(1).map(str::to_owned)).unwrap_or_default();
        while lines.next().is_some_and(|line| !line.is_empty()) {}
        let (status, body) = self.find(&target);
        let to = body.starts_with(b"http://").then(|| String::from_utf8_lossy(&body));
        let to = to.map(|to| format!("Location: {to}\r\n")).unwrap_or_default();
        let head = format!("HTTP/1.1 {status}\r\n{to}Content-Length: {}\r\nConnection: close\r\n\r\n", body.len());
        // a client that is killed has gone away
        let _ = (&*client).write_all(&[head.as_bytes(), &body].concat());
    }

    fn find(&self, target: &str) -> (&'static str, Vec<u8>) {
        let mut state = self.lock();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        state.asked.push(path.to_owned());
        if state.signature.as_ref().is_some_and(|signature| signature != query) {
            return ("403 Forbidden", Vec::new());
        }
        state.answers.get(path).cloned().unwrap_or(("404 Not Found", Vec::new()))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
