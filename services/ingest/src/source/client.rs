//! Asks Emply.

use std::time::Duration;

use anyhow::{Context as _, bail};
use chrono::{DateTime, NaiveDate, SecondsFormat, TimeDelta, Utc};
use domain::Window;
use reqwest::{StatusCode, header::DATE};
use runtime::{
    Context, Final,
    http::{BYTE_ORDER_MARK, Call, HttpClient, HttpError, HttpOptions, Usage, reader},
};
use serde::de::DeserializeOwned;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use url::Url;

use super::array::Batches;
use crate::config::{KeyStyle, SourceSettings};

/// Records handed over at once: enough to make the database's round trips cheap, little enough to keep memory small.
const BATCH: usize = 500;

#[derive(Debug, Clone)]
pub(crate) struct Emply {
    http: HttpClient,
    settings: SourceSettings,
    max_requests: u64,
}

/// An answer whose body is still to be read.
pub(crate) struct Page {
    /// The source's clock, from the header `Date`, whole seconds.
    pub(crate) date: Option<DateTime<Utc>>,
    response: reqwest::Response,
    usage: Usage,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ApplicationsQuery {
    Range(Window),
    /// Created since this day; the answer has an open end.
    Since(NaiveDate),
}

impl ApplicationsQuery {
    pub(crate) fn since(from: DateTime<Utc>) -> Self {
        // "created after" a day may leave that day out, and the day may be the tenant's and not UTC's: one day more is asked for
        Self::Since((from - TimeDelta::days(1)).date_naive())
    }

    pub(crate) fn first_day(&self) -> NaiveDate {
        match self {
            Self::Range(window) => window.from.date_naive(),
            Self::Since(day) => *day,
        }
    }

    fn write(&self, url: &mut Url) {
        let mut query = url.query_pairs_mut();
        match self {
            Self::Range(window) => {
                query.append_pair("from", &iso(window.from)).append_pair("to", &iso(window.to));
            }
            Self::Since(day) => {
                query.append_pair("date", &day.format("%m-%d-%Y").to_string());
            }
        }
    }
}

fn iso(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Micros, true)
}

impl Emply {
    pub(crate) fn new(context: &Context, settings: &SourceSettings, max_requests: u64) -> Result<Self, HttpError> {
        let http = HttpClient::new(context.program, options(context, settings))?;
        Ok(Self { http, settings: settings.clone(), max_requests })
    }

    pub(crate) fn at_a_glance(context: &Context, settings: &SourceSettings) -> Result<Self, HttpError> {
        let http = HttpClient::new(context.program, options(context, settings).at_a_glance())?;
        Ok(Self { http, settings: settings.clone(), max_requests: u64::MAX })
    }

    pub(crate) fn usage(&self) -> Usage {
        self.http.usage()
    }

    pub(crate) async fn postings(&self, media_id: &str) -> anyhow::Result<Page> {
        let url = self.url(&["postings", media_id])?;
        self.ask(url).await.with_context(|| format!("asking for the postings of medium {media_id}"))
    }

    pub(crate) async fn applications(&self, query: &ApplicationsQuery) -> anyhow::Result<Page> {
        let mut url = self.url(&["applications", "find-by-date"])?;
        query.write(&mut url);
        self.ask(url).await.context("asking for applications")
    }

    fn url(&self, path: &[&str]) -> anyhow::Result<Url> {
        let mut url = self.settings.base_url.url().clone();
        url.path_segments_mut()
            .map_err(|()| Final::new("EMPLY_BASE_URL cannot be the base of an address"))?
            .pop_if_empty()
            .extend(["v1", &self.settings.customer.0])
            .extend(path);
        Ok(url)
    }

