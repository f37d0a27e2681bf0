//! The dashboard by the real program: what it shows of a bundle, of none, and after a build that has failed.

use std::{fs, path::Path};

use reqwest::{Method, StatusCode, header::HeaderMap};
use tar::EntryType;

use crate::fixture::{Reports, TOKEN, archive, entry, page, until};

const FIGURES: [&str; 14] = [
    "numbers",
    "weekly",
    "daily",
    "postings",
    "places",
    "postings-per-day",
    "sources",
    "funnel",
    "durations",
    "closed",
    "times-to-hire",
    "open",
    "reasons",
    "quality",
];

/// What dbt has handed over for a world of three vacancies, changed in a file where one is named.
fn bundle(changed: Option<(&str, &str, &str)>) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bundle/data");
    let mut entries = vec![page("docs")];
    for file in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let (name, mut text) = (file.file_name().into_string().unwrap(), fs::read_to_string(file.path()).unwrap());
        if let Some((_, from, to)) = changed.filter(|(wanted, ..)| name == *wanted) {
            assert!(text.contains(from), "{name} has no {from}");
            text = text.replace(from, to);
        }
        entries.push(entry(EntryType::Regular, &format!("data/{name}"), text.as_bytes()));
    }
    archive(entries)
}

async fn asked(reports: &Reports, path: &str) -> (StatusCode, HeaderMap, String) {
    let answer = reports.ask(Method::GET, path, "", Vec::new()).await;
    (answer.status(), answer.headers().clone(), answer.text().await.unwrap())
}

async fn shown(reports: &Reports, path: &str) -> String {
    let (status, _, text) = asked(reports, path).await;
    assert_eq!(status, StatusCode::OK, "{path}: {text}");
    text
}

#[tokio::test]
async fn it_is_there_before_any_number_is() {
    let folder = tempfile::tempdir().unwrap();
    let reports = Reports::start(folder.path(), &[("REPORT_LANGUAGE", "de")]);
    for (path, expected) in [
        ("/", "Es wurden noch keine Zahlen übergeben"),
        ("/dashboard", "Es wurden noch keine Zahlen übergeben"),
        ("/?lang=en", "No numbers have been handed over yet"),
        ("/dashboard?lang=nl", "Er zijn nog geen getallen overgedragen"),
    ] {
        let text = shown(&reports, path).await;
        assert!(text.contains(expected), "{path}: {text}");
    }
    assert_eq!(asked(&reports, "/dashboard/weekly.csv").await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_bundle_is_shown_as_charts_tables_and_files_in_every_language() {
    let folder = tempfile::tempdir().unwrap();
    let reports = Reports::start(folder.path(), &[]);
    assert_eq!(reports.put(bundle(None)).await, StatusCode::OK);
    until("the marts are read", async || shown(&reports, "/dashboard").await.contains("As of 2 Feb 2026")).await;
    for language in ["de", "en", "nl"] {
        let (_, headers, text) = asked(&reports, &format!("/?lang={language}")).await;
        assert!(text.contains(&format!("<html lang=\"{language}\">")), "{text}");
        assert!(headers["vary"].to_str().unwrap().to_lowercase().contains("accept-language"), "{headers:?}");
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("form-action 'self'"), "{policy}");
        assert!(!policy.contains("unsafe") && !text.contains("<script") && !text.contains("style="), "{policy}");
        for figure in FIGURES {
            assert!(text.contains(&format!("<figure id=\"{figure}\"")), "{language}: {figure}");
            let (status, headers, csv) = asked(&reports, &format!("/dashboard/{figure}.csv?lang={language}")).await;
            assert_eq!(
                (status, headers["content-type"].to_str().unwrap().starts_with("text/csv")),
                (StatusCode::OK, true)
            );
            assert!(csv.starts_with('\u{feff}') && csv.ends_with("\r\n"), "{figure}: {csv:?}");
            let named = format!("filename=\"{figure}-2026-02-02.csv\"");
            assert!(headers["content-disposition"].to_str().unwrap().ends_with(&named), "{headers:?}");
        }
    }
    assert_eq!(asked(&reports, "/dashboard/none.csv").await.0, StatusCode::NOT_FOUND);
    let weekly = shown(&reports, "/dashboard/weekly.csv?period=all").await;
    let lines: Vec<&str> = weekly.trim_start_matches('\u{feff}').split("\r\n").collect();
    assert_eq!(lines[0], "Week,Monday,Applications,Change,Remark");
    assert!(lines.iter().any(|line| line.starts_with("W6 2026,2026-02-02,7,")), "{lines:?}");
    // of those of another place there are none
    let weekly = shown(&reports, "/dashboard/weekly.csv?period=all&city=Nowhere").await;
    assert!(weekly.contains("W6 2026,2026-02-02,0,"), "{weekly}");
}

#[tokio::test]
async fn what_strangers_ask_does_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let reports = Reports::start(folder.path(), &[]);
    let hostile = ("dim_posting.json", "Nurse", "<img src=x>\\u0000\\u202e=1+1");
    assert_eq!(reports.put(bundle(Some(hostile))).await, StatusCode::OK);
    until("the marts are read", async || shown(&reports, "/dashboard").await.contains("As of")).await;
    for query in [
        "city=%3Cscript%3Ealert(1)%3C/script%3E&department=%22%20onload=%22x",
        "lang=%00&period=9999999999999999999999&week=99999-01-01&type=%ff%fe",
        "city[]=1&city=&&=&source=%E2%80%AE",
    ] {
        let text = shown(&reports, &format!("/dashboard?{query}")).await;
        assert!(!text.contains("<script") && !text.contains("<img") && !text.contains("\" onload"), "{query}: {text}");
        assert!(!text.contains('\0') && !text.contains('\u{202e}'), "{query}");
    }
    let many = "city=a&".repeat(500);
    assert_eq!(asked(&reports, &format!("/dashboard?{many}")).await.0, StatusCode::OK);
    let long = "a".repeat(5000);
    assert_eq!(asked(&reports, &format!("/dashboard?city={long}")).await.0, StatusCode::URI_TOO_LONG);
    let csv = shown(&reports, "/dashboard/postings.csv").await;
    assert!(csv.contains("<img src=x>") && !csv.contains('\0') && !csv.contains('\u{202e}'), "{csv}");
}

