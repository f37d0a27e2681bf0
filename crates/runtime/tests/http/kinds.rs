//! Clients for calls that must not be made twice, and for addresses that strangers have written down.

use runtime::http::{HttpClient, HttpError, HttpOptions};

use crate::{
    PATIENT, PROGRAM,
    server::{Server, answer},
};

const OPTIONS: HttpOptions =
    HttpOptions { timeout: std::time::Duration::from_secs(2), retry_budget: PATIENT, only_plain: true };

#[tokio::test]
async fn a_private_address_is_not_asked_under_any_name() {
    let server = Server::start(vec![answer(200, "", "inside"); 2]).await;
    let by_name = server.url("/x").as_str().replace("127.0.0.1", "localhost");
    let client = HttpClient::public(&PROGRAM, OPTIONS, &[]).unwrap();
    for url in [server.url("/x").as_str(), &by_name] {
        let error = client.get(url.parse().unwrap()).answer().await.unwrap_err();
        assert!(matches!(error, HttpError::Private { .. }) && error.is_final(), "{url}: {error:?}");
        assert!(client.get(url.parse().unwrap()).send().await.is_err());
    }
    assert_eq!(server.requests(), [] as [&str; 0]);
    let but_for = ["127.0.0.1".to_owned(), "localhost".to_owned()];
    let client = HttpClient::public(&PROGRAM, OPTIONS, &but_for).unwrap();
    for url in [server.url("/x").as_str(), &by_name] {
        assert_eq!(client.get(url.parse().unwrap()).answer().await.unwrap().body, b"inside");
    }
}

#[tokio::test]
async fn a_long_answer_is_not_read_to_its_end() {
    let server = Server::start(vec![answer(200, "", "0123456789"); 2]).await;
    let client = HttpClient::careful(&PROGRAM, OPTIONS).unwrap();
    assert_eq!(client.get(server.url("/x")).within(10).answer().await.unwrap().body, b"0123456789");
    let error = client.get(server.url("/x")).within(9).answer().await.unwrap_err();
    assert!(matches!(error, HttpError::TooLarge { limit: 9, .. }) && error.may_have_arrived(), "{error:?}");
}

#[tokio::test]
async fn nobody_knows_whether_a_call_arrived_whose_answer_is_missing() {
    let client = HttpClient::careful(&PROGRAM, OPTIONS).unwrap();
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
