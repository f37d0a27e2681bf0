//! The `export` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    runtime::run(&export::PROGRAM, export::work)
}
