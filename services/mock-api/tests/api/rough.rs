//! The rough world: the tidy one's records, a tenth of them in other forms.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use mock_api::emply::rough::{Kind, all};
use serde_json::{Value, value::RawValue};

use crate::harness::{MEDIUM, Mock, OTHER_MEDIUM, json};

const ROUGH: (&str, &str) = ("MOCK_WORLD", "rough");
const MARK: &[u8] = b"\xef\xbb\xbf";
/// As many as bring every form.
const ENOUGH: [(&str, &str); 2] = [("MOCK_POSTINGS", "5000"), ("MOCK_APPLICATIONS", "5000")];
const LISTS: [&str; 3] = [
    "/v1/acme/postings/172d5ed0-9986-4ab4-8e3a-3432b94b57a3",
    "/v1/acme/postings/6e1f0f6c-53d7-4a0e-9a86-0c8a1f5f7b21",
    "/v1/acme/applications/find-by-date?from=2020-01-01&to=2027-01-01",
];

fn records(body: &[u8]) -> Vec<String> {
    let body = body.strip_prefix(MARK).unwrap_or(body);
    let records: Vec<&RawValue> = serde_json::from_slice(body).expect("a bare JSON array");
    records.iter().map(|record| record.get().to_owned()).collect()
}

fn value(record: &str) -> Value {
    serde_json::from_str(record).expect("JSON")
}

fn key(record: &Value) -> String {
    match record["id"].as_str() {
        Some(id) => id.to_owned(),
        None => format!("{} {}", record["vacancyId"], record["mediaId"]),
    }
}

async fn survey(mock: &Mock) -> Value {
    json(mock.get("/_mock/rough").await).await
}

/// Form by tidy key.
fn forms(survey: &Value) -> HashMap<String, String> {
    let records = survey["records"].as_array().expect("records");
    records.iter().map(|record| (key(record), record["form"].as_str().expect("a form").to_owned())).collect()
}

/// Everything the mock lists, byte for byte.
pub(crate) async fn everything(mock: &Mock) -> Vec<Vec<u8>> {
    let mut all = vec![json(mock.get("/_mock/rough").await).await.to_string().into_bytes()];
    for path in LISTS {
        all.push(mock.bytes(path).await);
    }
    all
}

#[tokio::test]
async fn a_tenth_of_the_records_is_rough_and_the_survey_says_which_and_how() {
    let rough_settings = [ENOUGH[0], ENOUGH[1], ROUGH];
    let (tidy, rough) = tokio::join!(Mock::start(&ENOUGH), Mock::start(&rough_settings));
    let survey = survey(&rough).await;
    let forms = forms(&survey);
    let mut counted: BTreeMap<String, u64> = all().map(|form| (form.name.to_owned(), 0)).collect();
    for path in LISTS {
        let (before, after) = (records(&tidy.bytes(path).await), records(&rough.bytes(path).await));
        assert_eq!(before.len(), after.len(), "{path}");
        let mut seen = 0_usize;
        for (before, after) in before.iter().zip(&after) {
            let Some(name) = forms.get(&key(&value(before))) else {
                assert_eq!(before, after, "it has no form");
                continue;
            };
            seen += 1;
            *counted.get_mut(name).expect("a form") += 1;
            let form = all().find(|form| form.name == name).expect("a form");
            let others = |record: &str| {
                let mut record = value(record);
                record.as_object_mut().expect("an object").retain(|member, _| !form.members.contains(&member.as_str()));
                record
            };
            assert_eq!(others(before), others(after), "{name}");
            assert!(before != after || name.starts_with("escaped"), "{name} shows nothing: {after}");
        }
        // five standard deviations of a tenth
        let (count, tenth) = (before.len(), before.len() / 10);
        assert!(seen.abs_diff(tenth).pow(2) < 25 * count * 9 / 100, "{path}: {seen} of {count} are rough");
    }
    for (name, count) in &counted {
        if name != "byte-order-mark" {
            assert!(*count > 0, "{name} does not occur");
            assert_eq!(survey["forms"][name], *count, "{name}");
        }
    }
    let meanings: BTreeSet<&str> =
        survey["records"].as_array().expect("records").iter().filter_map(|record| record["meaning"].as_str()).collect();
    assert_eq!(meanings.into_iter().collect::<Vec<_>>(), ["as-it-says", "nothing", "same"]);
    assert_eq!(survey["forms"].as_object().expect("forms").len(), all().count());
    assert_eq!((&survey["world"], &rough.world().await["world"]), (&"rough".into(), &"rough".into()));
}