#[tokio::test]
async fn a_failed_build_and_marts_that_cannot_be_read_are_said_beside_the_last_good_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let reports = Reports::start(folder.path(), &[]);
    assert_eq!(reports.put(bundle(None)).await, StatusCode::OK);
    until("the marts are read", async || shown(&reports, "/dashboard").await.contains("As of 2 Feb 2026")).await;
    let failed = r#"{"version": 1, "finished": "2026-02-03T04:05:06Z", "outcome": "failed",
        "error": "1 models or tests failed", "failed": ["not_null_<x>"], "warned": ["dashboard_is_fresh"]}"#;
    let told = reports.ask(Method::PUT, "/build", TOKEN, failed.as_bytes().to_vec()).await;
    assert_eq!(told.status(), StatusCode::OK);
    let text = shown(&reports, "/").await;
    for part in [
        "The last build of the numbers, 2026-02-03 04:05 UTC, failed: 1 models or tests failed",
        "Failed: not_null_&lt;x&gt;.",
        "Tests that warn: dashboard_is_fresh.",
        "those of the last good build",
        "As of 2 Feb 2026",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let good = failed.replace("\"failed\",", "\"succeeded\",").replace("[\"not_null_<x>\"]", "[]");
    reports.ask(Method::PUT, "/build", TOKEN, good.into_bytes()).await;
    assert!(!shown(&reports, "/").await.contains("The last build of the numbers"));
    let broken = ("fct_funnel.json", "\"rows\":", "\"rows_\":");
    assert_eq!(reports.put(bundle(Some(broken))).await, StatusCode::OK);
    until("it is said", async || shown(&reports, "/dashboard").await.contains("cannot be read: ")).await;
    let text = shown(&reports, "/dashboard").await;
    assert!(text.contains("fct_funnel.json") && text.contains("As of 2 Feb 2026"), "{text}");
    assert_eq!(reports.put(bundle(None)).await, StatusCode::OK);
    until("it is mended", async || !shown(&reports, "/dashboard").await.contains("cannot be read: ")).await;
}

#[tokio::test]
async fn the_reader_s_language_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let reports = Reports::start(folder.path(), &[]);
    for path in ["/", "/dashboard", "/runs", "/dbt/", "/dashboard/none.csv"] {
        for (query, expected) in [("", "en"), ("?lang=de", "de"), ("?lang=nl&lang=de", "de"), ("?lang=xx", "en")] {
            let text = asked(&reports, &format!("{path}{query}")).await.2;
            assert!(text.contains(&format!("<html lang=\"{expected}\">")), "{path}{query}: {text}");
        }
    }
}
