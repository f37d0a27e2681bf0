//! An HTTP server that sends what it is told, byte by byte, so that an answer can be wrong in any way.

use std::{
    fmt::Write as _,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use url::Url;

use super::PATIENCE;

/// A request, as far as tests look at it.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    target: Url,
    headers: Vec<(String, String)>,
}

impl Request {
    pub(crate) fn path(&self) -> &str {
        self.target.path()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        self.target.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    }

    fn read(stream: &mut TcpStream) -> Option<Self> {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            if stream.read(&mut byte).ok()? == 0 {
                return None;
            }
            head.extend(byte);
        }
        let head = String::from_utf8(head).ok()?;
        let mut lines = head.lines();
        let mut first = lines.next()?.split(' ');
        let (method, target) = (first.next()?.to_owned(), format!("http://source{}", first.next()?));
        let headers = lines.filter_map(|line| line.split_once(": "));
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Some(Self { method, target: target.parse().ok()?, headers })
    }
}

/// What is sent, and where it stops in between. Afterwards the connection is closed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answer(Vec<Step>);

#[derive(Debug, Clone)]
enum Step {
    Send(Vec<u8>),
    Wait(Gate),
}

impl Answer {
    /// These bytes, whatever they are.
    pub(crate) fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self(vec![Step::Send(bytes.into())])
    }

    /// A whole answer.
    pub(crate) fn whole(status: &str, headers: &[(&str, &str)], body: &str) -> Self {
        let mut head = format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
        for (name, value) in headers {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        Self::raw(format!("{head}\r\n{body}"))
    }

    /// Stops here until the gate is opened.
    pub(crate) fn then_wait(mut self, gate: &Gate) -> Self {
        self.0.push(Step::Wait(gate.clone()));
        self
    }

    pub(crate) fn then_send(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.0.push(Step::Send(bytes.into()));
        self
    }

    fn send(self, stream: &mut TcpStream) {
        for step in self.0 {
            match step {
                // a client that went away is no concern of the server
                Step::Send(bytes) => drop(stream.write_all(&bytes)),
                Step::Wait(gate) => gate.pass(),
            }
        }
    }
}

/// Where an answer stops, so that a test can act in the middle of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gate(Arc<(Mutex<GateState>, Condvar)>);

#[derive(Debug, Default)]
struct GateState {
    is_reached: bool,
    is_open: bool,
}

impl Gate {
    /// Waits until an answer has come so far.
    pub(crate) fn wait_until_reached(&self) {
        let reached = self.wait(|state| !state.is_reached);
        assert!(reached, "nobody asked for the answer that stops");
    }

    /// Lets it go on.
    pub(crate) fn open(&self) {
        self.set(|state| state.is_open = true);
    }

    fn pass(&self) {
        self.set(|state| state.is_reached = true);
        self.wait(|state| !state.is_open);
    }

    fn set(&self, change: impl FnOnce(&mut GateState)) {
        change(&mut self.0.0.lock().unwrap());
        self.0.1.notify_all();
    }

    fn wait(&self, while_so: impl Fn(&GateState) -> bool) -> bool {
        let state = self.0.0.lock().unwrap();
        let (_state, limit) = self.0.1.wait_timeout_while(state, PATIENCE, |state| while_so(state)).unwrap();
        !limit.timed_out()
    }
}

/// Listens on a free port until it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    is_over: Arc<AtomicBool>,
}

impl Server {
    /// Asks `answer` for each request, on a thread of its own.
    pub(crate) fn start(answer: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let is_over = Arc::new(AtomicBool::new(false));
        let (answer, ended) = (Arc::new(answer), Arc::clone(&is_over));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if ended.load(Ordering::Relaxed) {
                    return;
                }
                let (answer, mut stream) = (Arc::clone(&answer), stream.unwrap());
                std::thread::spawn(move || {
                    if let Some(request) = Request::read(&mut stream) {
                        answer(&request).send(&mut stream);
                    }
                });
            }
        });
        Self { address, is_over }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        // wakes the listener up
        let _ = TcpStream::connect_timeout(&self.address, Duration::from_secs(1));
    }
}

/// An address where nobody listens.
pub(crate) fn nobody() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}
