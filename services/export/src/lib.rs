//! Sends what has changed in the store to the warehouse.
//!
//! - `due`: which changes are due. `source`: their rows.
//! - [`transform`]: rows of the store become rows of the warehouse, persons become pseudonyms.
//! - `sink`: what a warehouse promises; the lake, and BigQuery.
//! - `pipeline`: one way from the first to the last.
//! - `run` is one export; `plan` is what it would do; `report` is what it counted.
//! - [`schema`], `load`, `checksum`: the nouns that all of them have in common.

mod check;
mod checksum;
pub mod config;
mod due;
mod labels;
mod load;
mod pipeline;
mod plan;
mod program;
mod report;
mod run;
pub mod schema;
mod sink;
mod source;
pub mod transform;

use std::{path::PathBuf, time::Duration};

use anyhow::bail;
use clap::{Parser, Subcommand};
use runtime::{Context, Final, Summary};

use config::Settings;
pub use program::PROGRAM;
use program::open;
use run::Asked;

/// What is asked for.
#[derive(Debug, Parser)]
pub struct Args {
    /// Sends everything again, and takes out of the warehouse whatever else is there
    #[arg(long)]
    full: bool,
    /// Holds all that the warehouse has against the store, also when nothing was sent; a plain run does so once a week
    #[arg(long, conflicts_with = "full")]
    verify: bool,
    /// Waits so long for another export that is at work; without it --full and --verify wait 5m, and a plain run is skipped
    #[arg(long, global = true, value_name = "TIME", value_parser = humantime::parse_duration)]
    wait: Option<Duration>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Says whether settings, database, schema and warehouse are in order; writes nothing
    Check,
    /// Shows what a run would send, without sending it
    Plan,
    /// Prints a vocabulary file of all labels of the store with their counts, to begin with or to go on from the one there is
    Vocabulary {
        /// Goes on from this file instead of the one that VOCABULARY_FILE names; - is standard input
        #[arg(long, value_name = "FILE")]
        base: Option<PathBuf>,
    },
    /// Ends with 1 when the last good run is older, or there is none; for probes and alarms
    Fresh {
        /// For example 26h, 90m, 2days
        #[arg(long, value_name = "AGE", value_parser = humantime::parse_duration)]
        max_age: Duration,
    },
}

pub async fn work(context: Context, args: Args, settings: Settings) -> anyhow::Result<Summary> {
    one_shot::judged(Box::pin(asked_for(context, args, settings)).await)
}

async fn asked_for(context: Context, args: Args, settings: Settings) -> anyhow::Result<Summary> {
    match args.command {
        None => {
            let asked = match (args.full, args.verify) {
                (true, _) => Asked::Full,
                (false, true) => Asked::Verify,
                (false, false) => Asked::Changes,
            };
            run::run(&context, &settings, asked, args.wait).await
        }
        Some(_) if args.verify => bail!(Final::new("--verify is for a run: give it without a command")),
        Some(command) => {
            // these write nothing, so a signal may break them off anywhere
            let look = Box::pin(look(&context, command, args.full, &settings));
            one_shot::unless_stopped(&context, "nothing was written", look).await
        }
    }
}

async fn look(context: &Context, command: Command, full: bool, settings: &Settings) -> anyhow::Result<Summary> {
    match command {
        Command::Check => check::run(context, settings).await,
        Command::Plan => plan::run(context, settings, full).await,
        Command::Vocabulary { base } => {
            let vocabulary = labels::base(context, settings, base.as_deref()).await?;
            labels::print(&open(settings).await?, &vocabulary).await
        }
        Command::Fresh { max_age } => one_shot::fresh(context, &open(settings).await?, &Asked::ALL, max_age).await,
    }
}
