//! The `transfer` program.

use std::process::ExitCode;

// every target of the package is built with counters by `make fuzz`, and this brings in who counts
#[cfg(test)]
use bolero as _;

fn main() -> ExitCode {
    runtime::run(&transfer::PROGRAM, transfer::work)
}
