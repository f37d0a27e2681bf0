//! The board's five calls. Each is sent once; what became of it is told apart as far as anybody can.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use runtime::{
    BaseUrl, Context,
    http::{Answer, Call, HttpClient, HttpError, HttpOptions, Usage, without_mark},
};
use serde::{Deserialize, Serialize};

use crate::config::{BoardMode, BoardSettings};

/// An answer is one line; more than this is none of the board's.
const LONGEST_ANSWER: u64 = 64 * 1024;
/// An id is part of an address, so nothing else may be in it.
const LONGEST_ID: usize = 64;
/// The board gives no listing this id.
const NOBODYS: &str = "000000000000000000000000";

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Reply<T> {
    Done(T),
    /// The board says no, for a reason that it keeps for itself; nothing was done.
    Refused(String),
    /// The board is not there, or too busy; nothing was done.
    Away(String),
    /// No answer that can be read: nobody knows whether it was done.
    Lost(String),
}

impl<T> Reply<T> {
    pub(crate) fn done(self) -> Reply<()> {
        match self {
            Self::Done(_) => Reply::Done(()),
            Self::Refused(reason) => Reply::Refused(reason),
            Self::Away(reason) => Reply::Away(reason),
            Self::Lost(reason) => Reply::Lost(reason),
        }
    }
}

#[derive(Deserialize)]
struct ReplyBody {
    /// `ok`, `error`, or the id of an announced file.
    result: String,
    id: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Announcement<'a> {
    /// The name by which the ad refers to it.
    filename: &'a str,
    mime_type: &'a str,
}

pub(crate) struct BoardClient {
    http: HttpClient,
    base_url: BaseUrl,
    mode: BoardMode,
}

impl BoardClient {
    pub(crate) fn new(context: &Context, settings: &BoardSettings, options: HttpOptions) -> Result<Self, HttpError> {
        let http = HttpClient::careful(context.program, options)?;
        Ok(Self { http, base_url: settings.base_url.clone(), mode: settings.mode })
    }

    pub(crate) fn usage(&self) -> Usage {
        self.http.usage()
    }

    /// Hands an ad over, for real or for a trial as the settings say; the listing's id.
    pub(crate) async fn create(&self, submission: &impl Serialize) -> Reply<String> {
        self.hand_over(self.mode, submission).await
    }

    /// Hands an ad over that nobody will see; the listing's id.
    pub(crate) async fn try_out(&self, submission: &impl Serialize) -> Reply<String> {
        self.hand_over(BoardMode::Test, submission).await
    }

    async fn hand_over(&self, mode: BoardMode, submission: &impl Serialize) -> Reply<String> {
        let call = self.call(Method::POST, &[mode.as_str()]).json(submission);
        read(call.answer().await, |body| match (body.result.as_str(), body.id) {
            ("ok", Some(id)) => id_of(id),
            _ => None,
        })
    }

    pub(crate) async fn prepare(&self, listing_id: &str, filename: &str, mime_type: &str) -> Reply<String> {
        let call = self.call(Method::POST, &["prepare-upload", listing_id]);
        let answer = call.json(&Announcement { filename, mime_type }).answer().await;
        read(answer, |body| if body.result == "ok" { None } else { id_of(body.result) })
    }

    pub(crate) async fn upload(&self, listing_id: &str, file_id: &str, mime_type: &str, bytes: Vec<u8>) -> Reply<()> {
        let call = self.call(Method::POST, &["upload", listing_id, file_id]);
        read(call.header("content-type", mime_type).bytes(bytes).answer().await, |body| is_ok(&body))
    }

    pub(crate) async fn publish(&self, listing_id: &str) -> Reply<()> {
        read(self.call(Method::GET, &["publish", listing_id]).answer().await, |body| is_ok(&body))
    }

    pub(crate) async fn look(&self) -> Reply<()> {
        // no call of the board only asks, and to publish a listing that is not there changes nothing
        match self.publish(NOBODYS).await {
            Reply::Refused(_) => Reply::Done(()),
            reply => reply,
        }
    }

