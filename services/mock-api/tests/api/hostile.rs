//! What nobody should send: it is refused, changes nothing, and the mock lives on.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    process::Command,
    time::Duration,
};

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::harness::{MEDIUM, Mock, json as parsed};

/// Connections that are held open at once, where the limit of open files allows it.
const HELD: usize = 10_000;

/// Sends these bytes and gives what comes back before the connection ends, or says nothing for a while.
fn raw(mock: &Mock, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(&mock.address).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(2))).expect("a timeout");
    // an error means that it has hung up already, which it may
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let _ = stream.take(4096).read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// It answers as before, and has told nobody of a panic.
async fn lives_on(mock: &Mock) {
    assert_eq!(mock.get("/readyz").await.status(), StatusCode::OK);
    assert!(!mock.postings(MEDIUM).await.is_empty());
    assert!(!mock.log().contains("panicked"), "{}", mock.log());
}

#[tokio::test]
async fn bodies_that_are_too_large_too_deep_or_no_text() {
    let mock = Mock::start(&[("MOCK_BOARD_MAX_BYTES", "100000")]).await;
    let large = mock.post("/api/job/create", "application/json", vec![b' '; 100_001]).await;
    assert_eq!(large.status(), StatusCode::PAYLOAD_TOO_LARGE);
    for body in ["[".repeat(90_000).into_bytes(), b"{\"account\":\"\xff\xfe\"}".to_vec(), Vec::new()] {
        let answer = mock.post("/api/job/create", "application/json", body.clone()).await;
        assert_eq!(parsed(answer).await, json!({"result": "error"}));
        assert_eq!(mock.put("/_mock/faults", body).await.status(), StatusCode::BAD_REQUEST);
    }
    let large = mock.put("/_mock/faults", vec![b' '; 3_000_000]).await;
    assert_eq!(large.status(), StatusCode::PAYLOAD_TOO_LARGE);
    lives_on(&mock).await;
}

#[tokio::test]
async fn methods_and_paths_that_do_not_exist() {
    let mock = Mock::start(&[]).await;
    for (method, path) in [
        (Method::DELETE, "/v1/acme/postings"),
        (Method::PATCH, "/api/job/create"),
        (Method::POST, "/api/job/publish/58089674d3fa73a0a457b72c"),
        (Method::from_bytes(b"BREW").expect("a method"), "/v1/acme/postings"),
    ] {
        let status = mock.send(method.clone(), path, &[("x-api-key", "k")]).await.status();
        assert!(
            status == StatusCode::METHOD_NOT_ALLOWED || status == StatusCode::NOT_FOUND,
            "{method} {path}: {status}"
        );
    }
    for path in [
        "/v1/acme/postings/../../../etc/passwd",
        "/v1/acme/postings/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/swagger-ui/..%2f..%2f..%2fetc%2fpasswd",
        "/swagger-ui/%00",
        "/v1/acme/postings/%ff%fe",
        "/v1//postings",
        "//etc/passwd",
        "/v1/acme/applications/find-by-date?from=%ff&from=2",
    ] {
        let answer = raw(
            &mock,
            format!("GET {path} HTTP/1.1\r\nHost: x\r\nx-api-key: k\r\nConnection: close\r\n\r\n").as_bytes(),
        );
        assert!(answer.starts_with("HTTP/1.1 ") && !answer.contains("root:"), "{path}: {answer}");
        assert!(!answer.starts_with("HTTP/1.1 5"), "{path}: {answer}");
    }
    lives_on(&mock).await;
}

#[tokio::test]
async fn what_is_no_http_at_all() {
    let mock = Mock::start(&[]).await;
    let long = format!("GET /v1/acme/{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(300_000));
    let headers = format!("GET / HTTP/1.1\r\n{}\r\n", "x-a: b\r\n".repeat(5_000));
    for bytes in [
        &b"\x16\x03\x01\x02\0\x01\0\x01\xfc"[..],
        b"GET",
        b"\0\0\0\0\r\n\r\n",
        b"POST /api/job/create HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /api/job/create HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n",
        long.as_bytes(),
        headers.as_bytes(),
    ] {
        let answer = raw(&mock, bytes);
        let is_refused = answer.starts_with("HTTP/1.1 4") || answer.ends_with(r#"{"result":"error"}"#);
        assert!(answer.is_empty() || is_refused, "{answer}");
    }
    lives_on(&mock).await;
}

/// Open files that this process may have, and so each that it starts.
fn open_files() -> usize {
    let said = Command::new("sh").args(["-c", "ulimit -n"]).output().expect("a shell").stdout;
    String::from_utf8_lossy(&said).trim().parse().unwrap_or(1024)
}

#[tokio::test]
async fn many_connections_that_say_nothing() {
    let mock = Mock::start(&[("MOCK_CONTROL", "false")]).await;
    // other tests have files open too
    let count = HELD.min(open_files() * 6 / 10);
    let held: Vec<TcpStream> = (0..count)
        .map(|_| {
            let mut stream = TcpStream::connect(&mock.address).expect("a connection");
            stream.write_all(b"GET /v1/acme/postings HTTP/1.1\r\nHost:").expect("it listens");
            stream
        })
        .collect();
    lives_on(&mock).await;
    assert_eq!(held.len(), count);
}
