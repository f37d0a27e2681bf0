//! Servers that take connections and never say anything, or never all of it.

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex},
    time::Duration,
};

/// Such a server, until the test's process ends.
pub(crate) struct Silence {
    /// Host and port.
    pub(crate) address: String,
    seen: Arc<(Mutex<Seen>, Condvar)>,
}

#[derive(Default)]
struct Seen {
    connections: u32,
    questions: u32,
}

impl Silence {
    pub(crate) fn start() -> Self {
        Self::after("")
    }

    /// One that says this to each question first.
    pub(crate) fn after(words: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let seen = Arc::<(Mutex<Seen>, Condvar)>::default();
        let shared = Arc::clone(&seen);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || listen(stream, words, &shared));
            }
        });
        Self { address, seen }
    }

    pub(crate) fn wait_for_a_connection(&self) {
        self.wait_for(|seen| seen.connections > 0);
    }

    pub(crate) fn wait_for_a_question(&self) {
        self.wait_for(|seen| seen.questions > 0);
    }

    fn wait_for(&self, what: impl Fn(&Seen) -> bool) {
        let (seen, news) = &*self.seen;
        let waited = news.wait_timeout_while(seen.lock().unwrap(), Duration::from_mins(1), |seen| !what(seen)).unwrap();
        assert!(!waited.1.timed_out(), "nobody has asked");
    }
}

fn listen(mut stream: TcpStream, words: &str, seen: &(Mutex<Seen>, Condvar)) {
    let tell = |change: fn(&mut Seen)| {
        change(&mut seen.0.lock().unwrap());
        seen.1.notify_all();
    };
    tell(|seen| seen.connections += 1);
    let mut asked = Vec::new();
    let mut piece = [0; 4096];
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

/// Sends the beginning of a request, and gives the connection that its end is waited for on.
pub(crate) fn ask_without_end(address: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .write_all(
            b"PUT /bundle HTTP/1.1\r\nhost: h\r\nauthorization: Bearer a-long-random-secret\r\ncontent-length: 1000000\r\n\r\nx",
        )
        .unwrap();
    stream
}
