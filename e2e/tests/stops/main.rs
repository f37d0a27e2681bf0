//! A program that waits, for whatever it may be, is gone within 5 s of SIGTERM, and says why: a person who has pressed Ctrl-C and a
//! node that is being drained wait no longer.

#![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]

use std::{
    io::Write as _,
    net::TcpStream,
    time::{Duration, Instant},
};

use e2e::tree;
use rig::{Ended, Mock, Program, http::Silence, mock::MEDIA};
use tempfile::TempDir;

/// What is promised.
const AT_MOST: Duration = Duration::from_secs(5);

/// A store in a folder of its own.
struct Place {
    folder: TempDir,
}

impl Place {
    /// With its schema, and with what a small mock has.
    fn filled(mock: &Mock) -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        place.program("migrate").run().must_succeed();
        place.ingest(&mock.address).with("EMPLY_CLOCK", "own").run().must_succeed();
        place
    }

    /// A file that is no store yet.
    fn bare() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::write(place.folder.path().join("store.db"), "").unwrap();
        place
    }

    fn program(&self, name: &str) -> Program {
        let url = format!("sqlite://{}", self.folder.path().join("store.db").display());
        Program::of_workspace(name)
            .with("LOG_FORMAT", "json")
            .with("DATABASE_URL", url)
            .with("DATABASE_WAIT_SECONDS", "600")
    }

    fn ingest(&self, address: &str) -> Program {
        self.program("ingest")
            .with("EMPLY_BASE_URL", format!("http://{address}"))
            .with("EMPLY_API_KEY", "any")
            .with("EMPLY_CUSTOMER", "acme")
            .with("EMPLY_CLOCK", "own")
            .with("EMPLY_TIMEOUT_SECONDS", "600")
            .with("EMPLY_MAX_RETRY_SECONDS", "6000")
            .with("EMPLY_MEDIA_IDS", MEDIA[0])
            .with("INGEST_START", "2025-12-01")
    }

    fn transfer(&self, address: &str) -> Program {
        self.program("transfer")
            .with("BOARD_BASE_URL", format!("http://{address}"))
            .with("BOARD_EMAIL", "jobs@example.org")
            .with("BOARD_PASSWORD", "h0peful-secret")
            .with("BOARD_TIMEOUT_SECONDS", "600")
            .with("TRANSFER_MAPPING_FILE", mapping())
    }

    fn export(&self, address: &str) -> Program {
        self.program("export")
            .with("PII_MODE", "keep")
            .with("WAREHOUSE_TYPE", "bigquery")
            .with("BIGQUERY_PROJECT", "p")
            .with("BIGQUERY_DATASET", "d")
            .with("BIGQUERY_ENDPOINT", format!("http://{address}"))
    }
}

fn mapping() -> String {
    tree::root().join("helm/emply-pipeline/files/mapping-for-the-mock.toml").display().to_string()
}

fn small_mock() -> Mock {
    Mock::start_with(&[("MOCK_POSTINGS", "3"), ("MOCK_APPLICATIONS", "5")])
}

/// Lets it wait, and stops it.
fn stop(program: Program, is_waiting: impl FnOnce()) -> Ended {
    let running = program.start();
    is_waiting();
    // it may be a moment from having asked to waiting for the answer
    std::thread::sleep(Duration::from_millis(300));
    let asked = Instant::now();
    running.terminate();
    let ended = running.wait();
    assert!(asked.elapsed() < AT_MOST, "gone after {:?}: {}{}", asked.elapsed(), ended.out, ended.err);
    ended
}

/// A run that is stopped has not done its work, and says so.
#[track_caller]
fn must_be_told(ended: &Ended) {
    assert_eq!(ended.code(), Some(1), "{}{}", ended.out, ended.err);
    let said = format!("{}{}", ended.out, ended.err);
    assert!(said.contains("stopped by a signal"), "{said}");
}

#[test]
fn who_waits_for_an_answer() {
    let mock = small_mock();
    let asks: [fn(&Place, &str) -> Program; 8] = [
        |place, address| place.ingest(address).argument("--adopt"),
        |place, address| place.ingest(address).argument("--adopt").argument("--reconcile"),
        |place, address| place.ingest(address).argument("check"),
        |place, address| place.transfer(address),
        |place, address| place.transfer(address).argument("check"),
        |place, address| place.transfer(address).argument("check").argument("--trial"),
        |place, address| place.export(address),
        |place, address| place.export(address).argument("check"),
    ];
    for ask in asks {
        let (place, silence) = (Place::filled(&mock), Silence::start());
        let ended = stop(ask(&place, &silence.address), || silence.wait_for_a_question());
        if ended.err.contains("the answer to `create` was lost") {
            // whether the board has it, only a person can find out
            assert_eq!(ended.code(), Some(2), "{}", ended.err);
            assert!(ended.err.contains("1 postings wait for a person from now on"), "{}", ended.err);
        } else {
            must_be_told(&ended);
        }
    }
}

