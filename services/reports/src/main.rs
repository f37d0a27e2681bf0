//! The `reports` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    runtime::run(&reports::PROGRAM, reports::serve)
}
