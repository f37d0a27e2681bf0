//! Clients for calls that must not be made twice, and for addresses that strangers have written down.

use rig::http::{Answer, Server};
use runtime::http::{GaveUp, HttpClient, HttpError, HttpOptions, Next};
use tokio_util::sync::CancellationToken;

use crate::{PATIENT, PROGRAM, answer, url};

fn options() -> HttpOptions {
    let timeout = std::time::Duration::from_secs(2);
    HttpOptions {
        timeout,
        retry_budget: PATIENT,
        only_plain: true,
        shutdown: CancellationToken::new(),
        tries_once: false,
    }
}

#[tokio::test]
async fn a_private_address_is_not_asked_under_any_name() {
    let server = Server::of_script(vec![answer(200, "", "inside"); 2]);
    let by_name = url(&server, "/x").as_str().replace("127.0.0.1", "localhost");
    let client = HttpClient::public(&PROGRAM, options(), &[]).unwrap();
    for url in [url(&server, "/x").as_str(), &by_name] {
        let error = client.get(url.parse().unwrap()).answer().await.unwrap_err();
        assert!(matches!(error, HttpError::Private { .. }) && error.is_final(), "{url}: {error:?}");
        assert!(client.get(url.parse().unwrap()).send().await.is_err());
    }
    assert!(server.requests().is_empty());
    let but_for = ["127.0.0.1".to_owned(), "localhost".to_owned()];
    let client = HttpClient::public(&PROGRAM, options(), &but_for).unwrap();
    for url in [url(&server, "/x").as_str(), &by_name] {
        assert_eq!(client.get(url.parse().unwrap()).answer().await.unwrap().body, b"inside");
    }
}

#[tokio::test]
async fn a_long_answer_is_not_read_to_its_end() {
    let server = Server::of_script(vec![answer(200, "", "0123456789"); 2]);
    let client = HttpClient::careful(&PROGRAM, options()).unwrap();
    assert_eq!(client.get(url(&server, "/x")).within(10).answer().await.unwrap().body, b"0123456789");
    let error = client.get(url(&server, "/x")).within(9).answer().await.unwrap_err();
    assert!(matches!(error, HttpError::TooLarge { limit: 9, .. }) && error.may_have_arrived(), "{error:?}");
}

#[tokio::test]
async fn nobody_knows_whether_a_call_arrived_whose_answer_is_missing() {
    let client = HttpClient::careful(&PROGRAM, options()).unwrap();
    let nobody = client.get("http://127.0.0.1:9/".parse().unwrap()).answer().await.unwrap_err();
    assert!(!nobody.may_have_arrived(), "{nobody:?}");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (answered, _) = tokio::join!(client.get(url.parse().unwrap()).answer(), async {
        let (mut stream, _) = listener.accept().await.unwrap();
        tokio::io::AsyncReadExt::read(&mut stream, &mut [0; 1024]).await.unwrap()
    });
    assert!(answered.unwrap_err().may_have_arrived());
}

/// What is waited for: the answer to one that may be repeated, the pause before the next try, the answer to one that may not.
#[tokio::test]
async fn every_wait_ends_with_the_signal() {
    let shutdown = CancellationToken::new();
    let silent = || HttpOptions {
        timeout: std::time::Duration::from_mins(5),
        retry_budget: std::time::Duration::from_hours(1),
        shutdown: shutdown.clone(),
        ..options()
    };
    let server = Server::start(|request| match request.path() {
        "/later" => answer(429, "retry-after: 300\r\n", ""),
        _ => Answer::silence(),
    });
    let (client, careful) =
        (HttpClient::new(&PROGRAM, silent()).unwrap(), HttpClient::careful(&PROGRAM, silent()).unwrap());
    let first = tokio::spawn(client.get(url(&server, "/")).send());
    while server.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    shutdown.cancel();
    let stopped = |error: &HttpError| matches!(error, HttpError::Stopped { .. }) && !error.is_final();
    assert!(stopped(&first.await.unwrap().unwrap_err()));
    assert!(
        stopped(&client.get(url(&server, "/later")).send().await.unwrap_err()),
        "the pause of five minutes is not begun"
    );
    let lost = careful.call(reqwest::Method::POST, url(&server, "/")).answer().await.unwrap_err();
    assert!(stopped(&lost) && lost.may_have_arrived(), "{lost:?}");
    let again = client.retry(|_| std::future::ready(Err::<(), _>("away")), |_, _| Next::Wait(None)).await;
    assert_eq!(again, Err(GaveUp::Stopped), "a pause that begins after the signal");
}