    fn call(&self, method: Method, path: &[&str]) -> Call {
        let mut url = self.base_url.url().clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(["api", "job"]).extend(path);
        }
        // never repeated by the client: whether that does harm is known to the steps alone
        self.http.call(method, url).once().within(LONGEST_ANSWER)
    }
}

pub(crate) fn options(context: &Context, settings: &BoardSettings) -> HttpOptions {
    HttpOptions {
        timeout: Duration::from_secs(settings.timeout_seconds),
        retry_budget: Duration::ZERO,
        only_plain: settings.base_url.url().scheme() == "http",
        shutdown: context.shutdown.clone(),
        tries_once: false,
    }
}

/// The body is the truth under any status; only without one that can be read, the status says what became of it.
fn read<T>(answer: Result<Answer, HttpError>, done: impl FnOnce(ReplyBody) -> Option<T>) -> Reply<T> {
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) if error.may_have_arrived() => return Reply::Lost(error.to_string()),
        Err(error) => return Reply::Away(error.to_string()),
    };
    let status = answer.status;
    if let Ok(body) = serde_json::from_slice::<ReplyBody>(without_mark(&answer.body)) {
        if body.result == "error" {
            return Reply::Refused("the board answered `error`, which it does without a reason".to_owned());
        }
        return done(body)
            .map_or_else(|| Reply::Lost("the board's answer is none of its document".to_owned()), Reply::Done);
    }
    let said = format!("the board answered {status} and no JSON");
    // whether it was refused before anything was done (RFC 9110); all others leave that open
    match status {
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => Reply::Away(said),
        // how much of the request had arrived, nobody knows
        StatusCode::REQUEST_TIMEOUT => Reply::Lost(said),
        _ if status.is_client_error() || status.is_redirection() => Reply::Refused(said),
        _ => Reply::Lost(said),
    }
}

fn is_ok(body: &ReplyBody) -> Option<()> {
    (body.result == "ok").then_some(())
}

fn id_of(id: String) -> Option<String> {
    let is_id = (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_id.then_some(id)
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderMap;

    use super::*;

    fn reply(status: u16, body: &str) -> Reply<String> {
        let status = StatusCode::from_u16(status).unwrap();
        let answer = Answer { status, headers: HeaderMap::new(), body: body.into() };
        read(Ok(answer), |body| body.id.and_then(id_of))
    }

    #[test]
    fn the_body_is_the_truth_under_any_status() {
        assert_eq!(reply(200, "\u{feff}{\"result\":\"ok\",\"id\":\"7\"}"), Reply::Done("7".to_owned()));
        for status in [200, 400, 404, 500, 503] {
            assert!(matches!(reply(status, r#"{"result":"error"}"#), Reply::Refused(_)), "{status}");
            assert_eq!(reply(status, r#"{"result":"ok","id":"58089674d3fa"}"#), Reply::Done("58089674d3fa".to_owned()));
        }
    }

    #[test]
    fn without_one_the_status_says_whether_anything_was_done() {
        for status in [301, 400, 401, 403, 404, 413] {
            assert!(matches!(reply(status, "<html>"), Reply::Refused(_)), "{status}");
        }
        for status in [429, 503] {
            assert!(matches!(reply(status, ""), Reply::Away(_)), "{status}");
        }
        for status in [200, 204, 408, 500, 502, 504] {
            assert!(matches!(reply(status, "<html>"), Reply::Lost(_)), "{status}");
        }
    }

    #[test]
    fn an_answer_that_the_document_does_not_know_is_none() {
        for body in [
            r#"{"result":"ok"}"#,
            r#"{"result":"ok","id":""}"#,
            r#"{"result":"ok","id":"../x"}"#,
            r#"{"result":"ok","id":"#,
            "[]",
            "{}",
        ] {
            assert!(matches!(reply(200, body), Reply::Lost(_)), "{body}");
        }
    }
}
