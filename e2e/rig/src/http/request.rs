//! What a server was asked.

use std::{io::Read as _, net::TcpStream};

use url::Url;

#[derive(Debug, Clone)]
pub struct Request {
    pub method: String,
    pub body: Vec<u8>,
    /// Host and scheme are made up: a request names neither.
    target: Url,
    headers: Vec<(String, String)>,
    head: Vec<u8>,
}

impl Request {
    pub fn path(&self) -> &str {
        self.target.path()
    }

    pub fn query(&self) -> &str {
        self.target.query().unwrap_or_default()
    }

    pub fn parameter(&self, name: &str) -> Option<String> {
        self.target.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// `GET /path HTTP/1.1`.
    pub fn first_line(&self) -> String {
        let line = self.head.split(|byte| *byte == b'\r').next().unwrap_or_default();
        String::from_utf8_lossy(line).into_owned()
    }

    /// As it came, to be passed on.
    pub fn bytes(&self) -> Vec<u8> {
        [&self.head[..], &self.body].concat()
    }

    /// None when the connection ends before all of it has come.
    pub(crate) fn read(stream: &mut TcpStream) -> Option<Self> {
        let (mut head, mut byte) = (Vec::new(), [0]);
        while !head.ends_with(b"\r\n\r\n") {
            if stream.read(&mut byte).ok()? == 0 {
                return None;
            }
            head.extend(byte);
        }
        let text = String::from_utf8_lossy(&head).into_owned();
        let mut lines = text.lines();
        let mut first = lines.next()?.split(' ');
        let (method, target) = (first.next()?.to_owned(), format!("http://server{}", first.next()?));
        let headers = lines.filter_map(|line| line.split_once(':'));
        let headers = headers.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect();
        let mut request = Self { method, body: Vec::new(), target: target.parse().ok()?, headers, head };
        let length = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        request.body = vec![0; length];
        stream.read_exact(&mut request.body).ok()?;
        Some(request)
    }
}
