//! The `ingest` program.

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    // what cannot be parsed, help included, is answered by the first of them
    match ingest::Args::try_parse() {
        Ok(arguments) if arguments.asks_nothing_of_emply() => runtime::run(&ingest::PROGRAM, ingest::work_on_store),
        _ => runtime::run(&ingest::PROGRAM, ingest::work),
    }
}
