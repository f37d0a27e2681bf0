//! A file goes up in stretches (resumable upload): one that is lost is sent again, and not the whole file.

use std::{
    fs::File,
    io::{Read as _, Seek as _, SeekFrom},
    ops::ControlFlow,
    sync::{Mutex, PoisonError},
};

use anyhow::{Context as _, bail};
use reqwest::{Method, StatusCode, header::LOCATION};
use runtime::{Final, http::Next};
use serde_json::Value;
use url::Url;

use super::{
    client::{Body, Client, Response},
    error::{ApiError, Remedy},
};

/// Bytes of a stretch; a multiple of 256 KiB, as the interface wants it.
const STRETCH: u64 = 8 * 1024 * 1024;
/// Stretches in a row that came to nothing.
const TRIES: u32 = 6;
/// How often a file is announced, when BigQuery drops the upload before its end.
const ANNOUNCEMENTS: u32 = 3;
/// Where Google's documentation has the upload: the first in the reference of `jobs.insert`, the second before that and in
/// Google's Java client to this day, whatever its endpoint
/// (<https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs/insert>,
/// <https://github.com/googleapis/java-bigquery/issues/2694>).
const UPLOAD_HOSTS: [&str; 2] = ["bigquery.googleapis.com", "www.googleapis.com"];

/// Announces a load job and sends its file. Gives the job; `None` when one of that name is there already.
pub(super) async fn send(client: &Client, job: &Value, file: &File) -> anyhow::Result<Option<Value>> {
    for _ in 0..ANNOUNCEMENTS {
        match send_once(client, job, file).await? {
            Uploaded::Whole(job) => return Ok(job),
            // announced anew: there is no job until all of the file has arrived
            Uploaded::Dropped => tracing::info!("BigQuery has dropped the upload; the file is sent from its beginning"),
        }
    }
    bail!("BigQuery has dropped the upload of the file {ANNOUNCEMENTS} times; the next run sends it again")
}

enum Uploaded {
    Whole(Option<Value>),
    Dropped,
}

async fn send_once(client: &Client, job: &Value, file: &File) -> anyhow::Result<Uploaded> {
    let length = file.metadata().context("the file to be loaded")?.len();
    let mut url = client.address(&["upload"], &["jobs"])?;
    url.query_pairs_mut().append_pair("uploadType", "resumable");
    let announced = client.send(Method::POST, url.clone(), &Body::Announcement(job, length)).await;
    let announced = match announced {
        Err(error) if error.is(StatusCode::CONFLICT) => return Ok(Uploaded::Whole(None)),
        other => other.map_err(ApiError::explained)?,
    };
    let place = announced.headers.get(LOCATION).and_then(|place| place.to_str().ok());
    let place = place_of(&url, place.context("BigQuery did not say where the file is to go")?)?;
    let (upload, mut sent) = (Upload { client, place, file, length }, 0);
    loop {
        match upload.stretch(sent).await? {
            ControlFlow::Continue(arrived) => sent = arrived,
            ControlFlow::Break(uploaded) => return Ok(uploaded),
        }
    }
}

struct Upload<'a> {
    client: &'a Client,
    place: Url,
    file: &'a File,
    length: u64,
}