#[test]
fn who_waits_for_the_rest_of_an_answer() {
    let (place, silence) = (Place::filled(&small_mock()), Silence::after("HTTP/1.1 200 OK\r\n\r\n[{\"vacancyId\":"));
    must_be_told(&stop(place.ingest(&silence.address).argument("--adopt"), || silence.wait_for_a_question()));
    let silence = Silence::after("HTTP/1.1 200 OK\r\n\r\n ");
    must_be_told(&stop(place.ingest(&silence.address).argument("check"), || silence.wait_for_a_question()));
}

#[test]
fn who_waits_before_asking_again() {
    let place = Place::filled(&small_mock());
    let busy = Silence::after("HTTP/1.1 429 Too Many Requests\r\nretry-after: 300\r\ncontent-length: 0\r\n\r\n");
    must_be_told(&stop(place.ingest(&busy.address).argument("--adopt"), || busy.wait_for_a_question()));
    let place = Place::filled(&small_mock());
    let busy = Silence::after("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n");
    must_be_told(&stop(place.export(&busy.address), || busy.wait_for_a_question()));
}

#[test]
fn who_waits_for_a_database() {
    let silence = Silence::start();
    let programs: [fn(&Place, &str) -> Program; 7] = [
        |place, _| place.program("migrate"),
        |place, _| place.program("migrate").argument("check"),
        |place, address| place.ingest(address),
        |place, address| place.ingest(address).argument("check"),
        |place, address| place.ingest(address).argument("runs"),
        |place, address| place.transfer(address).argument("plan"),
        |place, address| place.export(address),
    ];
    for program in programs {
        let (place, silence) = (Place::bare(), Silence::start());
        let url = format!("postgres://user:hush@{}/db", silence.address);
        let program = program(&place, &silence.address).with("DATABASE_URL", url);
        must_be_told(&stop(program, || silence.wait_for_a_connection()));
    }
    // the schema of a file that has none yet
    for arguments in [&["runs"][..], &["fresh", "--max-age", "1h"], &["forget", "--suppressed", "/dev/null"], &[]] {
        let place = Place::bare();
        let program =
            arguments.iter().fold(place.ingest(&silence.address), |program, argument| program.argument(*argument));
        let program = program.with("PII_KEY", "a-long-random-secret");
        must_be_told(&stop(program, || std::thread::sleep(Duration::from_secs(1))));
    }
}

#[test]
fn who_waits_for_another_one() {
    let (place, silence) = (Place::filled(&small_mock()), Silence::start());
    let mut first = place.ingest(&silence.address).argument("--adopt").start();
    silence.wait_for_a_question();
    assert!(first.is_running());
    let second = place.ingest(&silence.address).argument("--reconcile").argument("--wait").argument("1h");
    must_be_told(&stop(second, || std::thread::sleep(Duration::from_secs(1))));
    assert!(first.is_running());
}

/// Servers are stopped in the middle of a request that does not end.
#[test]
fn who_serves() {
    let folder = tempfile::tempdir().unwrap();
    let servers = [
        Program::of_workspace("mock-api").with("MOCK_LISTEN", "127.0.0.1:0").with("MOCK_POSTINGS", "3"),
        Place::filled(&small_mock())
            .program("reports")
            .with("REPORTS_LISTEN", "127.0.0.1:0")
            .with("REPORTS_DIR", folder.path().display().to_string())
            .with("REPORTS_TOKEN", "a-long-random-secret"),
    ];
    for server in servers {
        let mut running = server.with("LOG_FORMAT", "json").start();
        let address = running.wait_for("listening")["address"].as_str().unwrap().to_owned();
        let held = ask_without_end(&address);
        std::thread::sleep(Duration::from_millis(300));
        let asked = Instant::now();
        running.terminate();
        let ended = running.wait();
        assert!(asked.elapsed() < AT_MOST, "gone after {:?}: {}", asked.elapsed(), ended.err);
        assert!(ended.status.success(), "what is to run until it is stopped has done its work: {}", ended.err);
        drop(held);
    }
}

/// Sends the beginning of a request, and gives the connection that its end is waited for on.
fn ask_without_end(address: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .write_all(
            b"PUT /bundle HTTP/1.1\r\nhost: h\r\nauthorization: Bearer a-long-random-secret\r\ncontent-length: 1000000\r\n\r\nx",
        )
        .unwrap();
    stream
}
