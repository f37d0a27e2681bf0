//! Plays the strangers that the pipeline speaks to.

use std::process::ExitCode;

fn main() -> ExitCode {
    runtime::run(&mock_api::PROGRAM, mock_api::serve)
}
