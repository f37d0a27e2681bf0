//! What was asked of the mock: the last thousand requests, without bodies and keys.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::Instant,
};

use actix_web::{
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
    web,
};
use serde::Serialize;

use crate::{board::Reason, state::State};

/// Requests that are kept.
const KEPT: usize = 1000;

/// One request and how it was answered.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    /// Counts all requests since the start.
    pub number: u64,
    /// The time in the world, as ISO 8601.
    pub at: String,
    /// Method.
    pub method: String,
    /// Path and query; a key as `***`.
    pub target: String,
    /// Status of the answer.
    pub status: u16,
    /// Milliseconds until the answer began.
    pub duration_ms: u64,
    /// Why the board refused, which its answer does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The last requests.
#[derive(Debug, Default)]
pub struct Journal(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    number: u64,
    entries: VecDeque<Entry>,
}

impl Journal {
    /// All that are kept, the oldest first.
    pub fn entries(&self) -> Vec<Entry> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entries.iter().cloned().collect()
    }

    /// Forgets all; the numbers go on.
    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entries.clear();
    }

    fn add(&self, mut entry: Entry) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.number += 1;
        entry.number = kept.number;
        if kept.entries.len() == KEPT {
            kept.entries.pop_front();
        }
        kept.entries.push_back(entry);
    }
}

/// Writes down every request to one of the strangers that are played.
pub async fn write<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let strangers = ["/v1/", "/api/"].iter().any(|path| request.path().starts_with(path));
    let state = request.app_data::<web::Data<State>>().filter(|_| strangers).cloned();
    let Some(state) = state else { return next.call(request).await };
    let (began, method) = (Instant::now(), request.method().to_string());
    let target = masked(request.path(), request.query_string());
    let at = state.now().iso_utc();
    let answer = next.call(request).await;
    let (status, reason) = match &answer {
        Ok(response) => {
            let reason = response.response().extensions().get::<Reason>().map(|reason| reason.0.clone());
            (response.status().as_u16(), reason)
        }
        Err(error) => (error.as_response_error().status_code().as_u16(), None),
    };
    let duration_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    state.journal.add(Entry { number: 0, at, method, target, status, duration_ms, reason });
    answer
}

/// Path and query without the value of a key.
fn masked(path: &str, query: &str) -> String {
    if query.is_empty() {
        return path.to_owned();
    }
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) if name.eq_ignore_ascii_case("apikey") => format!("{name}=***"),
        _ => pair.to_owned(),
    });
    format!("{path}?{}", pairs.collect::<Vec<_>>().join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_not_written_down() {
        assert_eq!(masked("/v1/a", "from=1&apiKey=secret&to=2"), "/v1/a?from=1&apiKey=***&to=2");
        assert_eq!(masked("/v1/a", "APIKEY=secret"), "/v1/a?APIKEY=***");
        assert_eq!(masked("/v1/a", ""), "/v1/a");
    }

    #[test]
    fn only_the_last_are_kept() {
        let journal = Journal::default();
        for _ in 0..KEPT + 5 {
            journal.add(Entry {
                number: 0,
                at: String::new(),
                method: String::new(),
                target: String::new(),
                status: 200,
                duration_ms: 0,
                reason: None,
            });
        }
        let entries = journal.entries();
        assert_eq!((entries.len(), entries[0].number), (KEPT, 6));
    }
}