    async fn ask(&self, url: Url) -> anyhow::Result<Page> {
        let requests = self.http.usage().requests();
        if requests >= self.max_requests {
            bail!(
                "{requests} requests were sent, as many as INGEST_MAX_REQUESTS allows; what was committed stays, and the \
                 next run goes on from there"
            );
        }
        let response = self.keyed(url).send().await.map_err(explain)?;
        let date = response.headers().get(DATE).and_then(|date| date.to_str().ok());
        let date = date.and_then(|date| httpdate::parse_http_date(date).ok()).map(DateTime::<Utc>::from);
        Ok(Page { date, response, usage: self.http.usage() })
    }

    fn keyed(&self, mut url: Url) -> Call {
        let key = &self.settings.api_key;
        match self.settings.key_style {
            KeyStyle::Header => self.http.get(url).secret_header("x-api-key", key),
            KeyStyle::Query => {
                url.query_pairs_mut().append_pair("apiKey", key.reveal());
                self.http.get(url)
            }
        }
        .header("accept", "application/json")
    }
}

fn options(context: &Context, settings: &SourceSettings) -> HttpOptions {
    HttpOptions {
        timeout: Duration::from_secs(settings.timeout_seconds),
        retry_budget: Duration::from_secs(settings.max_retry_seconds),
        only_plain: settings.base_url.url().scheme() == "http",
        shutdown: context.shutdown.clone(),
        tries_once: false,
    }
}

fn explain(error: HttpError) -> anyhow::Error {
    let advice = match error.status() {
        Some(StatusCode::UNAUTHORIZED) => {
            "the key is missing, wrong or revoked: look at EMPLY_API_KEY and EMPLY_KEY_STYLE"
        }
        Some(StatusCode::FORBIDDEN) => {
            "the key may not read this: look at the key's rights in Emply, and at EMPLY_CUSTOMER"
        }
        Some(StatusCode::NOT_FOUND) => {
            "there is no such customer or address: look at EMPLY_CUSTOMER and EMPLY_BASE_URL"
        }
        Some(StatusCode::BAD_REQUEST) => "the question was not understood: look at EMPLY_WINDOW_STYLE",
        Some(status) if status.is_redirection() => "the address has moved: look at EMPLY_BASE_URL (https?)",
        Some(_) => return error.into(),
        None if matches!(error, HttpError::Stopped { .. }) => return error.into(),
        None => {
            return anyhow::Error::from(error)
                .context("Emply does not answer; if it stays away, look at EMPLY_BASE_URL");
        }
    };
    Final::new(format!("{error}: {advice}")).into()
}

impl Page {
    /// Whether the body is a list of something; reads no more of it than tells that.
    pub(crate) async fn lists_something(self) -> std::io::Result<bool> {
        let mut body = self.into_reader();
        let mut signs = Vec::new();
        while signs.len() < 2 {
            let byte = body.read_u8().await?;
            if !byte.is_ascii_whitespace() && !BYTE_ORDER_MARK.as_bytes().contains(&byte) {
                signs.push(byte);
            }
        }
        Ok(signs != b"[]")
    }

    /// Begins to read its records, in batches of at most `most`.
    pub(crate) fn read_ahead<K: DeserializeOwned + Send + 'static>(self, most: u64) -> Batches<K> {
        Batches::read_ahead(self.into_reader(), usize::try_from(most).unwrap_or(BATCH).min(BATCH))
    }

    fn into_reader(self) -> impl AsyncRead + Send + Unpin + 'static {
        reader(self.response, self.usage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_written_in_both_styles() {
        let at = |text| domain::instant::parse(text).unwrap();
        let window = Window::new(at("2026-03-01T05:00:00.1234567Z"), at("2026-03-02T00:00:00Z")).unwrap();
        let written = |query: ApplicationsQuery| {
            let mut url = Url::parse("http://h/").unwrap();
            query.write(&mut url);
            url.query().unwrap_or_default().to_owned()
        };
        assert_eq!(
            written(ApplicationsQuery::Range(window)),
            "from=2026-03-01T05%3A00%3A00.123456Z&to=2026-03-02T00%3A00%3A00.000000Z"
        );
        assert_eq!(written(ApplicationsQuery::since(window.from)), "date=02-28-2026");
    }
}
