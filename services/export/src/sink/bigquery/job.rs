//! Jobs: made once under a name of ours, found again under it.
//!
//! The name follows from what the job does, so that whoever comes after a crash, or after an answer that was lost, finds
//! the job and waits for it, and does not make it twice.

use std::{fmt, time::Duration};

use anyhow::{Context as _, bail};
use reqwest::{Method, StatusCode};
use runtime::Final;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::{
    client::{Body, Client},
    error::{ApiError, is_passing},
    shortened::shortened,
};

/// Between two looks: at first, and at most.
const LOOK_AGAIN: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

/// How long BigQuery may think before it says that a query goes on: well within what a call may take.
const ANSWER_WITHIN_MS: u64 = 30_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ended {
    Well(Done),
    Badly(Failure),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    reason: String,
    message: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.reason, self.message)
    }
}

impl Failure {
    /// Whether the reason is BigQuery's own, so that the same may go well under another name.
    pub(super) fn may_pass(&self) -> bool {
        // `stopped` is a job that was cancelled, which says nothing of the next one
        is_passing(&self.reason) || self.reason == "stopped"
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Done {
    /// Rows loaded, or changed by a statement.
    pub(super) rows: u64,
    pub(super) bytes_billed: u64,
}

pub(super) struct Jobs<'a> {
    pub(super) client: &'a Client,
    pub(super) project: &'a str,
    pub(super) location: &'a str,
    /// A job that has not ended by then is left alone; the next run finds it again.
    pub(super) deadline: Duration,
}

impl Jobs<'_> {
    pub(super) fn reference(&self, name: &str) -> Value {
        json!({ "projectId": self.project, "jobId": name, "location": self.location })
    }

    pub(super) async fn run(&self, name: &str, configuration: Value) -> anyhow::Result<Ended> {
        let job = json!({ "jobReference": self.reference(name), "configuration": configuration });
        let url = self.client.address(&[], &["jobs"])?;
        // one of that name that is under way, or was, is not made again but waited for
        self.client.make(url, &job).await.map_err(ApiError::explained)?;
        self.wait(name).await
    }

    pub(super) async fn find(&self, name: &str) -> anyhow::Result<Option<Ended>> {
        match self.look(name).await? {
            Some(job) if job.status.state == "DONE" => Ok(Some(job.ended())),
            Some(_) => Ok(Some(self.wait(name).await?)),
            None => Ok(None),
        }
    }

    pub(super) async fn wait(&self, name: &str) -> anyhow::Result<Ended> {
        let until = Instant::now() + self.deadline;
        let mut pause = LOOK_AGAIN.0;
        loop {
            let Some(job) = self.look(name).await? else {
                // BigQuery lists a job for half a year; its name may be refused for longer
                let message = format!("BigQuery does not know its job {name} any more");
                return Ok(Ended::Badly(Failure { reason: "notFound".to_owned(), message }));
            };
            if job.status.state == "DONE" {
                return Ok(job.ended());
            }
            if Instant::now() >= until {
                let minutes = self.deadline.as_secs() / 60;
                bail!("the job {name} has not ended within {minutes} minutes; the next run looks for it again");
            }
            sleep(pause).await;
            pause = (pause * 2).min(LOOK_AGAIN.1);
        }
    }

