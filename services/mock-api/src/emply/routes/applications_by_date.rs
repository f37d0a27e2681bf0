//! `GET /v1/{customer}/applications/find-by-date`: applications by when they came in.

use std::ops::Range;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use crate::{
    emply::{Application, Problem, access, application::rows, dates, rough::Manner, stream},
    state::State,
    ticks::Ticks,
};

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::emply) struct Window {
    /// Created at or after this: ISO 8601 (without a zone: UTC) or MM-dd-yyyy (midnight UTC). This or `date` is required.
    #[param(example = "2026-05-01T00:00:00Z")]
    from: Option<String>,
    /// Created before this; ISO 8601 or MM-dd-yyyy. Without it: now, as the Date header of every answer says.
    #[param(example = "2026-06-01T00:00:00Z")]
    to: Option<String>,
    /// The same as `from`, under the name that real clients use; MM-dd-yyyy (`05-01-2026`), so that the whole day is
    /// included.
    // no example: Swagger UI would fill it in beside `from`, and both together are refused
    date: Option<String>,
}

/// Applications created within a window.
///
/// Selects on `created` alone: `from` inclusive, `to` exclusive. A change to an old application is seen only
/// by asking for its creation date again. Ordered by `created`.
#[utoipa::path(
    get,
    path = "/v1/{customer}/applications/find-by-date",
    operation_id = "findApplicationsByDate",
    tag = "applications",
    params(("customer" = String, Path, description = "Slug of the customer", example = "acme"), Window),
    responses(
        (status = 200, description = "All applications of the window", body = [Application], content_type = "application/json"),
        (status = 400, description = "A date is missing or unreadable, or the window ends before it begins", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No key, or an unknown one", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown customer", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The world is still being made", body = Problem, content_type = "application/problem+json"),
    ),
    security(("header" = []), ("query" = [])),
)]
pub(in crate::emply) async fn find(
    state: web::Data<State>,
    request: HttpRequest,
    customer: web::Path<String>,
    window: web::Query<Window>,
) -> Result<HttpResponse, Problem> {
    access::key(&state, &request)?;
    let customer = access::customer(&state, &customer)?;
    let window = window.into_inner();
    // one up to now is another one the next time
    let is_fixed = window.to.is_some();
    let window = window.range(state.now())?;
    let name = is_fixed.then(|| format!("created {}..{}", window.start.0, window.end.0));
    let manner = Manner::of(state.settings.world).for_window(window.start.0);
    stream::array(customer, name, manner, || rows::pages(customer.database.clone(), window.clone())).await
}

impl Window {
    fn range(self, now: Ticks) -> Result<Range<Ticks>, Problem> {
        let (name, text) = match (self.from, self.date) {
            (Some(_), Some(_)) => {
                return Err(Problem::validation("date", "Give either from or date, not both.".to_owned()));
            }
            (Some(from), None) => ("from", from),
            (None, Some(date)) => ("date", date),
            (None, None) => return Err(Problem::validation("from", "A date is required: from, or date.".to_owned())),
        };
        let from = read(name, &text)?;
        let to = self.to.map_or(Ok(now), |to| read("to", &to))?;
        if from > to {
            let message = format!("The window begins after it ends ({}Z); without to it ends now.", to.iso());
            return Err(Problem::validation(name, message));
        }
        Ok(from..to)
    }
}

fn read(name: &str, text: &str) -> Result<Ticks, Problem> {
    // what was sent is not repeated in full: it may be anything
    let shown: String = text.chars().take(40).collect();
    dates::read(text).ok_or_else(|| Problem::validation(name, format!("The value '{shown}' is not a date.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(from: Option<&str>, to: Option<&str>, date: Option<&str>) -> Window {
        let own = |text: Option<&str>| text.map(str::to_owned);
        Window { from: own(from), to: own(to), date: own(date) }
    }

    #[test]
    fn to_defaults_to_now_and_a_day_begins_at_midnight() {
        let now = dates::read("2026-06-01T12:00:00Z").expect("a date");
        let range = window(None, None, Some("05-31-2026")).range(now).expect("a window");
        assert_eq!((range.start.iso(), range.end), ("2026-05-31T00:00:00".to_owned(), now));
    }

    #[test]
    fn a_window_that_cannot_be_names_the_parameter() {
        let now = dates::read("2026-06-01T12:00:00Z").expect("a date");
        for (given, named) in [
            (window(None, None, None), "from"),
            (window(None, Some("2026-05-01"), None), "from"),
            (window(Some("soon"), None, None), "from"),
            (window(Some("2026-05-01"), Some("later"), None), "to"),
            (window(None, None, Some("31-05-2026")), "date"),
            (window(Some("2026-05-02"), Some("2026-05-01"), None), "from"),
            (window(Some("2026-06-02"), None, None), "from"),
            (window(Some("2026-05-01"), None, Some("05-01-2026")), "date"),
        ] {
            let problem = given.range(now).expect_err("refused");
            assert_eq!(problem.status, 400);
            assert!(problem.errors.contains_key(named), "{named}: {problem:?}");
        }
    }
}
