//! Writes requests down.

use std::time::Instant;

use actix_web::{
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
    web,
};

use super::entries::Entry;
use crate::state::State;

/// Why the board refused, beside its answer, which must not tell it.
#[derive(Debug, Clone)]
pub(crate) struct Reason(pub(crate) String);

pub(crate) async fn write<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let strangers = ["/v1/", "/api/"].iter().any(|path| request.path().starts_with(path));
    let state = request.app_data::<web::Data<State>>().filter(|_| strangers).cloned();
    let Some(state) = state else { return next.call(request).await };
    let (began, method) = (Instant::now(), request.method().to_string());
    let target = masked(request.path(), request.query_string());
    // when it came, and not when it was answered
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

fn masked(path: &str, query: &str) -> String {
    if query.is_empty() {
        return path.to_owned();
    }
    // a key may stand in the address, and must not be kept
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
}
