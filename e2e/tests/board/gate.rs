//! Stands between transfer and the board. Each call is numbered, and goes wrong as the plan says.

use std::{
    collections::BTreeMap,
    io::{Read as _, Write as _},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    process::Command,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// What goes wrong with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Accident {
    /// transfer is killed before the board hears of the call.
    KilledBefore,
    /// transfer is killed when the board has done it.
    KilledAfter,
    /// The connection breaks before the board hears of the call.
    LostBefore,
    /// The connection breaks when the board has done it.
    LostAfter,
    /// The board has done it, and the answer is a web page.
    Garbled,
    /// The board does nothing, and the answer is this.
    Instead(&'static str),
}

pub(crate) const REFUSED: Accident = Accident::Instead("200 OK\r\n\r\n{\"result\":\"error\"}");
pub(crate) const REFUSED_500: Accident = Accident::Instead("500 Internal Server Error\r\n\r\n{\"result\":\"error\"}");
pub(crate) const PAGE: Accident = Accident::Instead("200 OK\r\n\r\n<h1>Maintenance</h1>");
pub(crate) const AWAY: Accident = Accident::Instead("503 Service Unavailable\r\n\r\n");
pub(crate) const BAD_GATEWAY: Accident = Accident::Instead("502 Bad Gateway\r\n\r\n<h1>Bad gateway</h1>");

/// All of them.
pub(crate) const ACCIDENTS: [Accident; 10] = [
    Accident::KilledBefore,
    Accident::KilledAfter,
    Accident::LostBefore,
    Accident::LostAfter,
    Accident::Garbled,
    REFUSED,
    REFUSED_500,
    PAGE,
    AWAY,
    BAD_GATEWAY,
];

/// A gate on a free port. Its threads end with the test's process.
#[derive(Debug, Clone)]
pub(crate) struct Gate {
    pub(crate) address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    /// By the number of the call, from 0.
    plan: BTreeMap<usize, Accident>,
    /// First lines of the calls so far.
    calls: Vec<String>,
    /// Whom to kill.
    process: Option<u32>,
}

impl Gate {
    /// Before this board.
    pub(crate) fn before(board: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let gate = Self { address: listener.local_addr().unwrap(), state: Arc::default() };
        let (shared, board) = (gate.clone(), board.to_owned());
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let (gate, board) = (shared.clone(), board.clone());
                // whatever breaks is seen by its two ends
                std::thread::spawn(move || drop(gate.pass(client, &board)));
            }
        });
        gate
    }

    /// From now on calls are numbered from 0 again, and these go wrong.
    pub(crate) fn plan(&self, accidents: impl IntoIterator<Item = (usize, Accident)>) {
        *self.lock() = State { plan: accidents.into_iter().collect(), ..State::default() };
    }

    /// First lines of the calls since then.
    pub(crate) fn calls(&self) -> Vec<String> {
        self.lock().calls.clone()
    }

    /// Whether there are accidents to come.
    pub(crate) fn is_quiet(&self) -> bool {
        let state = self.lock();
        state.plan.keys().all(|number| *number < state.calls.len())
    }

    /// Whom to kill from now on.
    pub(crate) fn watch(&self, process: Option<u32>) {
        self.lock().process = process;
    }

    fn pass(&self, mut client: TcpStream, board: &str) -> std::io::Result<()> {
        let request = read_request(&mut client)?;
        let accident = self.accident(&request);
        match accident {
            Some(Accident::KilledBefore) => return self.kill(),
            Some(Accident::LostBefore) => return client.shutdown(Shutdown::Both),
            Some(Accident::Instead(answer)) => {
                let (head, body) = answer.split_once("\r\n\r\n").unwrap();
                let head = format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n", body.len());
                return client.write_all(&[head.as_bytes(), body.as_bytes()].concat());
            }
            _ => {}
        }
        let mut server = TcpStream::connect(board)?;
        server.write_all(&request)?;
        let mut answer = vec![0; 64 * 1024];
        let read = server.read(&mut answer)?;
        match accident {
            Some(Accident::KilledAfter) => self.kill(),
            Some(Accident::LostAfter) => client.shutdown(Shutdown::Both),
            Some(Accident::Garbled) => client.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
            _ => client.write_all(&answer[..read]),
        }
    }

    fn accident(&self, request: &[u8]) -> Option<Accident> {
        let mut state = self.lock();
        let line = request.split(|byte| *byte == b'\r').next().map(String::from_utf8_lossy).unwrap_or_default();
        let number = state.calls.len();
        state.calls.push(line.into_owned());
        state.plan.get(&number).copied()
    }

    /// Kills it, once it is known.
    fn kill(&self) -> std::io::Result<()> {
        loop {
            if let Some(process) = self.lock().process {
                Command::new("kill").arg("-KILL").arg(process.to_string()).status()?;
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Head and body.
fn read_request(client: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let (mut request, mut buffer) = (Vec::new(), [0; 16 * 1024]);
    loop {
        let read = client.read(&mut buffer)?;
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        request.extend_from_slice(&buffer[..read]);
        let Some(end) = request.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&request[..end]).to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
        if request.len() >= end + 4 + length.unwrap_or(0) {
            return Ok(request);
        }
    }
}
