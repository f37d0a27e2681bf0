//! Names, mail addresses and telephone numbers, planted in every field of Emply's records that can hold them. Unless persons are
//! kept, none of it leaves the store: not in the lake, not in what dbt makes of it, not in logs, traces or metrics.
//!
//! The fields are those of ingest's wire types: one that is added later has no row in the table below, and this fails.

use std::collections::BTreeSet;

use ingest::transform::wire;
use rig::{Backend, Database, Program};
use serde_json::{Value, json};

use super::{
    forgotten::{fields, in_folder},
    source::{Source, from_source},
    stages::{Dbt, migrate},
};

/// What is planted in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Plant {
    /// A name, a mail address and a telephone number.
    All,
    /// A mail address and a telephone number: a name cannot be told from the words around it.
    Contacts,
    /// Nothing, since it is something else that is planted, or cannot be a text of people's.
    Nothing,
}

use Plant::{All, Contacts, Nothing};

const POSTING: &[(&str, Plant)] = &[
    ("vacancyId", Nothing),
    ("mediaId", Nothing),
    ("jobId", Nothing),
    ("applicationFormId", Nothing),
    ("advertisements", All),
    ("title", Contacts),
    ("content", All),
    ("type", Nothing),
    ("created", Nothing),
    ("edited", Nothing),
    ("deadlineUTC", Nothing),
    ("deadline", Nothing),
    ("deadlineText", All),
    ("location", Contacts),
    ("department", Contacts),
    ("tags", All),
    ("data", All),
    ("projectManagerUserId", All),
    ("projectManagerFullName", All),
    ("templateId", Nothing),
    ("templateTitle", All),
    ("applyUrl", Contacts),
    ("adUrl", Contacts),
    ("externalApplicationUrl", All),
    ("timeZone", Contacts),
    ("stage", Nothing),
];
const ADVERTISEMENT: &[(&str, Plant)] = &[("title", Contacts), ("content", All), ("isDefault", Nothing)];
const LOCATION: &[(&str, Plant)] = &[("address", Contacts), ("latitude", Nothing), ("longitude", Nothing)];
const DEPARTMENT: &[(&str, Plant)] = &[("id", Nothing), ("title", Contacts)];
const JOB_DATA: &[(&str, Plant)] = &[("jobDetailsId", Nothing), ("title", All), ("valueType", Nothing), ("value", All)];
const CHOICE: &[(&str, Plant)] = &[("id", Nothing), ("title", All)];
const APPLICATION: &[(&str, Plant)] = &[
    ("id", All),
    ("number", All),
    ("vacancyId", Nothing),
    ("jobId", Nothing),
    ("candidateId", All),
    ("email", All),
    ("firstName", All),
    ("middleName", All),
    ("lastName", All),
    ("created", Nothing),
    ("updated", Nothing),
    ("status", Nothing),
    ("stage", Contacts),
    ("disqualifyReason", All),
    ("source", All),
];

#[test]
fn every_field_has_a_row() {
    fn same(rows: &[(&str, Plant)], fields: &[&str]) {
        let names = |names: &mut dyn Iterator<Item = &str>| names.map(str::to_owned).collect::<BTreeSet<_>>();
        assert_eq!(names(&mut rows.iter().map(|(name, _)| *name)), names(&mut fields.iter().copied()));
    }
    same(POSTING, &fields::<wire::Posting>());
    same(ADVERTISEMENT, &fields::<wire::Advertisement>());
    same(LOCATION, &fields::<wire::Location>());
    same(DEPARTMENT, &fields::<wire::Department>());
    same(JOB_DATA, &fields::<wire::JobData>());
    same(CHOICE, &fields::<wire::Choice>());
    same(APPLICATION, &fields::<wire::Application>());
}

#[test]
fn pseudonymised() {
    planted("pseudonymise", Dbt::of_models_alone().as_ref());
}

#[test]
fn dropped() {
    planted("drop", None);
}

/// What nobody planted is found where it should be, so that a search that finds nothing says something.
#[test]
fn kept() {
    planted("keep", None);
}