    /// Gives the rows of an answer that is small, each a list of texts, and the bytes that were charged. 0 is no limit.
    pub(super) async fn ask(&self, sql: &str, most_bytes: u64) -> anyhow::Result<(Vec<Vec<Option<String>>>, u64)> {
        let until = Instant::now() + self.deadline;
        let mut question =
            json!({ "query": sql, "useLegacySql": false, "location": self.location, "timeoutMs": ANSWER_WITHIN_MS });
        if most_bytes > 0 {
            question["maximumBytesBilled"] = most_bytes.to_string().into();
        }
        let url = self.client.address(&[], &["queries"])?;
        let answer = self.client.send(Method::POST, url, &Body::Json(&question)).await.map_err(ApiError::explained)?;
        let mut found: QueryAnswer = serde_json::from_value(answer.json).context("an answer of BigQuery")?;
        // BigQuery answers before the end of a query that takes longer than `timeoutMs`
        while !found.job_complete {
            let name = found.job_reference.job_id.clone();
            if Instant::now() >= until {
                let minutes = self.deadline.as_secs() / 60;
                bail!("the query {name} has not ended within {minutes} minutes; the next run asks again");
            }
            let mut url = self.client.address(&[], &["queries", &name])?;
            let within = ANSWER_WITHIN_MS.to_string();
            url.query_pairs_mut().append_pair("location", self.location).append_pair("timeoutMs", &within);
            let answer = self.client.send(Method::GET, url, &Body::None).await.map_err(ApiError::explained)?;
            found = serde_json::from_value(answer.json).context("an answer of BigQuery")?;
        }
        // beside rows they are warnings
        if let Some(error) = found.errors.into_iter().next().filter(|_| found.rows.is_empty()) {
            let error = ApiError::Refused { status: StatusCode::OK, reason: error.reason, message: error.message };
            return Err(error.explained());
        }
        let billed = found.total_bytes_billed.as_deref().unwrap_or("0").parse().unwrap_or(0);
        let rows = found.rows.into_iter().map(|row| row.f.into_iter().map(|cell| cell.v).collect());
        Ok((rows.collect(), billed))
    }

    async fn look(&self, name: &str) -> anyhow::Result<Option<Job>> {
        let mut url = self.client.address(&[], &["jobs", name])?;
        // outside of US and EU a job is only found with its location
        url.query_pairs_mut().append_pair("location", self.location);
        let Some(json) = self.client.find(url).await.map_err(ApiError::explained)? else { return Ok(None) };
        Ok(Some(serde_json::from_value(json).with_context(|| format!("BigQuery's word on the job {name}"))?))
    }
}

impl Ended {
    pub(super) fn well(self, what: &str) -> anyhow::Result<Done> {
        match self {
            Self::Well(done) => Ok(done),
            Self::Badly(Failure { reason, message }) => {
                let error = ApiError::Refused { status: StatusCode::OK, reason, message };
                Err(error.explained().context(what.to_owned()))
            }
        }
    }
}

#[derive(Deserialize)]
struct Job {
    status: Status,
    #[serde(default)]
    statistics: Statistics,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    state: String,
    error_result: Option<ErrorResult>,
}

#[derive(Deserialize)]
struct ErrorResult {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    message: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Statistics {
    load: Option<LoadStatistics>,
    query: Option<QueryStatistics>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LoadStatistics {
    output_rows: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct QueryStatistics {
    num_dml_affected_rows: Option<String>,
    total_bytes_billed: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct QueryAnswer {
    job_complete: bool,
    job_reference: JobReference,
    rows: Vec<ResultRow>,
    errors: Vec<ErrorResult>,
    total_bytes_billed: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct JobReference {
    job_id: String,
}

#[derive(Deserialize)]
struct ResultRow {
    f: Vec<ResultCell>,
}

#[derive(Deserialize)]
struct ResultCell {
    v: Option<String>,
}

impl Job {
    fn ended(self) -> Ended {
        if let Some(error) = self.status.error_result {
            return Ended::Badly(Failure { reason: error.reason, message: shortened(&error.message) });
        }
        // numbers are texts in this API
        let number = |text: Option<String>| text.and_then(|text| text.parse().ok()).unwrap_or(0);
        let Statistics { load, query } = self.statistics;
        let rows = load.and_then(|load| load.output_rows);
        let (changed, billed) =
            query.map_or((None, None), |query| (query.num_dml_affected_rows, query.total_bytes_billed));
        Ended::Well(Done { rows: number(rows.or(changed)), bytes_billed: number(billed) })
    }
}

pub(super) fn checked(name: String) -> anyhow::Result<String> {
    // as BigQuery has it for names of jobs
    let fits = name.len() <= 1024 && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter));
    if fits { Ok(name) } else { Err(Final::new(format!("{name} cannot be the name of a job")).into()) }
}
