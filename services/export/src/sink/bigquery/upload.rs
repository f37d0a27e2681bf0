//! A file goes up in stretches (resumable upload): one that is lost is sent again, and not the whole file.

use std::io::{Read as _, Seek as _, SeekFrom};

use anyhow::{Context as _, bail};
use reqwest::{Method, StatusCode, header::LOCATION};
use serde_json::Value;
use url::Url;

use super::{
    client::{Answer, Body, Client},
    error::{ApiError, Remedy},
};

/// Bytes of a stretch; a multiple of 256 KiB, as the interface wants it.
const STRETCH: u64 = 8 * 1024 * 1024;
/// Stretches in a row that came to nothing.
const TRIES: u32 = 6;

/// Announces a load job and sends its file. Gives the job; `None` when one of that name is there already, and then nothing
/// is sent.
pub(super) async fn send(client: &Client, job: &Value, file: &mut std::fs::File) -> anyhow::Result<Option<Value>> {
    let length = file.metadata().context("the file to be loaded")?.len();
    let mut url = client.address(&["upload"], &["jobs"])?;
    url.query_pairs_mut().append_pair("uploadType", "resumable");
    let announced = client.send(Method::POST, url.clone(), &Body::Announcement(job, length)).await;
    let announced = match announced {
        Err(error) if error.is(StatusCode::CONFLICT) => return Ok(None),
        other => other.map_err(ApiError::explained)?,
    };
    let place = announced.headers.get(LOCATION).and_then(|place| place.to_str().ok());
    let place = url.join(place.context("BigQuery did not say where the file is to go")?)?;
    let (mut sent, mut failed) = (0, 0);
    loop {
        let stretch = read(file, sent, length)?;
        let range = range(sent, &stretch, length);
        match client.once(Method::PUT, place.clone(), &Body::Stretch(&stretch, &range)).await {
            Ok(answer) if answer.status != StatusCode::PERMANENT_REDIRECT => return Ok(Some(answer.json)),
            Ok(answer) => {
                let arrived = arrived(&answer);
                failed = if arrived > sent { 0 } else { failed + 1 };
                sent = arrived;
            }
            Err(error) if error.is(StatusCode::CONFLICT) => return Ok(None),
            Err(error) if error.remedy() == Remedy::None => return Err(error.explained()),
            Err(error) => {
                failed += 1;
                tracing::debug!(%error, failed, "a stretch of the upload was lost");
                if failed < TRIES && client.pause(failed).await {
                    match ask_how_far(client, &place, length).await? {
                        Progress::Arrived(bytes) => sent = bytes,
                        Progress::Whole(job) => return Ok(Some(job)),
                    }
                } else {
                    return Err(error.explained());
                }
            }
        }
        if failed >= TRIES {
            bail!("BigQuery takes no more of the file than {sent} of {length} bytes; the next run sends it again");
        }
    }
}

enum Progress {
    Arrived(u64),
    Whole(Value),
}

async fn ask_how_far(client: &Client, place: &Url, length: u64) -> anyhow::Result<Progress> {
    let question = format!("bytes */{length}");
    let answer = client.send(Method::PUT, place.clone(), &Body::Stretch(&[], &question)).await;
    let answer = answer.map_err(ApiError::explained)?;
    if answer.status == StatusCode::PERMANENT_REDIRECT {
        return Ok(Progress::Arrived(arrived(&answer)));
    }
    Ok(Progress::Whole(answer.json))
}

/// `Range: bytes=0-1023` says that 1024 bytes have arrived; no header, that none have.
fn arrived(answer: &Answer) -> u64 {
    let range = answer.headers.get("range").and_then(|range| range.to_str().ok());
    let last = range.and_then(|range| range.rsplit('-').next()).and_then(|last| last.trim().parse::<u64>().ok());
    last.map_or(0, |last| last + 1)
}

fn read(file: &mut std::fs::File, from: u64, length: u64) -> anyhow::Result<Vec<u8>> {
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
    fn ranges_are_written_as_the_interface_wants_them() {
        assert_eq!(range(0, &[0; 10], 25), "bytes 0-9/25");
        assert_eq!(range(20, &[0; 5], 25), "bytes 20-24/25");
        assert_eq!(range(25, &[], 25), "bytes */25");
    }
}
