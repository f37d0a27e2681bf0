//! The `ingest` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    runtime::run(&ingest::PROGRAM, ingest::work)
}
