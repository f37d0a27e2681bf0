//! A mock, and what people do in it.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use fastrand::Rng;
use serde_json::{Value, json};

use rig::{Mock, mock::MEDIA};

/// Applications that people put in, change and take out.
const APPLICATIONS: u32 = 10;
/// Vacancies likewise.
const VACANCIES: u32 = 5;

/// The world.
pub(crate) struct World {
    pub(crate) mock: Mock,
    /// Which records people put in.
    pub(crate) keys: Keys,
}

/// The keys of a story's own records. In a rough world these decide on which of them are rough, and in what form.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keys {
    story: u64,
}

impl World {
    /// A small one, to be made anew for each story.
    pub(crate) fn start() -> Self {
        let mock = Mock::start_with(&[("MOCK_POSTINGS", "8"), ("MOCK_APPLICATIONS", "24")]);
        Self { mock, keys: Keys { story: 0 } }
    }

    /// A rough one, which is of this story alone: large enough that some of its records are rough.
    pub(crate) fn start_rough(story: u64) -> Self {
        let seed = story.to_string();
        let size = [("MOCK_POSTINGS", "60"), ("MOCK_APPLICATIONS", "120")];
        let mock = Mock::start_with(&[("MOCK_WORLD", "rough"), ("MOCK_SEED", &seed), size[0], size[1]]);
        Self { mock, keys: Keys { story } }
    }

    /// As at its beginning, and a few vacancies that people can apply to.
    pub(crate) async fn begin_anew(&self) {
        self.mock.post("/_mock/reset", &Value::Null).await;
        for number in 0..VACANCIES {
            self.mock
                .post("/_mock/postings", &json!({"vacancyId": self.keys.vacancy(number), "title": "Pflege"}))
                .await;
        }
    }

    /// One thing happens. Gives it in words.
    pub(crate) async fn happens(&self, random: &mut Rng) -> String {
        match random.u8(0..10) {
            0..5 => {
                let application = self.application(random).await;
                self.mock.post("/_mock/applications", &application).await;
                application.to_string()
            }
            5 => {
                let keys = self.keys;
                let gone = json!({"id": keys.application(random), "vacancyId": keys.vacancy(0), "deleted": true});
                self.mock.post("/_mock/applications", &gone).await;
                gone.to_string()
            }
            6..8 => {
                let posting = self.posting(random);
                self.mock.post("/_mock/postings", &posting).await;
                posting.to_string()
            }
            _ => {
                let hours = random.u32(1..60);
                self.mock.advance(hours).await;
                format!("{hours} hours pass")
            }
        }
    }

    /// New, or in the place of an old one: late, at an instant that others have too, without a zone, back again.
    async fn application(&self, random: &mut Rng) -> Value {
        let number = random.u32(0..APPLICATIONS);
        let now = self.now().await;
        let hours = [0, 1, 30, 30, 200, 200, 2000, 4000][random.usize(0..8)];
        let created = (now - TimeDelta::hours(hours)).max(now - TimeDelta::hours(4300));
        // on the full hour several meet, and every other one is sent without a zone
        let created = match random.u8(0..3) {
            0 => created,
            _ => created - TimeDelta::nanoseconds(created.timestamp_nanos_opt().unwrap_or(0) % 3_600_000_000_000),
        };
        let person = number / 2;
        json!({
            "id": self.keys.guid(1, number), "vacancyId": self.keys.vacancy(random.u32(0..VACANCIES)), "created": iso(created),
            "candidateId": random.bool().then(|| self.keys.guid(3, person)),
            "email": random.bool().then(|| format!("person-{person}@example.com")),
            "lastName": "Muster", "firstName": random.choice(["Ada", "Bea"]),
            "updated": random.bool().then(|| iso(now)), "status": random.i32(0..2), "stage": random.i32(0..6),
        })
    }

    async fn now(&self) -> DateTime<Utc> {
        let world = self.mock.world().await;
        world["now"].as_str().expect("a time").parse().expect("a time")
    }

    /// Something will go wrong.
    pub(crate) async fn breaks(&self, random: &mut Rng) -> String {
        let fault = match random.u8(0..10) {
            0 => json!({"kind": "status", "status": random.choice([500, 503, 401, 404])}),
            1 => json!({"kind": "status", "status": 429, "retryAfterSeconds": 0}),
            2 => json!({"kind": "notJson"}),
            3 => json!({"kind": "truncate", "bytes": random.u32(0..9000)}),
            4 => json!({"kind": "duplicate"}),
            5 => json!({"kind": "withhold", "every": random.u32(2..5)}),
            6 => json!({"kind": "skewedClock", "seconds": random.i32(-100_000..100_000)}),
            7 => json!({"kind": "lostAnswer"}),
            8 => json!({"kind": "revokedKey"}),
            _ => json!({"kind": "reset", "afterBytes": random.u32(0..5000)}),
        };
        let path = ["/v1/*", "/v1/acme/applications/*", "/v1/acme/postings/*"][random.usize(0..3)];
        let rules = json!([{"path": path, "skip": random.u32(0..3), "times": random.u32(1..3), "fault": fault}]);
        self.mock.put("/_mock/faults", &rules).await;
        rules.to_string()
    }

    fn posting(&self, random: &mut Rng) -> Value {
        json!({
            "vacancyId": self.keys.vacancy(random.u32(0..VACANCIES)), "mediaId": random.choice(MEDIA),
            "title": random.choice(["Pflegefachkraft", "Hebamme"]),
            "status": random.choice(["published", "unpublished", "withdrawn"]),
            "department": random.bool().then_some("Station 4"),
        })
    }

    /// Nothing goes wrong any more.
    pub(crate) async fn heal(&self) {
        self.mock.put("/_mock/faults", &json!([])).await;
    }
}

impl Keys {
    /// The id of an application that people put in, change and take out.
    pub(crate) fn application(self, random: &mut Rng) -> String {
        self.guid(1, random.u32(0..APPLICATIONS))
    }

    fn vacancy(self, number: u32) -> String {
        self.guid(2, number)
    }

    fn guid(self, kind: u32, number: u32) -> String {
        format!("{kind:08x}-{:04x}-4000-8000-{number:012x}", self.story & 0xffff)
    }
}

fn iso(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
