//! A host of files, as a content delivery network would be one.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rig::http::{Answer, Request, Server};

/// What it answers to each path.
pub(crate) type Answers = BTreeMap<&'static str, (&'static str, Vec<u8>)>;

/// A host on a free port.
#[derive(Debug)]
pub(crate) struct Host {
    server: Server,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    answers: Answers,
    /// The query without which nothing is given out.
    signature: Option<String>,
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
        let state = Arc::new(Mutex::new(State { answers, signature: None }));
        let shared = Arc::clone(&state);
        let server = Server::start(move |request| lock(&shared).answer(request));
        Self { server, state }
    }

    /// Host and port.
    pub(crate) fn address(&self) -> &str {
        &self.server.address
    }

    /// Where a file is from now on, until addresses are signed anew.
    pub(crate) fn url(&self, path: &str) -> String {
        let query = lock(&self.state).signature.as_ref().map(|signature| format!("?{signature}")).unwrap_or_default();
        format!("{}{path}{query}", self.server.url())
    }

    /// From now on every address bears this signature, and those with another one have expired.
    pub(crate) fn sign(&self, signature: u64) {
        lock(&self.state).signature = Some(format!("X-Amz-Expires=60&X-Amz-Signature={signature:016x}"));
    }

    /// From now on this is behind a path.
    pub(crate) fn put(&self, path: &'static str, status: &'static str, body: &[u8]) {
        lock(&self.state).answers.insert(path, (status, body.to_vec()));
    }

    /// Paths that were asked for since the last time.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.server.take_requests().iter().map(|request| request.path().to_owned()).collect()
    }
}

impl State {
    fn answer(&self, request: &Request) -> Answer {
        if self.signature.as_ref().is_some_and(|signature| signature != request.query()) {
            return Answer::whole("403 Forbidden", &[], "");
        }
        let Some((status, body)) = self.answers.get(request.path()) else {
            return Answer::whole("404 Not Found", &[], "");
        };
        let to = std::str::from_utf8(body).ok().filter(|to| to.starts_with("http://"));
        Answer::whole(status, to.map(|to| ("location", to)).as_slice(), body)
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
