//! A source whose records a test writes itself, and how ingest reads it.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
};

use e2e::process::Program;

/// Lets an ingest read all of it in one slice, each time.
pub(crate) fn from_source(ingest: Program, source: &Source) -> Program {
    ingest
        .with("EMPLY_BASE_URL", source.url())
        .with("EMPLY_API_KEY", "any")
        .with("EMPLY_CUSTOMER", "acme")
        .with("EMPLY_CLOCK", "own")
        .with("EMPLY_MEDIA_IDS", "5d3c1c5e-7f0a-4b52-9c11-0a6f2d8e4b01")
        .with("INGEST_START", "2026-05-01")
        .with("INGEST_SLICE_HOURS", "9000")
        .with("INGEST_LOOKBACK_HOURS", "9000")
}

/// A source, and a collector of traces and metrics.
pub(crate) struct Source {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    postings: String,
    applications: String,
    told: Vec<u8>,
}

impl Source {
    /// One that lists these records, JSON arrays.
    pub(crate) fn serving(postings: &str, applications: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::<Mutex<State>>::default();
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let _ = answer(stream, &shared);
            }
        });
        let source = Self { address, state };
        source.serve(postings, applications);
        source
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on it lists these.
    pub(crate) fn serve(&self, postings: &str, applications: &str) {
        let mut state = self.state.lock().unwrap();
        (state.postings, state.applications) = (postings.to_owned(), applications.to_owned());
    }

    /// What traces and metrics said.
    pub(crate) fn told(&self) -> String {
        String::from_utf8_lossy(&self.state.lock().unwrap().told).into_owned()
    }
}

fn answer(mut stream: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut asked, mut line, mut length) = (String::new(), String::new(), 0);
    reader.read_line(&mut asked)?;
    while reader.read_line(&mut line)? > 2 {
        if let Some(told) = line.to_lowercase().strip_prefix("content-length:") {
            length = told.trim().parse().unwrap_or_default();
        }
        line.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let mut state = state.lock().unwrap();
    state.told.extend(body);
    let body = match () {
        () if asked.starts_with("POST") => "",
        () if asked.contains("/postings/") => &state.postings,
        () => &state.applications,
    };
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nconnection: close\r\ndate: Mon, 01 Jun 2026 12:00:00 GMT\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
}
