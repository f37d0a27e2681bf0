//! A host of files, as a content delivery network would be one.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener},
    sync::Arc,
};

/// What it answers to each path.
pub(crate) type Answers = BTreeMap<&'static str, (&'static str, Vec<u8>)>;

/// A host on a free port. Its thread ends with the test's process.
#[derive(Debug)]
pub(crate) struct Host {
    pub(crate) address: SocketAddr,
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
        let (address, answers) = (listener.local_addr().unwrap(), Arc::new(answers));
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let answers = Arc::clone(&answers);
                std::thread::spawn(move || {
                    let mut lines = BufReader::new(&client).lines().map_while(Result::ok);
                    let path =
                        lines.next().and_then(|line| line.split(' ').nth(1).map(str::to_owned)).unwrap_or_default();
                    while lines.next().is_some_and(|line| !line.is_empty()) {}
                    let nothing = ("404 Not Found", Vec::new());
                    let (status, body) = answers.get(path.as_str()).unwrap_or(&nothing);
                    let to = body.starts_with(b"http://").then(|| String::from_utf8_lossy(body));
                    let to = to.map(|to| format!("Location: {to}\r\n")).unwrap_or_default();
                    let head =
                        format!("HTTP/1.1 {status}\r\n{to}Content-Length: {}\r\nConnection: close\r\n\r\n", body.len());
                    // a client that is killed has gone away
                    let _ = (&client).write_all(&[head.as_bytes(), body].concat());
                });
            }
        });
        Self { address }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}
