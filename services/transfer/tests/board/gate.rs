//! Stands between transfer and the board. Each call is numbered, and goes wrong as the plan says.

use std::{
    collections::BTreeMap,
    io::{Read as _, Write as _},
    net::TcpStream,
    process::Command,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use rig::http::{Answer, Request, Server};

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

/// A gate on a free port.
#[derive(Debug)]
pub(crate) struct Gate {
    server: Server,
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
        let state = Arc::<Mutex<State>>::default();
        let (shared, board) = (Arc::clone(&state), board.to_owned());
        // a connection that breaks is seen by its two ends
        let server = Server::start(move |request| pass(request, &board, &shared).unwrap_or_default());
        Self { server, state }
    }

    pub(crate) fn url(&self) -> String {
        self.server.url()
    }

    /// From now on calls are numbered from 0 again, and these go wrong.
    pub(crate) fn plan(&self, accidents: impl IntoIterator<Item = (usize, Accident)>) {
        *lock(&self.state) = State { plan: accidents.into_iter().collect(), ..State::default() };
    }

    /// First lines of the calls since then.
    pub(crate) fn calls(&self) -> Vec<String> {
        lock(&self.state).calls.clone()
    }

    /// Whether there are accidents to come.
    pub(crate) fn is_quiet(&self) -> bool {
        let state = lock(&self.state);
        state.plan.keys().all(|number| *number < state.calls.len())
    }

    /// Whom to kill from now on.
    pub(crate) fn watch(&self, process: Option<u32>) {
        lock(&self.state).process = process;
    }
}

/// No answer: the connection breaks.
fn pass(request: &Request, board: &str, state: &Mutex<State>) -> Option<Answer> {
    let accident = lock(state).accident(request);
    match accident {
        Some(Accident::KilledBefore) => {
            kill(state);
            return None;
        }
        Some(Accident::LostBefore) => return None,
        Some(Accident::Instead(answer)) => {
            let (status, body) = answer.split_once("\r\n\r\n")?;
            return Some(Answer::whole(status, &[], body));
        }
        _ => {}
    }
    let mut server = TcpStream::connect(board).ok()?;
    server.write_all(&request.bytes()).ok()?;
    let mut answer = vec![0; 64 * 1024];
    let read = server.read(&mut answer).ok()?;
    match accident {
        Some(Accident::KilledAfter) => {
            kill(state);
            None
        }
        Some(Accident::LostAfter) => None,
        Some(Accident::Garbled) => Some(Answer::whole("200 OK", &[], "hello")),
        _ => Some(Answer::raw(&answer[..read])),
    }
}

impl State {
    fn accident(&mut self, request: &Request) -> Option<Accident> {
        self.calls.push(request.first_line());
        self.plan.get(&(self.calls.len() - 1)).copied()
    }
}

/// Kills it, once it is known.
fn kill(state: &Mutex<State>) {
    loop {
        if let Some(process) = lock(state).process {
            // an error means that there is no such program as kill: then it is not killed, and the test fails
            let _ = Command::new("kill").arg("-KILL").arg(process.to_string()).status();
            return;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn lock(state: &Mutex<State>) -> std::sync::MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