/// Why a stretch has not arrived.
#[derive(Debug, thiserror::Error)]
enum Lost {
    #[error(transparent)]
    Call(#[from] ApiError),
    #[error("BigQuery takes no more of the file than {sent} of {length} bytes; the next run sends it again")]
    NoProgress { sent: u64, length: u64 },
    /// The file cannot be read, or the question how much has arrived, which has tries of its own, was not answered.
    #[error(transparent)]
    ForNow(#[from] anyhow::Error),
}

/// Bytes of the file that have arrived, or its end.
type Progress = ControlFlow<Uploaded, u64>;

impl Upload<'_> {
    /// Sends the stretch that begins there, until more of the file has arrived. Only tries in a row count: a large file may lose
    /// some on its way.
    async fn stretch(&self, from: u64) -> anyhow::Result<Progress> {
        // where it goes on, as long as that is known
        let known = Mutex::new(Some(from));
        let attempt = |_| async {
            let told = known.lock().unwrap_or_else(PoisonError::into_inner).take();
            let progress = match told {
                Some(from) => Progress::Continue(from),
                // how much of a stretch that was lost has arrived, only BigQuery knows
                None => self.ask_how_far().await?,
            };
            let Progress::Continue(from) = progress else { return Ok(progress) };
            let sent = self.put(from).await;
            if let Err(Lost::NoProgress { sent, .. }) = &sent {
                *known.lock().unwrap_or_else(PoisonError::into_inner) = Some(*sent);
            }
            sent
        };
        let next = |lost: &Lost, tries| match lost {
            _ if tries == TRIES => Next::GiveUp,
            Lost::Call(error) if error.remedy() != Remedy::None => Next::Wait(None),
            Lost::NoProgress { .. } => Next::AtOnce,
            Lost::Call(_) | Lost::ForNow(_) => Next::GiveUp,
        };
        self.client.retry(&self.place, attempt, next).await.map_err(|lost| match lost {
            Lost::Call(error) => error.explained(),
            Lost::ForNow(error) => error,
            no_progress @ Lost::NoProgress { .. } => no_progress.into(),
        })
    }

    async fn put(&self, from: u64) -> Result<Progress, Lost> {
        let stretch = read(self.file, from, self.length)?;
        let range = range(from, &stretch, self.length);
        let answer = self.client.once(Method::PUT, self.place.clone(), &Body::Stretch(&stretch, &range)).await;
        match answer {
            Ok(answer) if answer.status != StatusCode::PERMANENT_REDIRECT => {
                Ok(Progress::Break(Uploaded::Whole(Some(answer.json))))
            }
            Ok(answer) => match arrived(&answer) {
                arrived if arrived > from => Ok(Progress::Continue(arrived)),
                sent => Err(Lost::NoProgress { sent, length: self.length }),
            },
            // the file had arrived, and the answer was lost: its job is there
            Err(error) if error.is(StatusCode::CONFLICT) => Ok(Progress::Break(Uploaded::Whole(None))),
            Err(error) if error.is_session_gone() => Ok(Progress::Break(Uploaded::Dropped)),
            Err(error) => Err(error.into()),
        }
    }

    async fn ask_how_far(&self) -> anyhow::Result<Progress> {
        let question = format!("bytes */{}", self.length);
        let answer = self.client.send(Method::PUT, self.place.clone(), &Body::Stretch(&[], &question)).await;
        Ok(match answer {
            Err(error) if error.is_session_gone() => Progress::Break(Uploaded::Dropped),
            Err(error) => return Err(error.explained()),
            Ok(answer) if answer.status == StatusCode::PERMANENT_REDIRECT => Progress::Continue(arrived(&answer)),
            Ok(answer) => Progress::Break(Uploaded::Whole(Some(answer.json))),
        })
    }
}

/// Where the file goes. The token goes with it, so that is the host that was asked, or, where that is one of Google's, one that
/// Google documents.
fn place_of(announced_at: &Url, location: &str) -> anyhow::Result<Url> {
    let place = announced_at.join(location).context("BigQuery did not say where the file is to go")?;
    let is_google_s = |url: &Url| {
        let is_default = url.scheme() == "https" && url.port().is_none();
        is_default && url.host_str().is_some_and(|host| host.ends_with(".googleapis.com"))
    };
    let is_documented = |url: &Url| url.host_str().is_some_and(|host| UPLOAD_HOSTS.contains(&host));
    if place.origin() == announced_at.origin()
        || (is_google_s(announced_at) && is_google_s(&place) && is_documented(&place))
    {
        return Ok(place);
    }
    let (asked, told) = (announced_at.origin().ascii_serialization(), place.origin().ascii_serialization());
    bail!(Final::new(format!(
        "BIGQUERY_ENDPOINT at {asked} wants the file to go to {told}, which is another host. It was sent neither the file nor a token. Let \
         BIGQUERY_ENDPOINT be the address that BigQuery, or the emulator, gives for itself"
    )))
}

/// `Range: bytes=0-1023` says that 1024 bytes have arrived; no header, that none have.
fn arrived(answer: &Response) -> u64 {
    let range = answer.headers.get("range").and_then(|range| range.to_str().ok());
    let last = range.and_then(|range| range.rsplit('-').next()).and_then(|last| last.trim().parse::<u64>().ok());
    last.map_or(0, |last| last + 1)
}

fn read(mut file: &File, from: u64, length: u64) -> anyhow::Result<Vec<u8>> {
    let shown = "the file to be loaded";
    let wanted = STRETCH.min(length.saturating_sub(from));
    let mut stretch = vec![0; usize::try_from(wanted).context(shown)?];
    file.seek(SeekFrom::Start(from)).context(shown)?;
    file.read_exact(&mut stretch).context(shown)?;
    Ok(stretch)
}

fn range(from: u64, stretch: &[u8], length: u64) -> String {
    match (from + stretch.len() as u64).checked_sub(1) {
        Some(last) if !stretch.is_empty() => format!("bytes {from}-{last}/{length}"),
        _ => format!("bytes */{length}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_goes_to_the_host_that_was_asked_or_to_a_documented_one_of_google_s() {
        let goes = |endpoint: &str, location: &str| {
            let asked = format!("{endpoint}/upload/bigquery/v2/projects/p/jobs?uploadType=resumable");
            place_of(&asked.parse().unwrap(), location)
        };
        let google = "https://bigquery.googleapis.com";
        for (endpoint, location) in [
            (google, "/upload/bigquery/v2/projects/p/jobs?upload_id=1"),
            (google, "https://bigquery.googleapis.com/upload/x?upload_id=1"),
            (google, "https://BigQuery.GoogleAPIs.com:443/upload/x"),
            (google, "https://www.googleapis.com/upload/bigquery/v2/projects/p/jobs?upload_id=1"),
            ("https://bigquery-clinic.p.googleapis.com", "https://bigquery.googleapis.com/upload/x"),
            ("https://bigquery-clinic.p.googleapis.com", "https://bigquery-clinic.p.googleapis.com/upload/x"),
            ("http://127.0.0.1:9050", "http://127.0.0.1:9050/upload/x"),
            ("https://warehouse.example:8443", "https://warehouse.example:8443/x"),
        ] {
            assert!(goes(endpoint, location).is_ok(), "{endpoint} {location}");
        }
        for (endpoint, location, named) in [
            (google, "https://elsewhere.example/upload", "https://elsewhere.example"),
            (google, "//elsewhere.example/upload", "https://elsewhere.example"),
            (google, "http://bigquery.googleapis.com/upload", "http://bigquery.googleapis.com"),
            (google, "https://bigquery.googleapis.com:8443/upload", "https://bigquery.googleapis.com:8443"),
            (google, "https://bigquery.googleapis.com@elsewhere.example/", "https://elsewhere.example"),
            (google, "https://storage.googleapis.com/upload", "https://storage.googleapis.com"),
            (google, "https://www.googleapis.com.elsewhere.example/", "https://www.googleapis.com.elsewhere.example"),
            ("https://warehouse.example", "https://www.googleapis.com/upload", "https://www.googleapis.com"),
            ("https://evilgoogleapis.com", "https://www.googleapis.com/upload", "https://www.googleapis.com"),
            ("https://127.0.0.1:1", "https://127.0.0.1:2/upload", "https://127.0.0.1:2"),
            ("https://127.0.0.1:1", "http://127.0.0.1:1/upload", "http://127.0.0.1:1"),
            ("https://127.0.0.1:1", "https://localhost:1/upload", "https://localhost:1"),
        ] {
            let said = goes(endpoint, location).unwrap_err();
            assert!(said.is::<Final>() && said.to_string().contains(named), "{endpoint} {location}: {said}");
        }
    }

    #[test]
    fn ranges_are_written_as_the_interface_wants_them() {
        assert_eq!(range(0, &[0; 10], 25), "bytes 0-9/25");
        assert_eq!(range(20, &[0; 5], 25), "bytes 20-24/25");
        assert_eq!(range(25, &[], 25), "bytes */25");
    }
}
