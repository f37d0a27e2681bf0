//! The `transfer` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    runtime::run(&transfer::PROGRAM, transfer::work)
}
