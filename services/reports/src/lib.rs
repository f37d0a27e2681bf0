//! Serves what people look at: the dashboard, the dbt docs, and the audit of runs.
//!
//! - `config`: the settings.
//! - `server`: listens, routes, stops; the headers that every answer has. `state`: what all pages share.
//! - `bundle`: takes the docs in as an archive, and keeps the last good ones.
//! - `build`: how dbt's last build ended; `token`: who may hand over the one and the other.
//! - `ledger`: reads the audit, whenever the store is there.
//! - `pages`: what is shown, one file a page.
//! - `data`: reads the marts that dbt hands over beside the docs, and holds those on show.
//! - `marts`: these marts in memory.
//! - `figures`: what they say of how long applications take; `tell` prints it.
//! - `dashboard`: the figures as charts and tables, under the filters that were asked for; `charts` draws them.
//!
//! All but the audit is served whether or not the store is there.

mod build;
mod bundle;
mod charts;
mod check;
mod config;
mod dashboard;
mod data;
mod figures;
mod ledger;
mod marts;
mod pages;
mod program;
mod server;
mod state;
mod tell;
mod token;
mod version;
mod words;

use clap::{Parser, Subcommand};
use runtime::{Context, Summary};

use config::Asked;
pub use program::PROGRAM;

/// What the program is asked to do.
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
    /// Prints how long applications take, out of the marts that dbt has handed over; asks nobody
    Figures(tell::Request),
}

/// Serves until it is told to stop, or does the command asked for.
pub async fn serve(context: Context, args: Args, asked: Asked) -> anyhow::Result<Summary> {
    match (args.command, asked) {
        (Some(Command::Figures(request)), Asked::Figures(settings)) => tell::run(&request, &settings),
        (Some(Command::Check), Asked::Serving(settings)) => check::run(&settings).await,
        (None, Asked::Serving(settings)) => server::run(context, settings).await,
        // the settings are read by the name of the command
        (_, _) => anyhow::bail!("a defect in the program: settings of another command"),
    }
}
