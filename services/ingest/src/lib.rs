//! Reads Emply and keeps the customer's own database true.
//!
//! - [`source`]: asks Emply, and reads its answers record by record as they arrive.
//! - [`transform`]: turns a record of theirs into a row of ours, or says why it cannot be one.
//! - [`sink`]: gathers a slice of rows and commits it.
//! - `sync` goes through the streams; `report` is the audit of a run.

mod check;
pub mod config;
mod report;
pub mod sink;
pub mod source;
mod streams;
mod sync;
pub mod transform;

use std::time::Duration;

use clap::{Parser, Subcommand};
use runtime::{Context, FinalIf as _, Program, Summary};
use store::{OpenOptions, Store, StoreError};

use config::Settings;

/// This program.
pub static PROGRAM: Program = Program {
    name: "ingest",
    version: env!("CARGO_PKG_VERSION"),
    about: "Reads postings and applications from Emply into the store. Without a command it does one run.",
};

/// What is asked for.
#[derive(Debug, Parser)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    sync: SyncArgs,
}

/// Of one run.
#[derive(Debug, clap::Args)]
pub struct SyncArgs {
    /// Lets so many postings of a medium go at once, after somebody has looked
    #[arg(long, value_name = "N", default_value_t = 0)]
    accept_removals: u64,
    /// Takes the store over for another base URL or customer
    #[arg(long)]
    adopt: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Prints the last runs, newest first
    Runs {
        /// How many
        #[arg(long, default_value_t = 10)]
        limit: u64,
        /// One JSON array for machines
        #[arg(long)]
        json: bool,
    },
    /// Says whether settings, database, schema, Emply and the key are in order; writes nothing
    Check,
}

/// Does what is asked for.
pub async fn work(context: Context, args: Args, settings: Settings) -> anyhow::Result<Summary> {
    match args.command {
        None => sync::run(&context, &settings, &args.sync).await,
        Some(Command::Runs { limit, json }) => report::print_runs(&open(&settings).await?, limit, json).await,
        Some(Command::Check) => check::run(&settings).await,
    }
}

async fn open(settings: &Settings) -> anyhow::Result<Store> {
    let options = open_options(settings);
    Store::open(settings.database.url.reveal(), &options).await.final_if(StoreError::is_final)
}

fn open_options(settings: &Settings) -> OpenOptions {
    OpenOptions {
        service: PROGRAM.name,
        max_connections: settings.database.max_connections,
        wait: Duration::from_secs(settings.database.wait_seconds),
    }
}