#[tokio::test]
async fn what_is_rough_stays_so_and_in_its_form() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}", folder.path().join("mock.db").display());
    let settings = [ROUGH, ("MOCK_DATABASE_URL", url.as_str())];
    let (kept, streamed) = tokio::join!(Mock::start(&settings), Mock::start(&[ROUGH, ("MOCK_CACHE_BYTES", "0")]));
    let at_first = everything(&kept).await;
    assert_eq!(at_first, everything(&kept).await, "sent again from memory");
    assert_eq!(at_first, everything(&streamed).await, "kept or not");
    let before = forms(&survey(&kept).await);
    kept.advance(24 * 20).await;
    let moved = everything(&kept).await;
    let after = forms(&survey(&kept).await);
    let is_there_still = |record: &(&String, &String)| after.contains_key(record.0);
    let changed: Vec<_> = before.iter().filter(is_there_still).filter(|(key, form)| after[*key] != **form).collect();
    assert!(changed.is_empty() && after.len() > before.len(), "{changed:?}");
    assert!(kept.terminate().success());
    assert_eq!(Mock::start(&settings).await.bytes(LISTS[2]).await, moved[3], "after a restart");
    // the database is the same in either world
    let tidy = Mock::start(&settings[1..]).await;
    assert!(tidy.list(LISTS[2]).await.len() > 300);
    assert_eq!(survey(&tidy).await["records"], serde_json::json!([]));
}

#[tokio::test]
async fn some_answers_begin_with_a_byte_order_mark_and_faults_find_their_records() {
    let mock = Mock::start(&[ROUGH, ("MOCK_KEYS", "any")]).await;
    assert!(mock.bytes(&format!("/v1/acme/postings/{OTHER_MEDIUM}")).await.starts_with(&[MARK, b"["].concat()));
    for other in [format!("/v1/acme/postings/{MEDIUM}"), "/v1/acme/postings".to_owned()] {
        assert!(mock.bytes(&other).await.starts_with(b"["), "{other}");
    }
    assert_eq!(survey(&mock).await["marked_media"], serde_json::json!([OTHER_MEDIUM]));
    let mut marked = Vec::new();
    for day in 1..=28 {
        for month in 1..=5 {
            let path = format!("/v1/acme/applications/find-by-date?from=2026-{month:02}-{day:02}&to=2026-06-01");
            let body = mock.bytes(&path).await;
            assert!(body.strip_prefix(MARK).unwrap_or(&body).starts_with(b"["), "{path}");
            marked.extend(body.starts_with(MARK).then_some(path));
        }
    }
    assert!((4..=28).contains(&marked.len()), "{} of 140", marked.len());
    let before = mock.bytes(&marked[0]).await;
    let rules = r#"[{"path": "/v1/acme/applications/*", "fault": {"kind": "duplicate"}}]"#;
    assert_eq!(mock.put("/_mock/faults", rules.into()).await.status(), 200);
    let twice = mock.bytes(&marked[0]).await;
    assert!(twice.starts_with(MARK));
    assert_eq!(records(&twice).len(), 2 * records(&before).len());
}

#[tokio::test]
async fn records_of_ones_own_are_rough_too() {
    let mock = Mock::start(&[ROUGH, ("MOCK_POSTINGS", "1")]).await;
    let vacancy = &mock.list(LISTS[0]).await[0]["vacancyId"];
    let vacancy = vacancy.as_str().expect("text").trim_matches(['{', '}']).to_lowercase();
    for number in 0..200 {
        let own =
            format!(r#"{{"vacancyId": "{vacancy}", "id": "00000000-0000-4000-8000-{number:012x}", "lastName": "A"}}"#);
        assert_eq!(mock.post("/_mock/applications", "application/json", own.into()).await.status(), 200);
    }
    let own = forms(&survey(&mock).await).into_keys().filter(|key| key.starts_with("00000000-0000")).count();
    assert!((5..=45).contains(&own), "{own} of 200");
}

#[test]
fn the_readme_lists_every_form() {
    use mock_api::emply::rough::Meaning;
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("a README");
    let rows: Vec<String> = all()
        .map(|form| {
            let kind = match form.kind {
                Kind::Posting => "posting",
                Kind::Application => "application",
                Kind::Answer => "answer",
            };
            let meaning = match form.meaning {
                Meaning::Same => "the same",
                Meaning::Nothing => "nothing",
                Meaning::AsItSays => "as it says",
            };
            let members: Vec<String> = form.members.iter().map(|member| format!("`{member}`")).collect();
            let members = if members.is_empty() { "–".to_owned() } else { members.join(", ") };
            format!("| `{}` | {kind} | {members} | {} | {meaning} |\n", form.name, form.what)
        })
        .collect();
    let table = rows.concat();
    assert!(readme.contains(&table), "the README's table of forms has to be\n{table}");
}
