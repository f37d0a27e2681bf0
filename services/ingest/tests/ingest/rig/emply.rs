//! A source with a few records, which answers well unless it is told otherwise.

use std::{
    collections::VecDeque,
    fmt::Write as _,
    sync::{Arc, Mutex},
};

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{
    BODY, FIRST_NAME, LAST_NAME,
    server::{Answer, Gate, Request, Server},
};

/// The medium whose postings are read.
pub(crate) const MEDIUM: &str = "5d3c1c5e-7f0a-4b52-9c11-0a6f2d8e4b01";
/// The time at the source. Records are older.
const DATE: &str = "Mon, 01 Jun 2026 12:00:00 GMT";

/// Which question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum On {
    Postings,
    Applications,
}

/// How a source reads `from` and `to`. Emply's document does not say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Reads {
    /// In UTC, `to` exclusive.
    #[default]
    HalfOpen,
    /// Both inclusive.
    Inclusive,
    /// Both exclusive.
    Exclusive,
    /// As local time, so many hours ahead of UTC: it takes 08:00Z for its own 08:00.
    Local(i64),
    /// By the days that they are in, of that zone, both whole.
    Days(i64),
    /// By the creation, but for one application, which it lists so many hours later.
    Otherwise(&'static str, i64),
}

impl Reads {
    fn holds(self, id: &Value, created: DateTime<Utc>, from: DateTime<Utc>, to: DateTime<Utc>) -> bool {
        match self {
            Self::Otherwise(other, hours) => {
                let listed = if id == other { created + TimeDelta::hours(hours) } else { created };
                from <= listed && listed < to
            }
            Self::HalfOpen => from <= created && created < to,
            Self::Inclusive => from <= created && created <= to,
            Self::Exclusive => from < created && created < to,
            Self::Local(hours) => {
                let [from, to] = [from, to].map(|at| at - TimeDelta::hours(hours));
                from <= created && created < to
            }
            Self::Days(hours) => {
                let day = |at: DateTime<Utc>| (at + TimeDelta::hours(hours)).date_naive();
                day(from) <= day(created) && day(created) <= day(to)
            }
        }
    }
}

/// The source.
pub(crate) struct Emply {
    server: Server,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    postings: Vec<Value>,
    applications: Vec<Value>,
    script: VecDeque<(On, Answer)>,
    /// Questions that are answered before the script.
    passing: Vec<On>,
    requests: Vec<Request>,
    reads: Reads,
    /// The time at the source, when it is not the usual one.
    date: Option<DateTime<Utc>>,
}

impl Emply {
    /// A source with twelve postings and twenty applications.
    pub(crate) fn start() -> Self {
        let state = State {
            postings: (0..12).map(posting).collect(),
            applications: (0..20).map(application).collect(),
            ..State::default()
        };
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::clone(&state);
        let server = Server::start(move |request| shared.lock().unwrap().answer(request));
        Self { server, state }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.server.address)
    }

    /// Changes the postings.
    pub(crate) fn postings(&self, change: impl FnOnce(&mut Vec<Value>)) {
        change(&mut self.state.lock().unwrap().postings);
    }

    /// Changes the applications.
    pub(crate) fn applications(&self, change: impl FnOnce(&mut Vec<Value>)) {
        change(&mut self.state.lock().unwrap().applications);
    }

    /// From now on it reads `from` and `to` so.
    pub(crate) fn reads(&self, reads: Reads) {
        self.state.lock().unwrap().reads = reads;
    }

    /// From now on it says that it is so late.
    pub(crate) fn it_is(&self, date: DateTime<Utc>) {
        self.state.lock().unwrap().date = Some(date);
    }

    /// Something that a good run would write: a posting and an application that are new, one of each that changed.
    pub(crate) fn bring_news(&self) {
        self.postings(|postings| {
            postings[0]["edited"] = json!("2026-05-30T00:00:00Z");
            postings.push(posting(100));
        });
        self.applications(|applications| {
            applications[0]["status"] = json!(0);
            applications.push(application(100));
        });
    }

    /// The next question of this kind gets this answer; several wait in line.
    pub(crate) fn answer_next(&self, on: On, answer: Answer) {
        self.state.lock().unwrap().script.push_back((on, answer));
    }

    /// So many questions of this kind are answered well before the script goes on.
    pub(crate) fn pass_by(&self, on: On, times: usize) {
        self.state.lock().unwrap().passing.extend(std::iter::repeat_n(on, times));
    }

    /// The next question of this kind gets half of its answer, and the rest when the gate is opened.
    pub(crate) fn stop_in_the_middle(&self, on: On) -> Gate {
        let gate = Gate::default();
        let mut state = self.state.lock().unwrap();
        let body = state.body(on, |_| true);
        let (first, rest) = body.split_at(body.len() / 2);
        let head = head(body.len());
        state.script.push_back((on, Answer::raw(format!("{head}{first}")).then_wait(&gate).then_send(rest)));
        gate
    }

    /// The requests since the last time.
    pub(crate) fn take_requests(&self) -> Vec<Request> {
        std::mem::take(&mut self.state.lock().unwrap().requests)
    }

    /// The whole answer to a question of this kind, without a window.
    pub(crate) fn body(&self, on: On) -> String {
        self.state.lock().unwrap().body(on, |_| true)
    }
}

