//! The `migrate` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    runtime::run(&migrate::PROGRAM, migrate::work)
}