fn planted(mode: &str, dbt: Option<&Dbt>) {
    let mut seeds = Seeds::default();
    let [before, after] = ["Zqearlyqz", "Zqlateqz"].map(|stage| seeds.application(stage));
    let source = Source::serving(&seeds.postings(), &before);
    let mut stage = Stage {
        source,
        database: Database::absent(Backend::Sqlite),
        folder: tempfile::tempdir().unwrap(),
        said: String::new(),
    };
    stage.run(migrate(&stage.database));
    stage.run(stage.ingest());
    stage.source.serve(&seeds.postings(), &after);
    stage.run(stage.ingest());
    stage.run(stage.export(mode));
    let lake = stage.folder.path().join("lake");
    if let Some(dbt) = dbt {
        dbt.build(&lake);
    }
    let in_lake = in_folder(&lake);
    let left = dbt.map_or_else(String::new, |dbt| in_folder(dbt.folder())) + &in_lake;
    let told = stage.source.told().to_lowercase();
    assert!(told.contains("run.id") && told.len() > 1_000, "traces and metrics have come: {} bytes", told.len());
    for listed in ["zqtagqz", "zqlistedqz", "zqvalueqz", "zqearlyqz", "zqlateqz", "zqnurseqz", "zqadqz"] {
        assert!(in_lake.contains(listed), "{listed} may leave with {mode}");
    }
    for (field, mark) in &seeds.planted {
        assert!(!stage.said.contains(mark) && !told.contains(mark), "{field} is in logs, traces or metrics: {mark}");
        assert!(mode == "keep" || !left.contains(mark), "{field} has left with {mode}: {mark}");
    }
    let found = seeds.planted.iter().filter(|(_, mark)| left.contains(mark)).count();
    assert!(mode != "keep" || found > seeds.planted.len() / 3, "{found} of {} are found", seeds.planted.len());
}

/// A pipeline, and what its programs have said.
struct Stage {
    source: Source,
    database: Database,
    folder: tempfile::TempDir,
    said: String,
}

impl Stage {
    fn run(&mut self, program: Program) {
        let telemetry = self.source.url();
        let ended = program
            .with("LOG_FORMAT", "json")
            .with("RUST_LOG", "debug")
            .with("OTEL_EXPORTER_OTLP_ENDPOINT", telemetry)
            .with("PII_KEY", "0123456789abcdef")
            .run();
        ended.must_succeed();
        self.said += &format!("{}{}", ended.out, ended.err).to_lowercase();
    }

    fn ingest(&self) -> Program {
        let program = Program::of_workspace("ingest").with("DATABASE_URL", self.database.url_of("ingest"));
        from_source(program, &self.source)
    }

    fn export(&self, mode: &str) -> Program {
        let vocabulary = self.folder.path().join("vocabulary.toml");
        std::fs::write(&vocabulary, "facts = ['Zqlistedqz']\ntags = ['zqtagqz']\n").unwrap();
        Program::of_workspace("export")
            .with("DATABASE_URL", self.database.url_of("export"))
            .with("LAKE_PATH", self.folder.path().join("lake").display().to_string())
            .with("PII_MODE", mode)
            .with("VOCABULARY_FILE", vocabulary.display().to_string())
    }
}

/// What was planted, and where.
#[derive(Default)]
struct Seeds {
    planted: Vec<(String, String)>,
}

impl Seeds {
    /// A text with a name, an address and a number that are nowhere else.
    fn all(&mut self, field: &str) -> String {
        let name = format!("zqname{:03}qz", self.planted.len());
        self.planted.push((field.to_owned(), name.clone()));
        format!("{name}, {}", self.contacts(field))
    }

    fn contacts(&mut self, field: &str) -> String {
        let (mail, number) = self.contact(field);
        format!("{mail}@example.org Tel. 0171 {number}")
    }

    fn contact(&mut self, field: &str) -> (String, String) {
        let (mail, number) = (format!("zqmail{:03}qz", self.planted.len()), format!("7391{:03}", self.planted.len()));
        self.planted.extend([&mail, &number].map(|mark| (field.to_owned(), mark.clone())));
        (mail, number)
    }

