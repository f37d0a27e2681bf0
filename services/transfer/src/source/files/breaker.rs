//! A host that is away is let alone.

use std::collections::BTreeMap;

use url::Url;

use super::fetch::{Fetched, Fetcher, NotFetched};

/// In a row: each of these failures may have taken half a minute or more.
const MOST_FAILURES: u32 = 3;

/// Fetches files that a run can do without.
pub(crate) struct CircuitBreaker<'a> {
    fetcher: &'a Fetcher,
    /// In a row, by host.
    failures: BTreeMap<String, u32>,
}

impl<'a> CircuitBreaker<'a> {
    pub(crate) fn new(fetcher: &'a Fetcher) -> Self {
        Self { fetcher, failures: BTreeMap::new() }
    }

    /// Fetches one; an error says why it cannot be had, or that its host is let alone.
    pub(crate) async fn fetch(&mut self, url: &Url) -> Result<Fetched, String> {
        let host = url.origin().ascii_serialization();
        let failures = self.failures.entry(host).or_default();
        if *failures >= MOST_FAILURES {
            return Err(format!("{} is away", url.host_str().unwrap_or_default()));
        }
        match self.fetcher.fetch(url).await {
            Ok(fetched) => {
                *failures = 0;
                Ok(fetched)
            }
            Err(NotFetched::Now(reason)) => {
                *failures += 1;
                Err(reason)
            }
            // what only a person can mend does not say that the host is away
            Err(NotFetched::Ever(reason)) => Err(reason),
        }
    }
}