/// The head of a good answer with a body of this length.
pub(crate) fn head(length: usize) -> String {
    head_at(DATE, length)
}

fn head_at(date: &str, length: usize) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nconnection: close\r\ndate: {date}\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n"
    )
}

impl State {
    fn answer(&mut self, request: &Request) -> Answer {
        self.requests.push(request.clone());
        let on = if request.path().contains("/postings/") { On::Postings } else { On::Applications };
        if let Some(at) = self.passing.iter().position(|passing| *passing == on) {
            self.passing.remove(at);
        } else if let Some(at) = self.script.iter().position(|(scripted, _)| *scripted == on) {
            return self.script.remove(at).unwrap().1;
        }
        let body = self.body(on, |record| is_asked_for(record, request, self.reads));
        let date = self.date.map(|date| date.format("%a, %d %b %Y %H:%M:%S GMT").to_string());
        Answer::raw(head_at(date.as_deref().unwrap_or(DATE), body.len()) + &body)
    }

    fn body(&self, on: On, is_in: impl Fn(&Value) -> bool) -> String {
        let records = match on {
            On::Postings => self.postings.iter().collect::<Vec<_>>(),
            On::Applications => self.applications.iter().filter(|record| is_in(record)).collect(),
        };
        serde_json::to_string(&records).unwrap()
    }
}

/// Windows as Emply knows them: `from` and `to`, or a day after which everything is listed. A record whose date
/// cannot be read is in every window.
fn is_asked_for(record: &Value, request: &Request, reads: Reads) -> bool {
    let Some(created) = record["created"].as_str().and_then(|text| domain::instant::parse(text).ok()) else {
        return true;
    };
    let at = |name| request.parameter(name).map(|text| domain::instant::parse(&text).unwrap());
    let day = request.parameter("date").map(|text| NaiveDate::parse_from_str(&text, "%m-%d-%Y").unwrap());
    if let (Some(from), Some(to)) = (at("from"), at("to")) {
        return reads.holds(&record["id"], created, from, to);
    }
    created >= day.expect("a date is required").and_time(NaiveTime::MIN).and_utc()
}

/// The posting of this number, of a text that must be in no log.
pub(crate) fn posting(number: u32) -> Value {
    let mut title = String::new();
    write!(title, "{BODY} nurse {number}").unwrap();
    json!({
        "jobId": number, "vacancyId": format!("vacancy-{number}"), "mediaId": MEDIUM,
        "title": {"localization": [{"locale": "en-GB", "value": title}]},
        "advertisements": [], "data": [], "type": 0, "stage": 1,
        "created": "2026-05-01T08:00:00Z", "edited": "2026-05-02T08:00:00.1234567Z",
        "location": {"address": "Musterstrasse 6, 80331, Muenchen"},
        "projectManagerFullName": format!("{FIRST_NAME} {LAST_NAME}"), "timeZone": "Europe/Berlin",
    })
}

/// The application of this number: six hours after the one before, by a person who must be in no log.
pub(crate) fn application(number: u32) -> Value {
    let created =
        domain::instant::parse("2026-05-02T06:00:00.1234567Z").unwrap() + TimeDelta::hours(6) * number.cast_signed();
    json!({
        "id": format!("application-{number}"), "number": number, "vacancyId": format!("vacancy-{}", number % 12),
        "candidateId": format!("candidate-{}", number / 2), "email": format!("{FIRST_NAME}.{}@example.com", number / 2),
        "firstName": FIRST_NAME, "lastName": LAST_NAME, "status": 1, "jobId": number % 12,
        "created": domain::instant::canonical(created), "updated": "2026-05-25T07:00:00",
        "stage": {"localization": [{"locale": "en-GB", "value": "New applications"}]},
        "source": {"note": BODY},
    })
}
