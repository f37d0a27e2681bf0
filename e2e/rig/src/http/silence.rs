//! Takes connections, and never says anything, or never all of it; whatever protocol it is that the other one speaks.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    sync::{Arc, Condvar, Mutex, PoisonError},
};

use super::server::listen;
use crate::patience::PATIENCE;

/// Such a server, on a free port until the test's process ends.
#[derive(Debug)]
pub struct Silence {
    /// Host and port.
    pub address: String,
    seen: Arc<(Mutex<Seen>, Condvar)>,
}

#[derive(Debug, Default)]
struct Seen {
    connections: u32,
    questions: u32,
}

impl Silence {
    pub fn start() -> Self {
        Self::after("")
    }

    /// One that says this to each question first.
    pub fn after(words: &'static str) -> Self {
        let (listener, address) = listen();
        let seen = Arc::<(Mutex<Seen>, Condvar)>::default();
        let shared = Arc::clone(&seen);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || hear(stream, words, &shared));
            }
        });
        Self { address, seen }
    }

    /// Its address, without a path.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn wait_for_a_connection(&self) {
        self.wait_for(|seen| seen.connections > 0);
    }

    /// Waits for the head of an HTTP request.
    pub fn wait_for_a_question(&self) {
        self.wait_for(|seen| seen.questions > 0);
    }

    fn wait_for(&self, what: impl Fn(&Seen) -> bool) {
        let (seen, news) = &*self.seen;
        let guard = seen.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = news.wait_timeout_while(guard, PATIENCE, |seen| !what(seen));
        let timed_out = waited.unwrap_or_else(PoisonError::into_inner).1.timed_out();
        assert!(!timed_out, "nobody has asked");
    }
}

fn hear(mut stream: TcpStream, words: &str, seen: &(Mutex<Seen>, Condvar)) {
    let tell = |change: fn(&mut Seen)| {
        change(&mut seen.0.lock().unwrap_or_else(PoisonError::into_inner));
        seen.1.notify_all();
    };
    tell(|seen| seen.connections += 1);
    let (mut asked, mut piece) = (Vec::new(), [0; 4096]);
    while let Ok(bytes @ 1..) = stream.read(&mut piece) {
        asked.extend_from_slice(&piece[..bytes]);
        if asked.windows(4).any(|end| end == b"\r\n\r\n") {
            asked.clear();
            // who asked may have gone
            let _ = stream.write_all(words.as_bytes());
            tell(|seen| seen.questions += 1);
        }
    }
}
