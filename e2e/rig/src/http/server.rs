//! A server that sends what it is told.

use std::{
    collections::VecDeque,
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use super::{answer::Answer, request::Request};

/// Listens on a free port until it is dropped.
#[derive(Debug)]
pub struct Server {
    /// Host and port.
    pub address: String,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    is_over: AtomicBool,
    requests: Mutex<Vec<Request>>,
}

impl Shared {
    fn requests(&self) -> MutexGuard<'_, Vec<Request>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Server {
    /// Asks `answer` for each request, on a thread of its own.
    pub fn start(answer: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        let (listener, address) = listen();
        let shared = Arc::<Shared>::default();
        let (answer, of_listener) = (Arc::new(answer), Arc::clone(&shared));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if of_listener.is_over.load(Ordering::Relaxed) {
                    return;
                }
                let Ok(mut stream) = stream else { continue };
                let (answer, shared) = (Arc::clone(&answer), Arc::clone(&of_listener));
                std::thread::spawn(move || {
                    if let Some(request) = Request::read(&mut stream) {
                        shared.requests().push(request.clone());
                        answer(&request).send(&mut stream);
                    }
                });
            }
        });
        Self { address, shared }
    }

    /// Gives these answers, one a request. Whoever asks after the last one finds that the connection breaks.
    pub fn of_script(answers: impl IntoIterator<Item = Answer>) -> Self {
        let script = Mutex::new(answers.into_iter().collect::<VecDeque<_>>());
        Self::start(move |_| script.lock().unwrap_or_else(PoisonError::into_inner).pop_front().unwrap_or_default())
    }

    /// Its address, without a path.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it was asked so far, in the order in which it was.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.requests().clone()
    }

    /// What it was asked since the last time.
    pub fn take_requests(&self) -> Vec<Request> {
        std::mem::take(&mut self.shared.requests())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Relaxed);
        // wakes the listener up
        let _ = TcpStream::connect(&self.address);
    }
}

/// A free port, and its host and port.
pub(crate) fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("a socket has an address");
    (listener, address.to_string())
}

/// An address where nobody listens.
pub fn nobody() -> String {
    listen().1
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read as _, Write as _},
        time::Duration,
    };

    use super::{super::Gate, *};

    fn ask(server: &Server, request: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&server.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        stream
    }

    fn said(mut stream: TcpStream) -> String {
        let mut said = String::new();
        stream.read_to_string(&mut said).unwrap();
        said
    }

    const GET: &str = "GET /x?a=b%20c HTTP/1.1\r\nHost: h\r\n\r\n";

    #[test]
    fn a_script_is_said_answer_by_answer_and_then_the_connection_breaks() {
        let whole = Answer::whole("200 OK", &[("x", "y")], "body");
        let server = Server::of_script([whole, Answer::raw("no HTTP")]);
        let expected = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 4\r\nx: y\r\n\r\nbody";
        assert_eq!([(); 3].map(|()| said(ask(&server, GET))), [expected, "no HTTP", ""]);
        assert_eq!(server.requests().len(), 3);
    }

    #[test]
    fn a_request_is_read_whole() {
        let server = Server::start(|request| Answer::whole("200 OK", &[], request.bytes()));
        let post = "POST /y HTTP/1.1\r\nContent-Length: 4\r\nX-Key:k\r\n\r\nbody";
        assert!(said(ask(&server, post)).ends_with(&format!("\r\n\r\n{post}")));
        said(ask(&server, GET));
        let requests = server.take_requests();
        assert_eq!((&*requests[0].method, &requests[0].body[..]), ("POST", &b"body"[..]));
        assert_eq!((requests[0].header("x-key"), requests[0].first_line().as_str()), (Some("k"), "POST /y HTTP/1.1"));
        assert_eq!((requests[1].path(), requests[1].query()), ("/x", "a=b%20c"));
        assert_eq!(requests[1].parameter("a").as_deref(), Some("b c"));
        assert!(server.requests().is_empty());
    }

    #[test]
    fn an_answer_stops_at_a_gate_and_silence_lasts_until_the_client_goes() {
        let gate = Gate::default();
        let server =
            Server::of_script([Answer::raw("half").then_wait(&gate).then_send(" and half"), Answer::silence()]);
        let mut stream = ask(&server, GET);
        gate.wait_until_reached();
        let mut first = [0; 4];
        stream.read_exact(&mut first).unwrap();
        gate.open();
        assert_eq!((&first, said(stream).as_str()), (b"half", " and half"));
        let mut silent = ask(&server, GET);
        silent.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
        assert!(silent.read(&mut [0]).is_err(), "neither a word nor the end");
    }

    #[test]
    fn who_does_not_read_is_cut_off() {
        let patience = Duration::from_millis(300);
        let server = Server::start(move |_| Answer::while_read(vec![b'x'; 32 << 20], patience));
        let length = |mut stream: TcpStream| std::io::copy(&mut stream, &mut std::io::sink()).unwrap_or_default();
        assert_eq!(length(ask(&server, GET)), 32 << 20);
        let unread = ask(&server, GET);
        std::thread::sleep(4 * patience);
        assert!(length(unread) < 32 << 20);
    }

    #[test]
    fn nobody_listens_when_it_is_gone() {
        let server = Server::of_script([]);
        let address = server.address.clone();
        drop(server);
        for address in [address, nobody()] {
            let begun = std::time::Instant::now();
            while TcpStream::connect(&address).is_ok() {
                assert!(begun.elapsed() < Duration::from_secs(5), "{address} still listens");
            }
        }
    }
}
