//! What a server says, and where it stops in between.

use std::{
    fmt::Write as _,
    io::{Read as _, Write as _},
    net::TcpStream,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::patience::PATIENCE;

/// What is sent, step by step. Afterwards the connection is closed; so an answer of no steps is a connection that breaks.
#[derive(Debug, Clone, Default)]
pub struct Answer(Vec<Step>);

#[derive(Debug, Clone)]
enum Step {
    Send(Vec<u8>),
    SendWhileRead(Vec<u8>, Duration),
    Wait(Gate),
    Silence,
}

impl Answer {
    /// These bytes, whatever they are.
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self(vec![Step::Send(bytes.into())])
    }

    /// A whole answer.
    pub fn whole(status: &str, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let mut head = format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
        for (name, value) in headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        Self::raw([head.as_bytes(), b"\r\n", body].concat())
    }

    /// Nothing at all, until the client gives up.
    pub fn silence() -> Self {
        Self(vec![Step::Silence])
    }

    /// Stops here until the gate is opened.
    #[must_use]
    pub fn then_wait(mut self, gate: &Gate) -> Self {
        self.0.push(Step::Wait(gate.clone()));
        self
    }

    #[must_use]
    pub fn then_send(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.0.push(Step::Send(bytes.into()));
        self
    }

    /// These bytes, as long as the client never leaves them unread for so long: then the connection breaks.
    pub fn while_read(bytes: impl Into<Vec<u8>>, patience: Duration) -> Self {
        Self(vec![Step::SendWhileRead(bytes.into(), patience)])
    }

    pub(crate) fn send(self, stream: &mut TcpStream) {
        for step in self.0 {
            match step {
                Step::SendWhileRead(bytes, patience) => {
                    // what has been sent before the time is up is no error of this, and a single write may take several such times
                    let sent = stream.set_write_timeout(Some(patience)).and_then(|()| stream.write_all(&bytes));
                    if sent.is_err() {
                        return;
                    }
                }
                // a client that went away is no concern of the server
                Step::Send(bytes) => drop(stream.write_all(&bytes)),
                Step::Wait(gate) => gate.pass(),
                Step::Silence => drop(stream.read(&mut [0])),
            }
        }
    }
}

/// Where an answer stops, so that a test can act in the middle of it.
#[derive(Debug, Clone, Default)]
pub struct Gate(Arc<(Mutex<State>, Condvar)>);

#[derive(Debug, Default)]
struct State {
    is_reached: bool,
    is_open: bool,
}

impl Gate {
    /// Waits until an answer has come so far.
    pub fn wait_until_reached(&self) {
        let reached = self.wait(|state| !state.is_reached);
        assert!(reached, "nobody asked for the answer that stops");
    }

    /// Lets it go on.
    pub fn open(&self) {
        self.set(|state| state.is_open = true);
    }

    fn pass(&self) {
        self.set(|state| state.is_reached = true);
        self.wait(|state| !state.is_open);
    }

    fn set(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
        self.0.1.notify_all();
    }

    fn wait(&self, while_so: impl Fn(&State) -> bool) -> bool {
        let waited = self.0.1.wait_timeout_while(self.lock(), PATIENCE, |state| while_so(state));
        let (_state, limit) = waited.unwrap_or_else(PoisonError::into_inner);
        !limit.timed_out()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
