//! Starts the program and talks to it, and packs bundles as strangers may.

use std::{
    path::Path,
    process::ExitStatus,
    time::{Duration, Instant},
};

use flate2::{Compression, write::GzEncoder};
use reqwest::{Method, Response, StatusCode};
use rig::{Program, Running, http::client};
use serde_json::Value;
use tar::{Builder, EntryType, Header};

pub(crate) const TOKEN: &str = "a-token-that-is-long-enough";

pub(crate) struct Reports {
    running: Running,
    pub(crate) address: String,
}

/// The program over this folder.
pub(crate) fn program(folder: &Path, more: &[(&str, &str)]) -> Program {
    let store = format!("sqlite://{}", folder.join("store.db").display());
    Program::at(env!("CARGO_BIN_EXE_reports"))
        .with("LOG_FORMAT", "json")
        .with("REPORTS_LISTEN", "127.0.0.1:0")
        .with("REPORTS_TOKEN", TOKEN)
        .with("DATABASE_URL", store)
        .with("REPORTS_DIR", folder.join("pages").display().to_string())
        .with_all(more)
}

/// What is on disk of bundles that are being taken in.
pub(crate) fn leftovers(folder: &Path) -> Vec<String> {
    let there = std::fs::read_dir(folder.join("pages/incoming")).unwrap();
    there.map(|each| each.unwrap().file_name().into_string().unwrap()).collect()
}

/// Waits until it is so.
pub(crate) async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    while !is_so().await {
        assert!(began.elapsed() < Duration::from_mins(1), "{what}: not within a minute");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

impl Reports {
    pub(crate) fn start(folder: &Path, more: &[(&str, &str)]) -> Self {
        let mut running = program(folder, more).start();
        let address = running.wait_for("listening")["address"].as_str().unwrap().to_owned();
        Self { running, address }
    }

    pub(crate) async fn ask(&self, method: Method, path: &str, token: &str, body: Vec<u8>) -> Response {
        let request = client().request(method, format!("http://{}{path}", self.address)).bearer_auth(token).body(body);
        request.send().await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> (StatusCode, String) {
        let answer = self.ask(Method::GET, path, "", Vec::new()).await;
        (answer.status(), answer.text().await.unwrap())
    }

    pub(crate) async fn put(&self, archive: Vec<u8>) -> StatusCode {
        self.ask(Method::PUT, "/bundle", TOKEN, archive).await.status()
    }

    /// Status, and why it was refused.
    pub(crate) async fn refused(&self, archive: Vec<u8>) -> (u16, String) {
        let answer = self.ask(Method::PUT, "/bundle", TOKEN, archive).await;
        let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap());
        (status, serde_json::from_str::<Value>(&text).unwrap()["error"].as_str().unwrap_or_default().to_owned())
    }

    /// SIGTERM, and how it ended; within 5 s, since whoever sends one may kill soon after.
    pub(crate) async fn terminate(mut self) -> ExitStatus {
        self.running.terminate();
        let told = Instant::now();
        while self.running.is_running() {
            assert!(told.elapsed() < Duration::from_secs(5), "it is still there 5 s after SIGTERM");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.running.wait().status
    }

    /// Status, and whether there is a time since when something is on show.
    pub(crate) async fn since(&self, token: &str) -> (StatusCode, bool) {
        let answer = self.ask(Method::GET, "/bundle", token, Vec::new()).await;
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        (status, serde_json::from_str::<Value>(&text).unwrap()["since"].is_string())
    }

    pub(crate) async fn shown(&self) -> String {
        self.get("/dbt/").await.1
    }
}

/// One entry of an archive. The name is written as it is, also where the tar crate would not.
pub(crate) fn entry(kind: EntryType, name: &str, text: &[u8]) -> (Header, Vec<u8>) {
    let mut header = Header::new_gnu();
    header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
    header.set_entry_type(kind);
    header.set_size(text.len() as u64);
    if matches!(kind, EntryType::Symlink | EntryType::Link) {
        header.set_link_name("/etc/passwd").unwrap();
    }
    header.set_cksum();
    (header, text.to_vec())
}

pub(crate) fn archive(entries: Vec<(Header, Vec<u8>)>) -> Vec<u8> {
    let mut builder = Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (header, text) in entries {
        builder.append(&header, text.as_slice()).unwrap();
    }
    builder.into_inner().unwrap().finish().unwrap()
}

pub(crate) fn page(text: &str) -> (Header, Vec<u8>) {
    entry(EntryType::Regular, "index.html", text.as_bytes())
}
