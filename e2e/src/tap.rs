//! Stands between a client and a server: counts what passes, and holds requests back when it is told to.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use rig::PATIENCE;

/// A tap on a free port. Its threads end with the test's process.
#[derive(Debug)]
pub struct Tap {
    pub address: SocketAddr,
    flow: Flow,
}

#[derive(Debug, Clone, Default)]
struct Flow(Arc<(Mutex<State>, Condvar)>);

#[derive(Debug, Default)]
struct State {
    requests: u64,
    /// Bytes of answers that have been passed on.
    bytes: u64,
    held: u64,
    /// Requests that may go on; `None`: all.
    permits: Option<u64>,
}

impl Tap {
    pub fn on(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("a socket has an address");
        let flow = Flow::default();
        let (server, shared) = (server.to_owned(), flow.clone());
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let (server, flow) = (server.clone(), shared.clone());
                // a connection that breaks is seen by its two ends
                std::thread::spawn(move || drop(flow.connect(client, &server)));
            }
        });
        Self { address, flow }
    }

    pub fn reset(&self) {
        self.flow.change(|state| *state = State { permits: state.permits, held: state.held, ..State::default() });
    }

    pub fn bytes(&self) -> u64 {
        self.flow.lock().bytes
    }

    /// Waits until a request has come and this many bytes of answers have been passed on. False: the client has ended
    /// before.
    pub fn wait_for_bytes(&self, bytes: u64, is_running: impl FnMut() -> bool) -> bool {
        self.flow.wait(|state| state.requests > 0 && state.bytes >= bytes, is_running)
    }

    /// From now on each request waits to be let go.
    pub fn hold(&self) {
        self.flow.change(|state| state.permits = Some(0));
    }

    /// Waits until a request is held. False: the client has ended.
    pub fn wait_until_held(&self, is_running: impl FnMut() -> bool) -> bool {
        self.flow.wait(|state| state.held > 0, is_running)
    }

    pub fn let_one_go(&self) {
        self.flow.change(|state| {
            state.permits = Some(state.permits.unwrap_or(0) + 1);
            state.held = state.held.saturating_sub(1);
        });
    }
}

impl Flow {
    fn connect(&self, client: TcpStream, server: &str) -> std::io::Result<()> {
        let upstream = TcpStream::connect(server)?;
        let (answers_from, answers_to, flow) = (upstream.try_clone()?, client.try_clone()?, self.clone());
        std::thread::spawn(move || drop(flow.pass_answers(answers_from, answers_to)));
        self.pass_requests(client, upstream)
    }

    fn pass_requests(&self, mut client: TcpStream, mut upstream: TcpStream) -> std::io::Result<()> {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let count = client.read(&mut buffer)?;
            if count == 0 {
                return upstream.shutdown(Shutdown::Write);
            }
            // one request: without a body it is small, and comes in one piece
            self.admit();
            upstream.write_all(&buffer[..count])?;
        }
    }

    fn pass_answers(&self, mut upstream: TcpStream, mut client: TcpStream) -> std::io::Result<()> {
        let mut buffer = vec![0; 4 * 1024];
        loop {
            let count = upstream.read(&mut buffer)?;
            if count == 0 {
                return client.shutdown(Shutdown::Write);
            }
            // counted first: whoever has read them finds them counted
            self.change(|state| state.bytes += count as u64);
            client.write_all(&buffer[..count])?;
        }
    }

    fn admit(&self) {
        self.change(|state| {
            state.requests += 1;
            state.held += u64::from(state.permits == Some(0));
        });
        self.wait(|state| state.permits != Some(0), || true);
        self.change(|state| state.permits = state.permits.map(|permits| permits.saturating_sub(1)));
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
        self.0.1.notify_all();
    }

    /// Waits until something holds. False: whoever would bring it about is gone.
    fn wait(&self, until: impl Fn(&State) -> bool, mut is_running: impl FnMut() -> bool) -> bool {
        let patience_ends = Instant::now() + PATIENCE;
        let mut state = self.lock();
        while !until(&state) {
            if !is_running() {
                return false;
            }
            assert!(Instant::now() < patience_ends, "nothing moves: {state:?}");
            // a client that ends says nothing here, so it is asked now and then
            let wait = self.0.1.wait_timeout(state, Duration::from_millis(20));
            state = wait.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers `ping` with `pong!`, as often as it is asked.
    fn server() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        std::thread::spawn(move || {
            let (mut client, _) = listener.accept().unwrap();
            let mut buffer = [0; 4];
            while client.read_exact(&mut buffer).is_ok() {
                client.write_all(b"pong!").unwrap();
            }
        });
        address
    }

    #[test]
    fn it_counts_and_holds() {
        let tap = Tap::on(&server());
        let mut client = TcpStream::connect(tap.address).unwrap();
        let mut answer = [0; 5];
        client.write_all(b"ping").unwrap();
        client.read_exact(&mut answer).unwrap();
        assert!(tap.wait_for_bytes(5, || true));
        assert_eq!(&answer, b"pong!");

        tap.reset();
        tap.hold();
        client.write_all(b"ping").unwrap();
        assert!(tap.wait_until_held(|| true));
        assert!(!tap.wait_for_bytes(1, || false));
        tap.let_one_go();
        client.read_exact(&mut answer).unwrap();
        client.write_all(b"ping").unwrap();
        assert!(tap.wait_until_held(|| true), "the next one waits again");
        assert_eq!(tap.bytes(), 5);
    }
}
