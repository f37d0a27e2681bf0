//! Serves what people look at: the dbt docs, and the audit of runs.
//!
//! - [`config`]: the settings.
//! - [`server`]: listens, routes, stops; the headers that every answer has.
//! - [`bundle`]: takes the docs in as an archive, and keeps the last good ones.
//! - [`ledger`]: reads the audit, whenever the store is there.
//! - [`pages`]: what is shown, one file a page.
//!
//! The docs are served whether or not the store is there.

pub mod bundle;
mod check;
pub mod config;
pub mod ledger;
pub mod pages;
pub mod server;

use clap::{Parser, Subcommand};
use runtime::{Context, Program, Summary};

use config::Settings;

/// This program.
pub static PROGRAM: Program = Program {
    name: "reports",
    version: env!("CARGO_PKG_VERSION"),
    about: "Serves the dbt docs and the audit of runs as web pages.",
};

/// The command line.
#[derive(Debug, Parser)]
pub struct Args {
    /// What to do; without it, serve until stopped.
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Says whether the folder can be used and the store be read; writes nothing
    Check,
}

/// Serves until it is told to stop, or does the command asked for.
pub async fn serve(context: Context, args: Args, settings: Settings) -> anyhow::Result<Summary> {
    match args.command {
        Some(Command::Check) => check::run(&settings).await,
        None => server::run(context, settings).await,
    }
}
