//! A server that gives the answers of its script, one a connection, and remembers what it was asked.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use url::Url;

pub(crate) struct Server {
    url: Url,
    requests: Arc<Mutex<Vec<String>>>,
}

/// What a connection gets.
#[derive(Clone)]
pub(crate) enum Answer {
    /// These bytes, and the end.
    Bytes(String),
    /// Nothing at all, until the client gives up.
    Silence,
}

/// A complete answer; `headers` end in line breaks.
pub(crate) fn answer(status: u16, headers: &str, body: &str) -> Answer {
    raw(status, &format!("{headers}content-length: {}\r\n", body.len()), body)
}

/// An answer whose headers are as given, whatever the body.
pub(crate) fn raw(status: u16, headers: &str, body: &str) -> Answer {
    Answer::Bytes(format!("HTTP/1.1 {status} X\r\nconnection: close\r\n{headers}\r\n{body}"))
}

pub(crate) fn redirect(to: &Url) -> Answer {
    answer(302, &format!("location: {to}\r\n"), "")
}

impl Server {
    pub(crate) async fn start(script: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        tokio::spawn(async move {
            for answer in script {
                let (connection, _) = listener.accept().await.unwrap();
                serve(connection, answer, &seen).await;
            }
        });
        Self { url, requests }
    }

    pub(crate) fn url(&self, path: &str) -> Url {
        self.url.join(path).unwrap()
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

async fn serve(mut connection: TcpStream, answer: Answer, seen: &Mutex<Vec<String>>) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if connection.read(&mut byte).await.unwrap_or(0) == 0 {
            break;
        }
        request.push(byte[0]);
    }
    seen.lock().unwrap().push(String::from_utf8_lossy(&request).to_lowercase());
    match answer {
        Answer::Bytes(answer) => {
            let _ = connection.write_all(answer.as_bytes()).await;
            let _ = connection.shutdown().await;
        }
        Answer::Silence => {
            // until the client hangs up
            let _ = connection.read(&mut [0]).await;
        }
    }
}
