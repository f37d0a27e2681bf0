//! A source whose records a test writes itself, and how ingest reads it.

use std::sync::{Arc, Mutex};

use rig::{
    Program,
    http::{Answer, Request, Server},
};

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
    server: Server,
    records: Arc<Mutex<Records>>,
}

#[derive(Default)]
struct Records {
    postings: String,
    applications: String,
}

impl Source {
    /// One that lists these records, JSON arrays.
    pub(crate) fn serving(postings: &str, applications: &str) -> Self {
        let records = Arc::<Mutex<Records>>::default();
        let shared = Arc::clone(&records);
        let server = Server::start(move |request| answer(request, &shared.lock().unwrap()));
        let source = Self { server, records };
        source.serve(postings, applications);
        source
    }

    pub(crate) fn url(&self) -> String {
        self.server.url()
    }

    /// From now on it lists these.
    pub(crate) fn serve(&self, postings: &str, applications: &str) {
        let mut records = self.records.lock().unwrap();
        (records.postings, records.applications) = (postings.to_owned(), applications.to_owned());
    }

    /// What traces and metrics said.
    pub(crate) fn told(&self) -> String {
        let told = self.server.requests().into_iter().map(|request| request.body).collect::<Vec<_>>().concat();
        String::from_utf8_lossy(&told).into_owned()
    }
}

fn answer(request: &Request, records: &Records) -> Answer {
    let body = match () {
        () if request.method == "POST" => "",
        () if request.path().contains("/postings/") => &records.postings,
        () => &records.applications,
    };
    let headers = [("date", "Mon, 01 Jun 2026 12:00:00 GMT"), ("content-type", "application/json")];
    Answer::whole("200 OK", &headers, body)
}
