//! Hands postings over to the job board, each once and whole.
//!
//! - `source`: postings and the ledger from the store, and the files that ads refer to, from hosts on a list.
//! - `transform`: which postings, as what ads, and what is to be done about each.
//! - `sink`: the board's calls, and the ledger of what it was told.
//! - `pipeline` alone knows all three: it brings a posting from one to the next.
//! - `run` is one transfer; `plan` shows what it would do; `resolve` is for a person who has asked the board; `report`
//!   shows the ledger.

mod audit;
mod check;
mod claim;
pub mod config;
mod hosts;
mod pipeline;
mod plan;
mod report;
mod resolve;
mod run;
mod sink;
mod source;
pub mod transform;

pub use hosts::Hosts;

use std::time::Duration;

use clap::{Parser, Subcommand};
use runtime::{Context, Program, Summary};

use claim::BoardArgs;
use config::Settings;

pub static PROGRAM: Program = Program {
    name: "transfer",
    version: env!("CARGO_PKG_VERSION"),
    about: "Hands postings over to the job board. Without a command it does one run.",
};

/// What the command line asks for.
#[derive(Debug, Parser)]
pub struct Args {
    #[command(flatten)]
    board: BoardArgs,
    /// Lets so many published ads be handed over anew at once, after somebody has looked
    #[arg(long, value_name = "N", default_value_t = 0)]
    accept_changes: u64,
    /// Waits so long for another transfer that is at work; without it resolve, --same-board, --new-board, --board-asked
    /// and --accept-changes wait 5m, and a plain run is skipped
    #[arg(long, global = true, value_name = "TIME", value_parser = humantime::parse_duration)]
    wait: Option<Duration>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Says whether settings, database, schema, mapping file and board are in order; writes nothing
    Check {
        /// Also hands over a smallest ad for a trial, which nobody sees, to see whether the account is good
        #[arg(long)]
        trial: bool,
    },
    /// Shows what a run would do with each posting, and why some are not handed over; asks nobody
    Plan,
    /// Prints what the board would be sent for a vacancy, with its files fetched and the password hidden
    Show {
        /// Id of the vacancy
        #[arg(value_name = "POSTING")]
        vacancy_id: String,
    },
    /// Prints what the board was told, and what somebody has to do there by hand
    Listings {
        /// One JSON array for machines
        #[arg(long)]
        json: bool,
    },
    /// Writes down what somebody has found out or done at the board
    Resolve(resolve::Given),
    /// Ends with 1 when the last good run is older, or there is none; for probes and alarms
    Fresh {
        /// For example 3h, 90m, 2days
        #[arg(long, value_name = "AGE", value_parser = humantime::parse_duration)]
        max_age: Duration,
    },
}

pub async fn work(context: Context, args: Args, settings: Settings) -> anyhow::Result<Summary> {
    one_shot::judged(Box::pin(asked_for(context, args, settings)).await)
}

async fn asked_for(context: Context, args: Args, settings: Settings) -> anyhow::Result<Summary> {
    match args.command {
        None => run::run(&context, &settings, args.board, args.accept_changes, args.wait).await,
        Some(Command::Check { trial }) => check::run(&context, &settings, trial).await,
        Some(Command::Plan) => plan::run(&context, &settings).await,
        Some(Command::Show { vacancy_id }) => plan::show(&context, &settings, &vacancy_id).await,
        Some(Command::Listings { json }) => report::print_listings(&context, &settings, json).await,
        Some(Command::Resolve(given)) => resolve::run(&context, &settings, given, args.wait).await,
        Some(Command::Fresh { max_age }) => {
            let store = one_shot::open(context.program, &settings.database).await?;
            one_shot::fresh(&context, &store, &["run"], max_age).await
        }
    }
}
