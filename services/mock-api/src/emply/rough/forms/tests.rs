//! Each form, on a record of the contract.

use serde_json::{Value, json};

use super::all;
use crate::emply::rough::{draft::Draft, form::Kind};

const POSTING: &str = include_str!("../../../../tests/golden/posting.json");
const APPLICATION: &str = include_str!("../../../../tests/golden/application.json");

/// Form, what is otherwise than in the golden record before, and what the text holds then.
#[expect(clippy::too_many_lines, reason = "a table, a line for each form")]
fn cases() -> Vec<(&'static str, Value, &'static str)> {
    let open_end = || json!({"deadlineUTC": null, "deadline": null});
    let dutch = || json!({"location": {"address": "Brink 15, 9401 HS, Assen, Nederland"}});
    let german = || json!({"location": {"address": "Am Stadtpark 12, 20099, Hamburg, Deutschland"}});
    let none = || json!({});
    vec![
        ("title-twice", none(), r#""title":{"localization":[{"locale":"de-DE","value":"Entwurf"}]},"title":"#),
        ("address-twice", none(), r#""location":{"address":"?","address":"Musterstrasse 6, 80331, Muenchen"}"#),
        ("e-mail-twice", none(), r#""email":"draft@example.invalid","email":"max@example.com""#),
        ("big-number", none(), r#""number":18446744073709551617,"#),
        ("big-job-id", none(), r#""jobId":18446744073709551617,"#),
        ("long-latitude", none(), r#""latitude":48.1371540000000000000000000001,"#),
        ("unknown-type", none(), r#""type":5,"#),
        ("unknown-stage", none(), r#""stage":7}"#),
        ("unknown-status", none(), r#""status":3,"#),
        ("status-by-name", none(), r#""status":"Active","#),
        ("status-by-name", json!({"status": 0}), r#""status":"Inactive","#),
        ("unknown-value-type", none(), r#""valueType":9}]"#),
        ("unknown-members", none(), r#""rowVersion":123456789012345678901234567890.5,"#),
        ("unknown-members-of-an-application", none(), r#""extension":{"":[[],{},null],"#),
        ("spread", none(), "\"type\" : 0,\r\n\t\"created\" : \"2026"),
        ("spread-application", none(), "\"status\" : 1,\r\n\t\"jobId\" : 21157"),
        ("escaped", json!({"timeZone": "ä𝄞"}), r#""timeZone":"\u00e4\ud834\udd1e""#),
        ("escaped-application", json!({"lastName": "Weiß"}), r#""lastName":"Wei\u00df""#),
        ("empty-texts", none(), r#""externalApplicationUrl":"","#),
        ("empty-middle-name", none(), r#""middleName":"","#),
        ("empty-e-mail", none(), r#""email":"","#),
        ("empty-candidate-id", none(), r#""candidateId":"","#),
        ("null-localizations", none(), r#""deadlineText":null,"#),
        ("hollow-localizations", none(), r#""deadlineText":{"localization":[]},"#),
        ("null-stage", none(), r#""stage":{"localization":null}"#),
        ("blanks-around-title", none(), "\"value\":\" \u{a0}Registered nurse\\t\\r\\n\""),
        ("blanks-around-names", none(), "\"lastName\":\" Muster\u{a0} \""),
        ("blanks-around-e-mail", none(), r#""email":" max@example.com\r\n""#),
        ("ids-in-capitals", none(), r#""vacancyId":"83360FFF-0663-4DF2-A37B-8D014E3B1EC8""#),
        ("ids-in-braces", none(), r#""mediaId":"{172d5ed0-9986-4ab4-8e3a-3432b94b57a3}""#),
        ("application-ids-in-capitals", none(), r#""candidateId":"F5D5A3A0-6A51-4B55-8A35-3A3F2F1A0C01""#),
        ("application-ids-in-braces", none(), r#""id":"{9C0F5C52-1C61-4E02-8A0A-6F2F0F3A6B11}""#),
        ("anonymised", none(), r#""firstName":"Anonymous","lastName":"Anonymised","middleName":null"#),
        ("department-with-a-blank", none(), r#""value":"Station 4 ""#),
        ("department-in-capitals", none(), r#""value":"STATION 4""#),
        ("zip-before-city", none(), "Musterstrasse 6, 80331 Muenchen\""),
        ("zip-before-city", dutch(), "Brink 15, 9401 HS Assen, Nederland\""),
        ("zip-with-its-country", none(), "Musterstrasse 6, D-80331 Muenchen\""),
        ("zip-with-its-country", dutch(), "Brink 15, NL-9401 HS Assen\""),
        ("semicolons", dutch(), "Brink 15; 9401 HS; Assen; Nederland\""),
        ("lines", dutch(), r#"Brink 15\r\n9401 HS Assen\r\nNederland""#),
        ("country-in-french", german(), "Am Stadtpark 12, 20099, Hamburg, Allemagne\""),
        ("country-in-danish", dutch(), "Assen, Nederlandene\""),
        (
            "country-in-english",
            json!({"location": {"address": "Vej 1, 8000, Aarhus C, Danmark"}}),
            "Aarhus C, DENMARK\"",
        ),
        ("unknown-country", none(), "Muenchen, Atlantis\""),
        ("city-alone", none(), r#"{"address":"Muenchen"}"#),
        ("house-in-front", none(), "Klinik Nord, Haus 12, 80331, Muenchen\""),
        ("british-order", none(), "10 High Street, London, SW1A 1AA, United Kingdom\""),
        ("city-and-country", none(), "Zürich, Schweiz\""),
        ("blank-title", none(), r#"{"locale":"de-DE","value":" "},{"locale":"en-GB","value":"Registered nurse"}"#),
        ("title-encoded-twice", none(), "Registered nurse &amp;amp; Team"),
        ("title-with-tags", none(), "<b>Registered nurse</b>"),
        ("title-on-two-lines", none(), r"Registered\r\nnurse"),
        ("title-with-a-control-character", none(), r"Registered\u000bnurse"),
        ("empty-paragraph", none(), r#"{"locale":"de-DE","value":"<p><br></p>"},{"locale":"en-GB","value":"<p>We"#),
        ("empty-blank", none(), r#"{"locale":"de-DE","value":"<p>&nbsp;</p>"}"#),
        ("empty-list", none(), r#""value":"<ul><li></li><li>&nbsp;</li></ul>""#),
        ("default-ad-in-another-language", none(), r#""isDefault":true,"title":{"localization":[{"locale":"da-DK","#),
        ("plain-text", none(), "<jobs@example.org>."),
        ("restriction", none(), r#"<restriction id=\"7\"><p>"#),
        ("unclosed-image", none(), r#"<img src=https://cdn.example.org/logo.png alt=Logo""#),
        ("empty-deadline", open_end(), r#""deadlineUTC":"","deadline":"","#),
        ("first-deadline", open_end(), r#""deadlineUTC":"0001-01-01T00:00:00","#),
        ("first-deadline-in-utc", open_end(), r#""deadlineUTC":"0001-01-01T00:00:00Z","#),
        ("first-deadline-in-the-east", open_end(), r#""deadlineUTC":"0001-01-01T00:00:00+01:00","#),
        ("last-deadline", open_end(), r#""deadlineUTC":"9999-12-31T23:59:59","#),
        ("last-deadline-in-utc", open_end(), r#""deadlineUTC":"9999-12-31T23:59:59.9999999Z","#),
        ("last-deadline-in-the-west", open_end(), r#""deadlineUTC":"9999-12-31T23:59:59-08:00","#),
        ("last-deadline-of-a-western-zone", open_end(), r#""deadlineUTC":null,"deadline":"9999-12-31T23:59:59","#),
        ("first-day-with-two-digits", none(), r#""value":"01.03.27""#),
        ("empty-updated", none(), r#""updated":"","#),
        ("zone-with-blanks", none(), r#""timeZone":" Europe/Berlin ""#),
        ("zone-in-lower-case", none(), r#""timeZone":"europe/berlin""#),
        ("zone-of-a-dialog", none(), r#""timeZone":"(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna""#),
        ("zone-of-nowhere", none(), r#""timeZone":"Mitteleuropa (Sommer)""#),
    ]
}

fn draft(kind: Kind, with: &Value) -> Draft {
    let mut draft = Draft::of(if kind == Kind::Posting { POSTING } else { APPLICATION }).expect("an object");
    // short, as the mock writes it
    let short: Value = serde_json::from_str(&draft.text()).expect("JSON");
    for (name, value) in short.as_object().expect("an object") {
        draft.set(name, with.get(name).unwrap_or(value)).expect("set");
    }
    draft
}

#[test]
fn every_form_does_what_it_says_and_nothing_else() {
    for (name, with, holds) in cases() {
        let form = all().find(|form| form.name == name).unwrap_or_else(|| panic!("{name} is no form"));
        let mut draft = draft(form.kind, &with);
        let before = draft.text();
        assert!(!before.contains(holds), "{name}: {holds} is there before");
        assert!(form.apply(&mut draft), "{name} does not fit");
        let after = draft.text();
        assert!(after.contains(holds), "{name}: {holds}\n{after}");
        let others = |text: &str| {
            let mut record: Value = serde_json::from_str(text).expect("JSON");
            record.as_object_mut().expect("an object").retain(|member, _| !form.members.contains(&member.as_str()));
            record
        };
        assert_eq!(others(&before), others(&after), "{name} changes what it does not name");
    }
}

#[test]
fn every_form_is_tried_and_has_a_name_of_its_own() {
    let names: Vec<&str> = all().filter(|form| form.kind != Kind::Answer).map(|form| form.name).collect();
    for name in &names {
        assert!(cases().iter().any(|(tried, ..)| tried == name), "{name} has no case");
        assert_eq!(names.iter().filter(|other| *other == name).count(), 1, "{name}");
    }
}

#[test]
fn what_has_nothing_of_the_kind_stays_as_it_is() {
    for (name, with) in [
        ("address-twice", json!({"location": null})),
        ("semicolons", json!({"location": {"address": "München"}})),
        ("country-in-french", json!({})),
        ("zip-with-its-country", json!({"location": {"address": "12 Infirmary Road, S3 7RX, Sheffield"}})),
        ("blank-title", json!({"title": {"localization": [{"locale": "en-GB", "value": "Nurse"}]}})),
        ("plain-text", json!({"advertisements": []})),
        ("empty-deadline", json!({})),
        ("empty-texts", json!({"externalApplicationUrl": "https://apply.example.com", "templateId": "x"})),
        ("department-in-capitals", json!({"department": null})),
        ("zone-of-a-dialog", json!({"timeZone": "Asia/Tokyo"})),
        ("blanks-around-e-mail", json!({"email": null})),
    ] {
        let form = all().find(|form| form.name == name).unwrap_or_else(|| panic!("{name} is no form"));
        let mut draft = draft(form.kind, &with);
        let before = draft.text();
        assert!(!form.apply(&mut draft), "{name}");
        assert_eq!(draft.text(), before, "{name}");
    }
}
