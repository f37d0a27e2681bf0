//! Bundles that do not arrive: their place is free again, and nothing of them stays on disk.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use reqwest::StatusCode;

use crate::fixture::{Reports, TOKEN, archive, leftovers, page, until};

/// The beginning of an upload whose rest does not come by itself.
fn begin(reports: &Reports) -> TcpStream {
    let mut stream = TcpStream::connect(&reports.address).unwrap();
    let head = "PUT /bundle HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\nAuthorization: Bearer";
    write!(stream, "{head} {TOKEN}\r\n\r\nhalf").unwrap();
    stream
}

/// What the server says in the end.
async fn answer(mut stream: TcpStream) -> String {
    let read = move || {
        let mut said = String::new();
        // a connection that is reset after the answer has been read is as good as one that is closed
        let _ = stream.read_to_string(&mut said);
        said
    };
    tokio::task::spawn_blocking(read).await.unwrap()
}

#[tokio::test]
async fn one_that_stands_still_is_ended_and_makes_place() {
    let folder = tempfile::tempdir().unwrap();
    let reports = Reports::start(folder.path(), &[("REPORTS_UPLOAD_IDLE_SECONDS", "1")]);
    let silent = begin(&reports);
    until("it arrives", async || !leftovers(folder.path()).is_empty()).await;
    assert_eq!(reports.put(archive(vec![page("later")])).await, StatusCode::CONFLICT);
    let said = answer(silent).await;
    assert!(said.starts_with("HTTP/1.1 408 ") && said.contains("REPORTS_UPLOAD_IDLE_SECONDS"), "{said}");
    assert_eq!(reports.put(archive(vec![page("next")])).await, StatusCode::OK);
    assert_eq!((reports.shown().await, leftovers(folder.path())), ("next".to_owned(), Vec::new()));
}

#[tokio::test]
async fn one_that_trickles_is_ended_and_makes_place() {
    let folder = tempfile::tempdir().unwrap();
    let reports = Reports::start(folder.path(), &[("REPORTS_UPLOAD_SECONDS", "1")]);
    let slow = begin(&reports);
    let mut more = slow.try_clone().unwrap();
    std::thread::spawn(move || {
        while more.write_all(b"x").is_ok() {
            std::thread::sleep(Duration::from_millis(50));
        }
    });
    let said = answer(slow).await;
    assert!(said.starts_with("HTTP/1.1 408 ") && said.contains("REPORTS_UPLOAD_SECONDS"), "{said}");
    assert_eq!(reports.put(archive(vec![page("next")])).await, StatusCode::OK);
    assert_eq!((reports.shown().await, leftovers(folder.path())), ("next".to_owned(), Vec::new()));
}

#[tokio::test]
async fn one_that_breaks_off_or_is_reset_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let reports = Reports::start(folder.path(), &[]);
    for is_reset in [false, true] {
        assert_eq!(reports.put(archive(vec![page("good")])).await, StatusCode::OK);
        let stream = begin(&reports);
        until("it arrives", async || !leftovers(folder.path()).is_empty()).await;
        if is_reset {
            socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
        }
        drop(stream);
        until("it is gone", async || leftovers(folder.path()).is_empty()).await;
        assert_eq!(reports.shown().await, "good");
        assert_eq!(reports.put(archive(vec![page("better")])).await, StatusCode::OK, "reset: {is_reset}");
        assert_eq!(reports.shown().await, "better");
    }
}