    fn postings(&mut self) -> String {
        let text = |text: String| json!({ "localization": [{ "locale": "de-DE", "value": text }] });
        let (mail, number) = self.contact("applyUrl");
        let apply_url = format!("https://example.org/apply?to={mail}%40example.org&tel=0171-{number}");
        let (mail, number) = self.contact("adUrl");
        let ad_url = format!("https://example.org/ad/{mail}@example.org/+49171{number}");
        let fact = |title: Value, kind: i32, value: Value| json!({ "jobDetailsId": "f", "title": title, "valueType": kind, "value": value });
        let listed = text("Zqlistedqz".to_owned());
        let data = [
            fact(text(self.all("data.title")), 0, text(self.all("data.value"))),
            fact(text(self.all("data.title")), 1, json!([{ "id": "c", "title": text(self.all("data.value.title")) }])),
            fact(Value::Null, 7, json!({ self.all("data.value"): [self.all("data.value")] })),
            fact(listed.clone(), 0, text(format!("Zqvalueqz {}", self.contacts("data.value")))),
            fact(listed, 9, json!({ "shape": [self.contacts("data.value")] })),
        ];
        let posting = json!({
            "vacancyId": "v", "mediaId": "5d3c1c5e-7f0a-4b52-9c11-0a6f2d8e4b01", "jobId": 1, "applicationFormId": "form",
            "advertisements": [{ "title": text(format!("Zqadqz {}", self.contacts("ad.title"))), "content": text(self.all("ad.content")), "isDefault": true }],
            "title": { "localization": [
                { "locale": "de-DE", "value": format!("Zqnurseqz {}", self.contacts("title")) },
                { "locale": "en-GB", "value": format!("Nurse\n{}", self.contacts("title")) },
            ] },
            "content": text(self.all("content")), "type": 0,
            "created": "2026-05-01T08:00:00Z", "edited": "2026-05-01T08:00:00Z",
            "deadlineUTC": "2026-09-01T08:00:00Z", "deadline": "2026-09-01T10:00:00",
            "deadlineText": text(self.all("deadlineText")),
            "location": {
                "address": format!(
                    "Musterstr. 6 {}, 80331 {}, München {}, Deutschland {}",
                    self.contacts("location.address"), self.contacts("location.address"),
                    self.contacts("location.address"), self.contacts("location.address"),
                ),
                "latitude": 48.1, "longitude": 11.5,
            },
            "department": { "id": "d", "title": text(format!("Station 4 {}", self.contacts("department.title"))) },
            "tags": ["zqtagqz", self.all("tags"), { "name": self.all("tags") }, [self.all("tags")]],
            "data": data,
            "projectManagerUserId": self.all("projectManagerUserId"),
            "projectManagerFullName": self.all("projectManagerFullName"),
            "templateId": "t", "templateTitle": text(self.all("templateTitle")),
            "applyUrl": text(apply_url), "adUrl": text(ad_url),
            "externalApplicationUrl": format!("https://example.org/{}", self.all("externalApplicationUrl")),
            "timeZone": format!("Europe/Berlin {}", self.contacts("timeZone")), "stage": 1,
            "recruiter": { "name": self.all("a field that nobody knows") },
        });
        must_have(POSTING, &posting);
        let mut broken = posting.clone();
        (broken["vacancyId"], broken["created"]) = (json!("broken"), json!(self.all("created")));
        json!([posting, broken]).to_string()
    }

    fn application(&mut self, stage: &str) -> String {
        let text = |text: String| json!({ "localization": [{ "locale": "de-DE", "value": text }] });
        let number = 7_391_000_000_u64 + self.planted.len() as u64;
        self.planted.push(("number".to_owned(), number.to_string()));
        // an id of a record or person is one of both applications
        let mut mark = |field: &str| {
            let mark = format!("zq{}qz", field.to_lowercase());
            self.planted.push((field.to_owned(), mark.clone()));
            mark
        };
        let (id, candidate) = (mark("id"), mark("candidateId"));
        let application = json!({
            "id": id, "number": number, "vacancyId": "v", "jobId": 1, "candidateId": candidate,
            "email": self.all("email"), "firstName": self.all("firstName"), "middleName": self.all("middleName"),
            "lastName": self.all("lastName"), "created": "2026-05-02T06:00:00Z",
            "updated": if stage == "Zqearlyqz" { "2026-05-03T06:00:00Z" } else { "2026-05-04T06:00:00Z" }, "status": 1,
            "stage": { "localization": [
                { "locale": "de-DE", "value": format!("{stage} {}", self.contacts("stage")) },
                { "locale": "en-GB", "value": self.contacts("stage") },
            ] },
            "disqualifyReason": text(self.all("disqualifyReason")),
            "source": { "title": text(self.all("source")), "by": [self.all("source")], self.all("source"): 1 },
            "comment": self.all("a field that nobody knows"),
        });
        must_have(APPLICATION, &application);
        let mut broken = application.clone();
        (broken["id"], broken["created"]) = (json!("broken"), json!(self.all("created")));
        json!([application, broken]).to_string()
    }
}

/// The record has what the table says is planted.
fn must_have(rows: &[(&str, Plant)], record: &Value) {
    for (field, plant) in rows {
        let planted = record[*field].to_string();
        let is_planted = planted.contains("zq") || planted.contains("7391");
        assert_eq!(is_planted, *plant != Nothing, "{field}: {planted}");
    }
}
