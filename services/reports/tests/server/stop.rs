//! It ends soon after it is told to, whatever it is at, and clocks may be anywhere.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::{Duration, SystemTime},
};

use reqwest::StatusCode;
use tar::EntryType;

use crate::fixture::{Reports, TOKEN, archive, entry, leftovers, page, until};

fn send(reports: &Reports, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(&reports.address).unwrap();
    stream.write_all(text.as_bytes()).unwrap();
    stream
}

#[tokio::test]
async fn an_upload_does_not_keep_it() {
    let folder = tempfile::tempdir().unwrap();
    let reports = Reports::start(folder.path(), &[]);
    let head = format!("PUT /bundle HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nAuthorization: Bearer {TOKEN}\r\n\r\n");
    let mut upload = send(&reports, &head);
    until("it arrives", async || !leftovers(folder.path()).is_empty()).await;
    assert!(reports.terminate().await.success());
    assert_eq!(leftovers(folder.path()), Vec::<String>::new());
    let mut said = String::new();
    let _ = upload.read_to_string(&mut said);
    assert!(said.starts_with("HTTP/1.1 503 "), "{said}");
}

#[tokio::test]
async fn a_bundle_that_is_unpacked_does_not_keep_it() {
    let folder = tempfile::tempdir().unwrap();
    let reports = Reports::start(folder.path(), &[]);
    let bundle = archive(vec![page("x"), entry(EntryType::Regular, "zeros", &vec![0; 400 << 20])]);
    let head = format!(
        "PUT /bundle HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\nAuthorization: Bearer {TOKEN}\r\n\r\n",
        bundle.len()
    );
    let mut upload = send(&reports, &head);
    upload.write_all(&bundle).unwrap();
    until("it is unpacked", async || leftovers(folder.path()).len() > 1).await;
    assert!(reports.terminate().await.success());
    assert!(leftovers(folder.path()).is_empty() && std::fs::read_link(folder.path().join("pages/current")).is_err());
}

#[tokio::test]
async fn a_reader_who_is_slow_does_not_keep_it() {
    let folder = tempfile::tempdir().unwrap();
    let reports = Reports::start(folder.path(), &[]);
    let large = vec![b'x'; 40 << 20];
    assert_eq!(reports.put(archive(vec![page("x"), entry(EntryType::Regular, "large", &large)])).await, StatusCode::OK);
    let mut slow = send(&reports, "GET /dbt/large HTTP/1.1\r\nHost: x\r\n\r\n");
    slow.read_exact(&mut [0; 100]).unwrap();
    let idle = send(&reports, "");
    assert!(reports.terminate().await.success());
    drop((slow, idle));
}

#[tokio::test]
async fn pages_are_shown_though_the_clock_was_put_back() {
    let folder = tempfile::tempdir().unwrap();
    let reports = Reports::start(folder.path(), &[]);
    assert_eq!(reports.put(archive(vec![page("docs")])).await, StatusCode::OK);
    let bundle = std::fs::canonicalize(folder.path().join("pages/current")).unwrap();
    let file = std::fs::File::open(&bundle).unwrap();
    let future = SystemTime::UNIX_EPOCH + Duration::from_hours(2_500_000);
    file.set_modified(future).unwrap();
    assert_eq!(reports.get("/").await.0, StatusCode::OK);
    assert_eq!(reports.since(TOKEN).await, (StatusCode::OK, true));
    file.set_modified(SystemTime::UNIX_EPOCH - Duration::from_secs(1)).unwrap();
    assert_eq!(reports.get("/").await.0, StatusCode::OK);
    assert_eq!(reports.since(TOKEN).await, (StatusCode::OK, false));
    // what a browser has of before is told apart by its ETag, and not by a date that lies ahead
    let request = "GET /dbt/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\nIf-Modified-Since: Wed, 01 Jan 2255 00:00:00 GMT\r\n\r\n";
    let mut said = String::new();
    send(&reports, request).read_to_string(&mut said).unwrap();
    assert!(said.starts_with("HTTP/1.1 200 ") && said.to_lowercase().contains("\r\netag: "), "{said}");
}
