//! Tables of the emulator, as Google's own client reads them.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{Mutex, PoisonError},
};

use super::{PROJECT, Rows, variable};

/// One for all tests: to start takes the client longer than to read. It ends when this process does, which closes its input.
static READER: Mutex<Option<Reader>> = Mutex::new(None);

/// `e2e/bigquery/read_table.py`, which is asked by lines.
struct Reader {
    asked: ChildStdin,
    answers: BufReader<ChildStdout>,
    process: Child,
}

impl Reader {
    fn start(emulator: &str) -> Self {
        let python = variable("TEST_BIGQUERY_PYTHON").expect("toolbox.with_servers sets it");
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../e2e/bigquery/read_table.py");
        let mut command = Command::new(python);
        command.args([script, emulator, PROJECT]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("Python can be started");
        let asked = process.stdin.take().expect("it was asked for");
        let answers = BufReader::new(process.stdout.take().expect("it was asked for"));
        Self { asked, answers, process }
    }

    fn ask(&mut self, line: &str) -> Option<Rows> {
        writeln!(self.asked, "{line}").ok()?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer).ok()?;
        serde_json::from_str(&answer).ok()
    }
}

/// All rows of a table, in the order of these columns.
pub(crate) fn rows(emulator: &str, dataset: &str, table: &str, key: &[&str]) -> Rows {
    let mut reader = READER.lock().unwrap_or_else(PoisonError::into_inner);
    let asked = format!("{dataset} {table} {}", key.join(","));
    let answer = reader.get_or_insert_with(|| Reader::start(emulator)).ask(&asked);
    answer.unwrap_or_else(|| {
        // the next test gets another one
        let status = reader.take().map(|mut gone| gone.process.wait());
        panic!("{asked}: what is wrong was said above, {status:?}")
    })
}
